"""The stored rows as sources of a scan: they came through the door when they arrived."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import duckdb
import pyarrow.parquet as pq

from zhenzan.ingest import Admitted, Sources, Staged
from zhenzan.model import EVENT_TYPES
from zhenzan.serve.events.retention import IDENTIFIERS, newest_rows
from zhenzan.serve.events.store import EventStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MEMORY_LIMIT = "1GB"


@dataclass(frozen=True)
class Window:
    """Which batches a scan reads.

    Attributes:
        after: Of events, the batch after which it begins.
        upto: The last batch to read.
    """

    after: int
    upto: int

    def begin(self, source: str) -> int:
        """The batch after which a source is read: what is known of entities does not grow old."""
        return self.after if source == "events" else 0


def stored_sources(store: Path, window: Window) -> Sources:
    """The stored rows of a window, as what a scan reads.

    Args:
        store: The event store.
        window: Which batches.
    """
    optional = {
        name: Admitted(partial(_write, store, name, window))
        for name in IDENTIFIERS
        if has_rows(store, name, window)
    }
    events = Admitted(partial(_write, store, "events", window))
    return Sources(events, optional.get("accounts"), optional.get("contents"))


def write_origins(store: Path, window: Window, endorsement: Sequence[str], file: Path) -> None:
    """Write ``event_id``, ``device`` and ``ip`` of the stored likes as Parquet.

    Args:
        store: The event store.
        window: Which batches.
        endorsement: The event types that are judged.
        file: The file to write.
    """
    judged = ", ".join(str(EVENT_TYPES.index(word)) for word in endorsement)
    folder = file.parent
    _write(store, "events", window, folder)
    with _duckdb() as connection:
        connection.read_parquet(str(folder / "events-0.parquet")).create_view("stored")
        connection.sql(
            "SELECT event_id, any_value(device) AS device, any_value(ip) AS ip FROM stored "
            f"WHERE reason IS NULL AND (event_type IN ({judged}) OR event_type IS NULL) "
            "GROUP BY event_id"
        ).write_parquet(str(file))


def has_rows(path: Path, source: str, window: Window) -> bool:
    """Whether a window holds rows of a source."""
    store = EventStore(path, read_only=True)
    try:
        sizes = store.sizes(source, window.upto)
        return any(batch > window.begin(source) for batch, _ in sizes)
    finally:
        store.close()


def _write(path: Path, source: str, window: Window, folder: Path) -> Staged:
    """Write a source's rows as staged Parquet; of the batches one at a time is in memory."""
    # Two files as the scan sees it: rows whose requests had event types, and rows of others.
    staged = Staged(names=[f"/v1/{source}"] * 2)
    integer: set[str] = set()
    other: set[str] = set()
    store = EventStore(path, read_only=True)
    writer: pq.ParquetWriter | None = None
    try:
        for batch in store.batches(source, window.upto, window.begin(source)):
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
        staged.rows = _keep_newest(folder / f"{source}-0.parquet", source)
    return staged


def _keep_newest(file: Path, source: str) -> int:
    """Keep the newest row of each entity, and those that could not be read."""
    every = file.with_name(f".{file.name}")
    file.rename(every)
    with _duckdb() as connection:
        connection.read_parquet(str(every)).create_view("every_row")
        connection.sql(newest_rows(source)).write_parquet(str(file))
    every.unlink()
    return int(pq.read_metadata(file).num_rows)


def _duckdb() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "threads": 1})
