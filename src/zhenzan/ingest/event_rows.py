"""Stages rows of events: most are read here, and only those written otherwise by the query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from zhenzan.ingest.checks import staging_sql
from zhenzan.ingest.plain import read_plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from zhenzan.ingest.door import Door

ROWS_AT_ONCE = 131_072
"""So many rows are written, or put to the query, together: either is slow for a few."""
REPEATING = ("account_id", "content_id", "source")
"""What has far fewer values than there are rows."""


class EventRows:
    """A staged file of events.

    Args:
        path: Where it goes.
        door: What lets its rows through, or does so alike.
        connection: From ``staging.open_staging``.
    """

    def __init__(self, path: Path, door: Door, connection: duckdb.DuckDBPyConnection) -> None:
        self._path = path
        self._door = door
        self._connection = connection
        self._unread: list[pa.RecordBatch] = []
        self._read: list[pa.Table] = []
        self._writer: pq.ParquetWriter | None = None

    def add(self, rows: pa.RecordBatch) -> None:
        """Read rows behind the door and write them.

        Raises:
            OSError: They cannot be written.
            duckdb.Error: The query cannot be run.
        """
        read = read_plain(rows, tuple(self._door.forms.values()))
        if read is not None:
            self._read.append(read.rows)
            rows = rows.filter(pa.array(~read.plain))
        self._unread.append(rows)
        if _count(self._unread) >= ROWS_AT_ONCE:
            self._query()
        if _count(self._read) >= ROWS_AT_ONCE:
            self._write()

    def close(self) -> None:
        """Write what still waits, and end the file; the same errors."""
        self._query()
        self._write()
        if self._writer:
            self._writer.close()

    def _query(self) -> None:
        rows = pa.Table.from_batches(self._unread, self._door.schema)
        words = {name: form.word for name, form in self._door.forms.items()}
        self._connection.register("incoming", rows)
        try:
            query = staging_sql("events", words)
            self._read.append(self._connection.sql(query).to_arrow_table())
        finally:
            self._connection.unregister("incoming")
        self._unread.clear()

    def _write(self) -> None:
        rows = pa.concat_tables(self._read)
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self._path,
                rows.schema,
                compression="lz4",
                use_dictionary=list(REPEATING),
                write_statistics=False,
            )
        self._writer.write_table(rows)
        self._read.clear()


def _count(parts: Sequence[pa.RecordBatch] | Sequence[pa.Table]) -> int:
    return sum(part.num_rows for part in parts)
