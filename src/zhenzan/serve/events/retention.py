"""Removes what is older than the window: whole batches of events, outdated rows of entities.

What is known of an account or a content does not grow old: its newest row stays. Older rows of the
same entity go, and rows that could not be read.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow.parquet as pq

from zhenzan.ingest import Staged
from zhenzan.serve.events.store import EventStore

if TYPE_CHECKING:
    import pyarrow as pa

IDENTIFIERS = {"accounts": "account_id", "contents": "content_id"}
"""Sources whose newest row of each entity stays → what names the entity."""
REMOVED_AT_ONCE = 8
PAUSE_S = 0.01
"""Between removals, so that events that come in do not wait."""
PATIENCE_S = 300.0
"""SQLite does not give turns: who waits beside a busy intake may miss every gap for long."""
ROWS_OF_A_BATCH = 100_000
MEMORY_LIMIT = "1GB"


def newest_rows(source: str) -> str:
    """SQL: of the view ``every_row`` the newest row of each entity, and rows that were unread."""
    return (
        "SELECT * FROM every_row QUALIFY reason IS NOT NULL OR row_number() OVER "
        f"(PARTITION BY reason IS NULL, {IDENTIFIERS[source]} ORDER BY row DESC) = 1"
    )


def expire(path: Path, upto: int) -> None:
    """Remove what is in the batches up to one, all of which were scanned.

    Args:
        path: The event store.
        upto: The last batch that is older than the window.

    Raises:
        ZhenzanError: The store cannot be written.
    """
    store = EventStore(path, busy_seconds=PATIENCE_S)
    try:
        while _remove(store, upto):
            time.sleep(PAUSE_S)
        for source in IDENTIFIERS:
            _merge(store, source, upto)
    finally:
        store.close()


def _remove(store: EventStore, upto: int) -> int:
    with store.commit():
        return store.remove("events", upto, REMOVED_AT_ONCE)


def _merge(store: EventStore, source: str, upto: int) -> None:
    """Keep the newest rows of old batches in full batches.

    That is done when loose batches hold half as many rows as full ones, so that each row is
    written a few times in all and the store is never much larger than what it knows.
    """
    sizes = store.sizes(source, upto)
    loose = [rows for _, rows in sizes if rows < ROWS_OF_A_BATCH]
    if len(loose) < 2 or 2 * sum(loose) < sum(rows for _, rows in sizes) - sum(loose):
        return
    about = Staged()
    with tempfile.TemporaryDirectory(prefix=".merge-", dir=Path(store.path).parent) as folder:
        file = Path(folder) / "rows.parquet"
        _write(store, source, upto, file, about)
        kept = _newest(source, file)
    numbers = [number for number, _ in sizes]
    parts = [
        kept.slice(start, ROWS_OF_A_BATCH) for start in range(0, kept.num_rows, ROWS_OF_A_BATCH)
    ]
    with store.commit():
        store.replace(source, numbers, parts, about, store.stored_us(numbers[-1]))


def _write(store: EventStore, source: str, upto: int, file: Path, about: Staged) -> None:
    writer: pq.ParquetWriter | None = None
    integer: set[str] = set()
    other: set[str] = set()
    try:
        for batch in store.batches(source, upto):
            writer = writer or pq.ParquetWriter(file, batch.rows.schema, compression="lz4")
            writer.write_table(batch.rows)
            about.text = about.text or batch.texts
            integer |= batch.integer_ids
            other |= batch.other_ids
    finally:
        if writer:
            writer.close()
    about.integer_ids, about.other_ids = sorted(integer), sorted(other)


def _newest(source: str, file: Path) -> pa.Table:
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "threads": 1}) as connection:
        connection.read_parquet(str(file)).create_view("every_row")
        found: pa.Table = connection.sql(
            f"SELECT * FROM ({newest_rows(source)}) WHERE reason IS NULL ORDER BY row"
        ).to_arrow_table()
    return found.cast(pq.read_schema(file))
