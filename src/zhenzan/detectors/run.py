"""Run every detector that the log allows, and gather what they found in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.reasons import REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenzan.detectors.base import Detector, Findings
    from zhenzan.engines.base import Engine

EMPTY_FOUND = """
SELECT cast(NULL AS string) AS entity_type, cast(NULL AS bigint) AS entity,
       cast(NULL AS bigint) AS other, cast(NULL AS string) AS detector,
       cast(NULL AS bigint) AS version, cast(NULL AS bigint) AS millibits,
       cast(NULL AS string) AS reason_code, cast(NULL AS string) AS evidence
WHERE 1 = 0
"""


@dataclass(frozen=True)
class DetectorRun:
    """Whether a detector ran: how many findings, or which columns it lacked."""

    id: str
    version: int
    findings: int
    missing: tuple[str, ...]


def detect(
    engine: Engine, detectors: Iterable[Detector], present: frozenset[str]
) -> tuple[DetectorRun, ...]:
    """Fill the table ``found`` with the findings of every detector whose needs are met.

    ``found`` has entity_type, entity, other, detector, version, millibits, reason_code and
    evidence (JSON); entities are codes.

    Args:
        engine: Holds ingest and feature tables; receives ``found``.
        detectors: In the order to run them.
        present: What the log holds; see ``ingest.IngestReport.columns_present``.
    """
    runs = []
    parts = [EMPTY_FOUND]
    for detector in detectors:
        missing = tuple(sorted(detector.needs - present))
        findings = 0
        if not missing:
            for found in detector.find(engine):
                name = f"found_{len(parts)}"
                store(engine, name, detector, found)
                parts.append(f"SELECT * FROM {name}")
                findings += len(found.entity)
        runs.append(DetectorRun(detector.id, detector.version, findings, missing))
    engine.create("found", " UNION ALL ".join(parts))
    for number in range(1, len(parts)):
        engine.drop(f"found_{number}")
    return tuple(runs)


def store(engine: Engine, name: str, detector: Detector, found: Findings) -> None:
    """Store findings as the table ``name``, their facts as one JSON text per row."""
    engine.register("finding", found.table())
    engine.create(
        name,
        f"SELECT '{REASONS[found.reason_code].entity}' AS entity_type, entity, other, "
        f"'{detector.id}' AS detector, cast({detector.version} AS bigint) AS version, millibits, "
        f"'{found.reason_code}' AS reason_code, "
        f"{engine.json_object(tuple(found.facts))} AS evidence FROM finding",
    )
    engine.drop("finding")
