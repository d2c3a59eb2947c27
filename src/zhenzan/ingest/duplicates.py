"""Finds rows that repeat an identifier, and decides which one stays, whatever their order.

Most logs hold few repeats, so a cheap pass over 64-bit hashes finds the identifiers that may be
repeated, and only their rows are compared in full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import duckdb
    import numpy.typing as npt

HASHES_AT_ONCE = 2**25
"""Of so many rows the hashes are sorted at once: 256 MB."""
ROW_ID = "(CAST(file AS BIGINT) * 1099511627776 + row)"
"""A number of its own for each row: 2^40 rows a file."""

KEYS: dict[str, tuple[str, ...]] = {
    "events": ("event_id",),
    "accounts": ("account_id",),
    "contents": ("content_id",),
    "labels": ("entity_type", "entity_id", "source"),
}
_ORDERS: dict[str, tuple[str, ...]] = {
    "events": (
        "ts",
        "event_type",
        "account_id",
        "content_id",
        "watch_ms",
        "progress",
        "source",
        "fingerprint",
        "device",
        "ip",
        "session",
    ),
    "accounts": ("created_at", "followers", "following", "organization_id"),
    "contents": ("author_id", "published_at", "duration_ms", "topic"),
    # Of one judge's judgements on one entity the latest counts.
    "labels": ("ts DESC", "label"),
}


def keep_first(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    """Make the view ``<source>_kept``: the readable rows without repeats.

    Of the rows with one identifier, the first by content stays. Events whose identifier was made
    from their content are the same event only if device, session and address agree too; where
    they differ, the later ones get ``-2``, ``-3`` … after the identifier.

    Args:
        connection: Has the view ``<source>_read`` of readable rows.
        source: Which source.

    Returns:
        The number of rows left out.
    """
    key = ", ".join(KEYS[source])
    repeated = _repeated_hashes(connection, f"SELECT hash({key}) AS h FROM {source}_read")
    if not len(repeated):
        connection.execute(f"CREATE VIEW {source}_kept AS SELECT * FROM {source}_read")
        return 0
    connection.register("repeated", pa.table({"h": repeated}))
    connection.execute(f"CREATE TABLE {source}_repeated AS SELECT h FROM repeated")
    connection.unregister("repeated")
    suspects = (
        f"SELECT {ROW_ID} AS row_id, * FROM {source}_read "
        f"WHERE hash({key}) IN (SELECT h FROM {source}_repeated)"
    )
    if source == "events":
        _resolve_events(connection, suspects)
    else:
        connection.execute(
            f"CREATE TABLE {source}_repeats AS SELECT row_id FROM ({suspects}) "
            f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {_order(source)}) > 1"
        )
        connection.execute(
            f"CREATE VIEW {source}_kept AS SELECT * FROM "
            f"(SELECT *, {ROW_ID} AS row_id FROM {source}_read) "
            f"ANTI JOIN {source}_repeats USING (row_id)"
        )
    return number(connection, f"SELECT count(*) FROM {source}_repeats")


def _repeated_hashes(connection: duckdb.DuckDBPyConnection, hashes: str) -> npt.NDArray[np.uint64]:
    """What stands more than once in the column ``h`` of the query ``hashes``, ascending."""
    # Sorted part by part: to group them would take several times the time and the memory.
    parts = -(-number(connection, f"SELECT count(*) FROM ({hashes})") // HASHES_AT_ONCE)
    repeated = [np.empty(0, np.uint64)]
    for part in range(parts):
        of_part = connection.execute(f"FROM ({hashes}) WHERE h % {parts} = {part}").fetchnumpy()
        found = np.sort(of_part["h"])
        repeated.append(np.unique(found[1:][found[1:] == found[:-1]]))
    return np.concatenate(repeated)


def _resolve_events(connection: duckdb.DuckDBPyConnection, suspects: str) -> None:
    connection.execute(
        "CREATE TABLE events_suspects AS "
        "SELECT *, CASE WHEN made THEN dense_rank() OVER (PARTITION BY event_id, made "
        f"ORDER BY device, ip, session) ELSE 1 END AS variant FROM ({suspects})"
    )
    connection.execute(
        "CREATE TABLE events_repeats AS SELECT row_id FROM events_suspects "
        "QUALIFY row_number() OVER "
        f"(PARTITION BY event_id, variant ORDER BY {_order('events')}) > 1"
    )
    connection.execute(
        "CREATE TABLE events_renamed AS SELECT row_id, event_id || '-' || variant AS new_id "
        "FROM events_suspects WHERE variant > 1"
    )
    connection.execute(
        "CREATE VIEW events_kept AS "
        "SELECT e.* REPLACE (coalesce(n.new_id, e.event_id) AS event_id) "
        f"FROM (SELECT * FROM (SELECT *, {ROW_ID} AS row_id FROM events_read) "
        "ANTI JOIN events_repeats USING (row_id)) e "
        "LEFT JOIN events_renamed n ON e.row_id = n.row_id"
    )


def _order(source: str) -> str:
    return ", ".join(f"{c} NULLS LAST" for c in _ORDERS[source])


def number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one whole number that a query gives; 0 for null."""
    # All rows are fetched: an unfinished result would keep the connection busy.
    return int(connection.execute(query).fetchall()[0][0] or 0)
