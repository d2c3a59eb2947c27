"""From staged rows to the engine's tables: repeats out, identifiers to codes, likes numbered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb

from zhenzan.errors import InputError, LimitError
from zhenzan.ingest.duplicates import keep_first, number
from zhenzan.ingest.tables_in import store_tables
from zhenzan.ingest.tally import report
from zhenzan.model import EVENT_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhenzan.engines.base import Engine
    from zhenzan.ingest.sources import IngestReport
    from zhenzan.ingest.staging import Staged
    from zhenzan.settings import ScanSettings

_WILD = re.compile(r"([*?\[])")
_LIKE = EVENT_TYPES.index("like")
_MEMORY_SHARE = 4  # The engine holds its own share of the memory meanwhile.
_LEAST_MEMORY_BYTES = 250_000_000


def encode(
    staged: Mapping[str, Staged], settings: ScanSettings, engine: Engine, folder: Path
) -> IngestReport:
    """Store the engine's tables from the staged files of ``folder``.

    Raises:
        InputError: Not one row of events could be read.
        LimitError: The memory or the disk does not suffice.
    """
    memory_bytes = max(settings.memory_bytes // _MEMORY_SHARE, _LEAST_MEMORY_BYTES)
    with duckdb.connect(
        config={
            "memory_limit": f"{memory_bytes // 1_000_000}MB",
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
            _check_readable(connection, staged["events"])
            _make_codes(connection, staged)
            _code_events(connection)
            store_tables(connection, staged, engine, settings.endorsement)
            return report(connection, staged, duplicates, engine)
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise LimitError(
                "Loading the events needs more memory or disk space than there is.",
                "Raise --memory, lower --threads, or free disk space.",
            ) from error


def _read_staged(
    connection: duckdb.DuckDBPyConnection, staged: Mapping[str, Staged], folder: Path
) -> None:
    for source, result in staged.items():
        if result.parts:
            paths = ", ".join(_quoted(_WILD.sub(r"[\1]", path)) for path in result.parts)
            rows = "* REPLACE (CAST(file_index AS INTEGER) AS file)"
        else:
            place = _WILD.sub(r"[\1]", str(folder))
            paths, rows = _quoted(f"{place}/{source}-*.parquet"), "*"
        connection.execute(
            f"CREATE VIEW {source}_all AS SELECT {rows} FROM read_parquet([{paths}])"
        )
        connection.execute(
            f"CREATE VIEW {source}_read AS SELECT * FROM {source}_all WHERE reason IS NULL"
        )
    # Where a file has no type at all, its rows are likes; a single row without one is not.
    connection.execute(
        "CREATE TABLE untyped_files AS SELECT file FROM events_read "
        "GROUP BY file HAVING count(event_type) = 0"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


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


def _code_events(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the view ``coded``: every accepted event with its codes and its event_id."""
    connection.execute(
        "CREATE VIEW coded AS SELECT typed AS event_type, ts, account, content, device, ip, net, "
        "session, watch_ms, progress, source, event_id FROM (SELECT *, CAST(coalesce(event_type, "
        f"CASE WHEN file IN (SELECT file FROM untyped_files) THEN {_LIKE} ELSE 0 END) "
        "AS SMALLINT) AS typed FROM events_kept) "
        "JOIN account_codes USING (account_id) JOIN content_codes USING (content_id)"
    )


def _check_readable(connection: duckdb.DuckDBPyConnection, events: Staged) -> None:
    if number(connection, "SELECT count(*) FROM (SELECT 1 FROM events_kept LIMIT 1)"):
        return
    first = connection.execute(
        "SELECT file, row, reason FROM events_all WHERE reason IS NOT NULL "
        "ORDER BY file, row LIMIT 1"
    )
    file, row, reason = first.fetchall()[0]
    raise InputError(
        f"Not one of the {events.rows:,} rows of events can be read. "
        f"Row {row} of {events.names[file]}: {reason}.",
        "If a column stands for something else, say which with --map.",
    )
