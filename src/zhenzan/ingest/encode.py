"""From staged rows to the engine's tables: repeats out, identifiers to codes, likes numbered."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from zhenzan.errors import InputError, LimitError
from zhenzan.ingest.duplicates import keep_first, number
from zhenzan.ingest.sources import IngestReport
from zhenzan.ingest.tables_in import store_tables
from zhenzan.model import EVENT_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhenzan.engines.base import Engine
    from zhenzan.ingest.staging import Staged
    from zhenzan.settings import ScanSettings

_LIKE = EVENT_TYPES.index("like")
_OPTIONAL = {
    "accounts": ("created_at", "followers", "following", "organization_id"),
    "contents": ("author_id", "published_at", "duration_ms", "topic"),
    "labels": ("source", "ts"),
}


def encode(
    staged: Mapping[str, Staged], settings: ScanSettings, engine: Engine, folder: Path
) -> IngestReport:
    """Store the engine's tables from the staged files of ``folder``.

    Raises:
        InputError: Not one row of events could be read.
        LimitError: The memory or the disk does not suffice.
    """
    with duckdb.connect(
        str(folder / "encode.duckdb"),
        config={
            "memory_limit": f"{settings.memory_bytes // 2_000_000}MB",
            "threads": settings.threads,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    ) as connection:
        try:
            _read_staged(connection, staged, folder)
            duplicates = {source: keep_first(connection, source) for source in staged}
            _make_codes(connection, staged)
            _code_events(connection, settings)
            counts = _counts(connection, staged, duplicates)
            _check_readable(connection, staged, counts)
            store_tables(connection, staged, engine)
            return _report(connection, staged, counts)
        except duckdb.OutOfMemoryException as error:
            raise LimitError(
                "Loading the events needs more memory or disk space than there is.",
                "Raise --memory, lower --threads, or free disk space.",
            ) from error


def _read_staged(
    connection: duckdb.DuckDBPyConnection, staged: Mapping[str, Staged], folder: Path
) -> None:
    for source in staged:
        files = str(folder / f"{source}-*.parquet").replace("'", "''")
        connection.execute(f"CREATE VIEW {source}_all AS FROM read_parquet('{files}')")
        connection.execute(
            f"CREATE VIEW {source}_read AS SELECT * FROM {source}_all WHERE reason IS NULL"
        )
    untyped = pa.table({"file": pa.array(staged["events"].untyped_files, pa.int32())})
    connection.register("untyped_files", untyped)


def _make_codes(connection: duckdb.DuckDBPyConnection, staged: Mapping[str, Staged]) -> None:
    """Make the tables that turn identifiers (``<x>_id``) into codes 0, 1, 2 …."""
    accounts = ["SELECT account_id FROM events_kept"]
    contents = ["SELECT content_id FROM events_kept"]
    if "accounts" in staged:
        accounts.append("SELECT account_id FROM accounts_kept")
    if "contents" in staged:
        accounts.append("SELECT author_id FROM contents_kept WHERE author_id IS NOT NULL")
        contents.append("SELECT content_id FROM contents_kept")
    for entity, queries in (("account", accounts), ("content", contents)):
        # Distinct first within each, so that the large one is reduced in parallel.
        union = " UNION ".join(f"(SELECT DISTINCT * FROM ({q}))" for q in queries)
        connection.execute(
            f"CREATE TABLE {entity}_codes AS SELECT {entity}_id, "
            f"row_number() OVER (ORDER BY {entity}_id) - 1 AS {entity} FROM ({union})"
        )


def _code_events(connection: duckdb.DuckDBPyConnection, settings: ScanSettings) -> None:
    """The table ``coded``: every accepted event; event_id only where it is an endorsement."""
    judged = ", ".join(str(EVENT_TYPES.index(word)) for word in settings.endorsement)
    connection.execute(
        "CREATE TABLE coded AS SELECT typed AS event_type, ts, account, content, "
        "device, ip, net, session, watch_ms, progress, source, "
        f"CASE WHEN typed IN ({judged}) THEN event_id END AS event_id "
        "FROM (SELECT *, CAST(coalesce(event_type, "
        f"CASE WHEN file IN (SELECT file FROM untyped_files) THEN {_LIKE} ELSE 0 END) "
        "AS SMALLINT) AS typed FROM events_kept) e "
        "JOIN account_codes USING (account_id) JOIN content_codes USING (content_id)"
    )


def _counts(
    connection: duckdb.DuckDBPyConnection,
    staged: Mapping[str, Staged],
    duplicates: Mapping[str, int],
) -> dict[str, dict[str, int]]:
    counts = {}
    for source, result in staged.items():
        kept = "coded" if source == "events" else f"{source}_kept"
        accepted = number(connection, f"SELECT count(*) FROM {kept}")
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


def _check_readable(
    connection: duckdb.DuckDBPyConnection,
    staged: Mapping[str, Staged],
    counts: Mapping[str, Mapping[str, int]],
) -> None:
    if counts["events"]["accepted"]:
        return
    first = connection.execute(
        "SELECT file, row, reason FROM events_all WHERE reason IS NOT NULL "
        "ORDER BY file, row LIMIT 1"
    )
    file, row, reason = first.fetchall()[0]
    raise InputError(
        f"Not one of the {counts['events']['rows_in']:,} rows of events can be read. "
        f"Row {row} of {staged['events'].names[file]}: {reason}.",
        "If a column stands for something else, say which with --map.",
    )


def _report(
    connection: duckdb.DuckDBPyConnection,
    staged: Mapping[str, Staged],
    counts: Mapping[str, dict[str, int]],
) -> IngestReport:
    optional = ("device", "ip", "session", "watch_ms", "progress", "source")
    values = ", ".join(f"count({c}) AS {c}" for c in optional)
    found = connection.execute(f"SELECT min(ts), max(ts), {values} FROM coded").fetchall()[0]
    by_type = dict(
        connection.execute("SELECT event_type, count(*) FROM coded GROUP BY ALL").fetchall()
    )
    present = {
        {"device": "device_id", "session": "session_id"}.get(c, c)
        for c, count in zip(optional, found[2:], strict=True)
        if count
    }
    if number(connection, "SELECT count(event_type) FROM events_kept"):
        present.add("event_type")
    if staged["events"].text:
        present.add("text")
    if by_type.get(EVENT_TYPES.index("view")):
        present.add("view")
    for source, columns in _OPTIONAL.items():
        if source in staged:
            present |= {
                f"{source}.{c}"
                for c in columns
                if number(connection, f"SELECT count({c}) FROM {source}_kept")
            }
    integer = {i for result in staged.values() for i in result.integer_ids}
    other = {i for result in staged.values() for i in result.other_ids}
    return IngestReport(
        rows_in=counts["events"]["rows_in"],
        accepted=counts["events"]["accepted"],
        duplicate=counts["events"]["duplicate"],
        quarantined=counts["events"]["quarantined"],
        other_rows={source: c for source, c in counts.items() if source != "events"},
        columns_present=frozenset(present),
        integer_ids=frozenset(integer - other),
        events_by_type={EVENT_TYPES[code]: n for code, n in sorted(by_type.items())},
        first_ts=found[0],
        last_ts=found[1],
        digest=_digest(connection, counts),
    )


def _digest(connection: duckdb.DuckDBPyConnection, counts: Mapping[str, Mapping[str, int]]) -> str:
    """A sum forgets the order of its rows; the fingerprints are from md5, so rows do not cancel."""
    lines = []
    for source in sorted(counts):
        total = number(connection, f"SELECT sum(CAST(fingerprint AS HUGEINT)) FROM {source}_kept")
        lines.append(f"{source} {counts[source]['accepted']} {total}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
