"""The stored rows as sources of a scan: they came through the door when they arrived."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import duckdb
import pyarrow.parquet as pq

from zhenzan.ingest import Admitted, Sources, Staged
from zhenzan.model import EVENT_TYPES
from zhenzan.serve.events.store import EventStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

IDENTIFIERS = {"accounts": "account_id", "contents": "content_id"}
MEMORY_LIMIT = "1GB"


def stored_sources(store: Path, upto: int) -> Sources:
    """The stored rows up to a batch, as what a scan reads.

    Args:
        store: The event store.
        upto: The last batch to read.
    """
    optional = {
        name: Admitted(partial(_write, store, name, upto))
        for name in IDENTIFIERS
        if _has_rows(store, name, upto)
    }
    events = Admitted(partial(_write, store, "events", upto))
    return Sources(events, optional.get("accounts"), optional.get("contents"))


def write_origins(store: Path, upto: int, endorsement: Sequence[str], file: Path) -> None:
    """Write ``event_id``, ``device`` and ``ip`` of the stored likes as Parquet.

    Args:
        store: The event store.
        upto: The last batch to read.
        endorsement: The event types that are judged.
        file: The file to write.
    """
    judged = ", ".join(str(EVENT_TYPES.index(word)) for word in endorsement)
    folder = file.parent
    _write(store, "events", upto, folder)
    with _duckdb() as connection:
        connection.read_parquet(str(folder / "events-0.parquet")).create_view("stored")
        connection.sql(
            "SELECT event_id, any_value(device) AS device, any_value(ip) AS ip FROM stored "
            f"WHERE reason IS NULL AND (event_type IN ({judged}) OR event_type IS NULL) "
            "GROUP BY event_id"
        ).write_parquet(str(file))


def _has_rows(path: Path, source: str, upto: int) -> bool:
    store = EventStore(path, read_only=True)
    try:
        return next(iter(store.batches(source, upto)), None) is not None
    finally:
        store.close()


def _write(path: Path, source: str, upto: int, folder: Path) -> Staged:
    """Write a source's rows as staged Parquet; of the batches one at a time is in memory."""
    # Two files as the scan sees it: rows whose requests had event types, and rows of others.
    staged = Staged(names=[f"/v1/{source}"] * 2)
    integer: set[str] = set()
    other: set[str] = set()
    store = EventStore(path, read_only=True)
    writer: pq.ParquetWriter | None = None
    try:
        for batch in store.batches(source, upto):
            writer = writer or pq.ParquetWriter(
                folder / f"{source}-0.parquet", batch.rows.schema, compression="lz4"
            )
            writer.write_table(batch.rows)
            staged.rows += batch.rows.num_rows
            staged.text = staged.text or batch.texts
            integer |= batch.integer_ids
            other |= batch.other_ids
    finally:
        store.close()
        if writer:
            writer.close()
    staged.integer_ids, staged.other_ids = sorted(integer), sorted(other)
    if source in IDENTIFIERS:
        staged.rows = _keep_newest(folder / f"{source}-0.parquet", IDENTIFIERS[source])
    return staged


def _keep_newest(file: Path, identifier: str) -> int:
    """Keep the newest row of each entity, and those that could not be read."""
    every = file.with_name(f".{file.name}")
    file.rename(every)
    with _duckdb() as connection:
        connection.read_parquet(str(every)).create_view("every_row")
        connection.sql(
            "SELECT * FROM every_row QUALIFY reason IS NOT NULL OR row_number() OVER "
            f"(PARTITION BY reason IS NULL, {identifier} ORDER BY row DESC) = 1"
        ).write_parquet(str(file))
    every.unlink()
    return int(pq.read_metadata(file).num_rows)


def _duckdb() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "threads": 1})
