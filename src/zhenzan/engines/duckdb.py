"""The default engine: DuckDB in process, with a memory cap and spilling to the work folder."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from zhenzan.errors import LimitError
from zhenzan.memory import release_unused, resident_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


LEAST_SHARE = 0.25
"""However much memory arrays take, DuckDB keeps that share of its own: with less it cannot sort."""
SOURCE_SHARE = 0.25
"""Of the process's memory, whoever hands over rows batch by batch needs so much meanwhile."""
LEAST_CHANGE_BYTES = 32_000_000
"""For less, the limit is left as it is."""
ARRAYS_PER_RESULT = 16
"""Whoever asks for rows works on them in arrays, several times as large together."""


class DuckDBEngine:
    """DuckDB in one process, whose memory it shares with the arrays of whoever asks it.

    Args:
        folder: Existing folder for the working database and spilled data.
        memory_bytes: The most memory DuckDB's buffers may take; beyond it, it spills.
        threads: Number of worker threads.
        process_bytes: The most that the whole process should hold. What others hold of it, and
            will need for a large result, DuckDB leaves to them. None: DuckDB looks at itself only.
    """

    name = "duckdb"

    def __init__(
        self, folder: Path, memory_bytes: int, threads: int, process_bytes: int | None = None
    ) -> None:
        self._most = self._limit = memory_bytes
        self._process_bytes = process_bytes
        self._connection = duckdb.connect(
            str(folder / "work.duckdb"),
            config={
                "memory_limit": f"{memory_bytes // 1_000_000}MB",
                "threads": threads,
                "temp_directory": str(folder / "spill"),
                # What a detector reads is a set; only an ORDER BY may give it an order.
                "preserve_insertion_order": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )

    def register(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Store Arrow data as the table ``name``, replacing one of that name."""
        self._connection.register("arrow_input", data)
        asked = SOURCE_SHARE * (self._process_bytes or 0)
        # What comes as a stream is the log: it is large, and read again and again.
        compressed = not isinstance(data, pa.Table)
        try:
            self._store(name, "SELECT * FROM arrow_input", int(asked), compressed=compressed)
        finally:
            self._connection.unregister("arrow_input")

    def create(self, name: str, query: str) -> None:
        """Store the rows of ``query`` as the table ``name``, replacing one of that name."""
        self._store(name, query)

    def query(self, query: str) -> pa.Table:
        """Run ``query`` and return all its rows; for results that fit in memory."""
        self._share_memory()
        with _memory_error_in_words():
            rows = self._connection.sql(query).to_arrow_table()
        self._share_memory(ARRAYS_PER_RESULT * rows.nbytes)
        return rows

    def stream(self, query: str, batch_rows: int = 122_880) -> pa.RecordBatchReader:
        """Run ``query`` and return its rows batch by batch, in the query's order.

        The reader runs on a cursor of its own, so that other queries may run meanwhile.
        """
        self._share_memory()
        with _memory_error_in_words():
            rows = self._connection.cursor().sql(query).to_arrow_reader(batch_rows)
            return pa.RecordBatchReader.from_batches(rows.schema, _batches(rows))

    def json_object(self, columns: tuple[str, ...]) -> str:
        """SQL for one JSON text with a key per column, in that order."""
        pairs = ", ".join(f"'{name}', {name}" for name in columns)
        return f"cast(json_object({pairs}) AS varchar)"

    def list_by(self, value: str, order: str) -> str:
        """SQL: aggregate ``value`` to a list in the total order ``order``."""
        return f"list({value} ORDER BY {order})"

    def empty_list(self) -> str:
        """SQL: a list of texts that has none."""
        return "cast([] AS varchar[])"

    def drop(self, name: str) -> None:
        """Delete the table ``name`` if it exists."""
        self._run(f"DROP TABLE IF EXISTS {name}")

    def close(self) -> None:
        """Release memory and files."""
        self._connection.close()

    def _store(
        self, name: str, query: str, asked_bytes: int = 0, *, compressed: bool = False
    ) -> None:
        """Store rows; to try which compression fits takes longer than to write them as they are."""
        way = "auto" if compressed else "uncompressed"
        self._connection.execute(f"SET force_compression = '{way}'")
        self._run(f"CREATE OR REPLACE TABLE {name} AS {query}", asked_bytes)

    def _run(self, statement: str, asked_bytes: int = 0) -> None:
        self._share_memory(asked_bytes)
        with _memory_error_in_words():
            self._connection.execute(statement)

    def _share_memory(self, asked_bytes: int = 0) -> None:
        """Leave to others what they hold of the process's memory, and what they ask for."""
        if self._process_bytes is None:
            return
        used = "SELECT cast(sum(memory_usage_bytes) AS bigint) FROM duckdb_memory()"
        own = self._connection.execute(used).fetchall()[0][0]
        if resident_bytes() - own + asked_bytes > self._process_bytes - self._most:
            release_unused()
        free = self._process_bytes - (resident_bytes() - own) - asked_bytes
        limit = min(self._most, max(free, int(LEAST_SHARE * self._most)))
        if abs(limit - self._limit) < LEAST_CHANGE_BYTES:
            return
        # It cannot let go of what an open result holds; then it keeps what it has.
        with suppress(duckdb.OutOfMemoryException):
            self._connection.execute(f"SET memory_limit = '{limit // 1_000_000}MB'")
            self._limit = limit


def _batches(rows: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    with _memory_error_in_words():
        yield from rows


@contextmanager
def _memory_error_in_words() -> Iterator[None]:
    try:
        yield
    except (duckdb.OutOfMemoryException, OSError) as error:
        # An Arrow reader passes DuckDB's errors on as OSError, which keeps their text only.
        if isinstance(error, OSError) and not str(error).startswith("Out of Memory Error"):
            raise
        raise LimitError(
            "The scan needs more memory than it may use.",
            "Raise --memory, lower --threads, or free disk space for spilling.",
        ) from error
