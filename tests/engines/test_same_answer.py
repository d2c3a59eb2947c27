"""A scan on Spark writes the same bytes as one on DuckDB, however its rows are cut into parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyarrow import parquet
from tests.engines import logs

import zhenzan
from zhenzan.detectors import DETECTORS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhenzan.engines.spark import SparkEngine

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("log", "parts"), [("everything", 5), ("little", 1)])
def test_every_table_is_the_same_bytes(
    log: str,
    parts: int,
    spark: SparkEngine,
    partitions: Callable[[int], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ZHENZAN_HOME", str(tmp_path / "key"))
    given = logs.everything() if log == "everything" else logs.by_day(tmp_path / "events")
    partitions(parts)
    scans = {}
    earlier = getattr(logs, log)()["events"].slice(0, 20_000)
    before = zhenzan.scan(earlier, out=tmp_path / "before")
    for engine in ("duckdb", "spark"):
        scans[engine] = zhenzan.scan(
            **given,
            out=tmp_path / engine,
            memory="1GB",
            threads=2,
            engine=engine,
            previous=before.directory,
        )
    same_tables(scans["duckdb"].directory, scans["spark"].directory)
    found = {run["id"] for run in scans["spark"].summary["detectors"]["run"] if run["signals"]}
    assert log == "little" or found == {d.id for d in DETECTORS}, "everything has spoken"
    assert scans["spark"].summary["settings"]["engine"] == "spark"
    assert {"pyspark"} <= scans["spark"].summary["versions"].keys()
    same = ("rows", "other_rows", "likes", "accounts", "contents", "rings", "detectors")
    for part in (*same, "input_digest", "thresholds"):
        assert scans["spark"].summary[part] == scans["duckdb"].summary[part], part


def same_tables(left: Path, right: Path) -> None:
    """Every table of two scan directories holds the same rows, in the same bytes."""
    names = _files(left)
    assert names == _files(right)
    for name in names:
        one, other = (parquet.ParquetFile(folder / name).read() for folder in (left, right))
        assert one.equals(other), f"{name} has other rows"
        assert (left / name).read_bytes() == (right / name).read_bytes(), f"{name}: other bytes"


def _files(scan: Path) -> list[str]:
    """The Parquet files, those of tables by day too, as they are called within the directory."""
    files = (path for path in scan.rglob("*.parquet") if path.is_file())
    return sorted(str(path.relative_to(scan)) for path in files)
