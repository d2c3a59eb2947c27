"""STAGES: what a scan does, in order. The one file that knows it."""

from __future__ import annotations

import json
import platform
import resource
import tempfile
import time
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from zhenzan import features, ingest, publish, report, rings, scores, verdicts
from zhenzan.detectors import DETECTORS
from zhenzan.detectors.run import DetectorRun, detect
from zhenzan.engines.duckdb import DuckDBEngine
from zhenzan.errors import CallError
from zhenzan.memory import peak_bytes
from zhenzan.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from zhenzan.engines.base import Engine
    from zhenzan.ingest import IngestReport, Sources
    from zhenzan.settings import ScanSettings
    from zhenzan.verdicts import Fused

ENGINE_MEMORY_SHARE = 0.6
"""Of the memory a scan may use, at most; the rest, and more where they need it, is for arrays."""


class Progress(Protocol):
    """Who wants to know how far a scan is."""

    def started(self, stage: str, position: int, total: int) -> None:
        """A stage begins; ``position`` counts from 1."""

    def finished(self, stage: str, seconds: float) -> None:
        """A stage has ended."""


@dataclass
class Scan:
    """What the stages of one scan pass on, besides the engine's tables."""

    sources: Sources
    settings: ScanSettings
    engine: Engine
    work: Path
    out: Path
    previous: pa.Table | None = None
    store: Path | None = None
    log: IngestReport | None = None
    detectors: tuple[DetectorRun, ...] = ()
    fused: Fused | None = None
    stages: list[dict[str, object]] = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)

    @property
    def present(self) -> frozenset[str]:
        """What the log holds."""
        return self.log.columns_present if self.log else frozenset()


def _ingest(scan: Scan) -> None:
    scan.log = ingest.load(
        scan.sources, scan.settings, scan.engine, ingest.read_key(), scan.work, store=scan.store
    )


def _features(scan: Scan) -> None:
    features.build(scan.engine, scan.present, scan.settings.endorsement)


def _signals(scan: Scan) -> None:
    scan.detectors = detect(scan.engine, DETECTORS, scan.present)


def _rings(scan: Scan) -> None:
    rings.build_rings(scan.engine, scan.present, scan.previous)


def _verdicts(scan: Scan) -> None:
    verdicts.attribute(scan.engine, scan.present)
    scan.fused = verdicts.fuse(scan.engine, scan.present, scan.settings)


def _scores(scan: Scan) -> None:
    ended = scan.log.last_ts if scan.log else None
    scores.score(scan.engine, scan.present, scan.settings.endorsement, ended or 0)


def _publish(scan: Scan) -> None:
    integer_ids = scan.log.integer_ids if scan.log else frozenset()
    publish.publish(scan.engine, scan.out, integer_ids, scan.settings.partition_by)


STAGES: tuple[tuple[str, Callable[[Scan], None]], ...] = (
    ("ingest", _ingest),
    ("features", _features),
    ("signals", _signals),
    ("rings", _rings),
    ("verdicts", _verdicts),
    ("scores", _scores),
    ("publish", _publish),
)


def run(
    sources: Sources,
    settings: ScanSettings,
    out: Path,
    progress: Progress | None = None,
    previous: pa.Table | None = None,
    store: Path | None = None,
) -> dict[str, Any]:
    """Scan a log and write the scan directory.

    Args:
        sources: The user's data.
        settings: The user's choices.
        out: An existing, empty folder.
        progress: Told of each stage.
        previous: ``ring_members`` of an earlier scan, whose rings keep their names.
        store: Where the rows of files are kept for later scans.

    Returns:
        What ``summary.json`` holds.

    Raises:
        ZhenzanError: The data or the settings cannot be used, or a limit was reached.
    """
    # Beside the results: a system's temporary folder is often small, or in memory.
    name = f".{out.name.lstrip('.')}.work-"
    with tempfile.TemporaryDirectory(prefix=name, dir=out.parent) as folder:
        work = Path(folder)
        engine = _open_engine(settings, work)
        try:
            scan = Scan(sources, settings, engine, work, out, previous, store)
            for position, (name, stage) in enumerate(STAGES, start=1):
                _timed(scan, name, stage, position, progress)
            scan.summary = _summary(scan)
        finally:
            engine.close()
    _write_summary(scan)
    _timed(scan, "report", _report, len(STAGES) + 1, progress)
    _write_summary(scan)
    return scan.summary


def _open_engine(settings: ScanSettings, work: Path) -> Engine:
    memory_bytes = int(settings.memory_bytes * ENGINE_MEMORY_SHARE)
    if settings.engine == "duckdb":
        return DuckDBEngine(work, memory_bytes, settings.threads, settings.memory_bytes)
    try:
        from zhenzan.engines.spark import SparkEngine  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise CallError(
            "The engine spark is not installed.", "Run: pip install 'zhenzan[spark]'"
        ) from error
    return SparkEngine(work, memory_bytes, settings.master or f"local[{settings.threads}]")


def _report(scan: Scan) -> None:
    scan.summary["rings"] = {**scan.summary["rings"], **report.ring_figures(scan.out)}
    _write_summary(scan)
    report.write_report(scan.out, scan.settings.lang)


def _timed(
    scan: Scan,
    name: str,
    stage: Callable[[Scan], None],
    position: int,
    progress: Progress | None,
) -> None:
    if progress:
        progress.started(name, position, len(STAGES) + 1)
    wall, cpu = time.perf_counter(), _cpu_seconds()
    stage(scan)
    seconds = time.perf_counter() - wall
    scan.stages.append(
        {
            "stage": name,
            "seconds": round(seconds, 3),
            "cpu_seconds": round(_cpu_seconds() - cpu, 3),
            "peak_memory_bytes": peak_bytes(),
        }
    )
    if progress:
        progress.finished(name, seconds)


def _cpu_seconds() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _summary(scan: Scan) -> dict[str, Any]:
    if scan.log is None or scan.fused is None:
        message = "a stage did not run"
        raise RuntimeError(message)
    thresholds = scan.fused.thresholds
    return {
        "zhenzan": version("zhenzan"),
        **summarise(scan.engine, scan.log),
        "settings": {**asdict(scan.settings), "engine": scan.engine.name},
        **({"labels": scan.fused.labels.summary()} if scan.fused.labels else {}),
        "prior_bits": scan.fused.prior_bits,
        "thresholds": {name: found.score for name, found in thresholds.items()}
        | {"content": verdicts.LEAST_FAKE_SCORE, "ring": verdicts.LEAST_FAKE_SCORE},
        "expected_false_accounts": thresholds["account"].expected_false,
        "detectors": {
            "run": [
                {"id": d.id, "version": d.version, "signals": d.findings}
                for d in scan.detectors
                if not d.missing
            ],
            "skipped": [
                {
                    "id": d.id,
                    "version": d.version,
                    "missing": list(d.missing),
                    "why": report.why_skipped(d.missing, scan.settings.lang),
                }
                for d in scan.detectors
                if d.missing
            ],
        },
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("duckdb", "numpy", "pyarrow", "scipy")},
            **({"pyspark": version("pyspark")} if scan.settings.engine == "spark" else {}),
        },
    }


def _write_summary(scan: Scan) -> None:
    text = json.dumps({**scan.summary, "stages": scan.stages}, indent=2, ensure_ascii=False)
    (scan.out / "summary.json").write_text(text + "\n", encoding="utf-8")
    scan.summary["stages"] = list(scan.stages)
