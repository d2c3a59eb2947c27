"""Counts what became of every row, and sums up what the sources hold."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from zhenzan.ingest.duplicates import number
from zhenzan.ingest.sources import IngestReport
from zhenzan.model import EVENT_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from zhenzan.engines.base import Engine
    from zhenzan.ingest.staging import Staged

_OPTIONAL_EVENT_COLUMNS = {
    "event_type": "event_type",
    "device": "device_id",
    "ip": "ip",
    "session": "session_id",
    "watch_ms": "watch_ms",
    "progress": "progress",
    "source": "source",
}
_OPTIONAL = {
    "accounts": ("created_at", "followers", "following", "organization_id"),
    "contents": ("author_id", "published_at", "duration_ms", "topic"),
    "labels": ("label", "source", "ts"),
}


def report(
    connection: duckdb.DuckDBPyConnection,
    staged: Mapping[str, Staged],
    duplicates: Mapping[str, int],
    engine: Engine,
) -> IngestReport:
    """Sum up what was loaded.

    Args:
        connection: Has, for each source, the views ``<source>_all`` and ``<source>_kept``.
        staged: What each source came to.
        duplicates: Rows of each source left out as repeats.
        engine: Has the table ``events``.
    """
    counts = _counts(connection, staged, duplicates, engine)
    by_type = {
        EVENT_TYPES[row["event_type"]]: row["events"]
        for row in engine.query(
            "SELECT event_type, count(*) AS events FROM events GROUP BY event_type "
            "ORDER BY event_type"
        ).to_pylist()
    }
    span = engine.query("SELECT min(ts) AS first, max(ts) AS last FROM events").to_pylist()[0]
    integer = {i for result in staged.values() for i in result.integer_ids}
    other = {i for result in staged.values() for i in result.other_ids}
    return IngestReport(
        rows_in=counts["events"]["rows_in"],
        accepted=counts["events"]["accepted"],
        duplicate=counts["events"]["duplicate"],
        quarantined=counts["events"]["quarantined"],
        other_rows={source: c for source, c in counts.items() if source != "events"},
        columns_present=frozenset(_present(connection, staged, by_type)),
        integer_ids=frozenset(integer - other),
        events_by_type=by_type,
        first_ts=span["first"],
        last_ts=span["last"],
        digest=_digest(connection, counts),
    )


def _counts(
    connection: duckdb.DuckDBPyConnection,
    staged: Mapping[str, Staged],
    duplicates: Mapping[str, int],
    engine: Engine,
) -> dict[str, dict[str, int]]:
    counts = {}
    for source, result in staged.items():
        if source == "events":
            accepted = int(engine.query("SELECT count(*) AS n FROM events").to_pylist()[0]["n"])
        else:
            accepted = number(connection, f"SELECT count(*) FROM {source}_kept")
        bad = number(connection, f"SELECT count(*) FROM {source}_all WHERE reason IS NOT NULL")
        counts[source] = {
            "rows_in": result.rows,
            "accepted": accepted,
            "duplicate": duplicates[source],
            "quarantined": bad,
        }
        if result.rows != accepted + duplicates[source] + bad:
            raise AssertionError(f"rows of {source} were lost or doubled: {counts[source]}")
    return counts


def _present(
    connection: duckdb.DuckDBPyConnection,
    staged: Mapping[str, Staged],
    by_type: Mapping[str, int],
) -> set[str]:
    """Which columns hold anything, and whether there are views."""
    values = ", ".join(f"count({column})" for column in _OPTIONAL_EVENT_COLUMNS)
    counts = connection.execute(f"SELECT {values} FROM events_kept").fetchall()[0]
    names = zip(_OPTIONAL_EVENT_COLUMNS.values(), counts, strict=True)
    present = {name for name, count in names if count} | ({"view"} & by_type.keys())
    if staged["events"].text:
        present.add("text")
    for source in staged.keys() & _OPTIONAL.keys():
        for column in _OPTIONAL[source]:
            if number(connection, f"SELECT count({column}) FROM {source}_kept"):
                present.add(f"{source}.{column}")
    return present


def _digest(connection: duckdb.DuckDBPyConnection, counts: Mapping[str, Mapping[str, int]]) -> str:
    """A sum forgets the order of its rows; the fingerprints are from md5, so rows do not cancel."""
    lines = []
    for source in sorted(counts):
        total = number(connection, f"SELECT sum(CAST(fingerprint AS HUGEINT)) FROM {source}_kept")
        lines.append(f"{source} {counts[source]['accepted']} {total}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
