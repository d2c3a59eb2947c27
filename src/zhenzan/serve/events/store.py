"""The event store: compressed batches of checked rows in SQLite, appended and in time removed."""

from __future__ import annotations

import struct
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import apsw
import numpy as np
import pyarrow as pa

from zhenzan.errors import InputError, LimitError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from zhenzan.ingest import Staged

SCHEMA_VERSION = 2
_SCHEMA = """
CREATE TABLE batches (
    batch INTEGER PRIMARY KEY,   -- 1, 2, 3 … in the order of storing
    source TEXT NOT NULL,        -- events, accounts or contents
    first_row INTEGER NOT NULL,  -- running number of its first row, from 1 in each source
    rows INTEGER NOT NULL,
    stored_us INTEGER NOT NULL,  -- µs since 1970
    texts INTEGER NOT NULL,      -- whether a row has a comment's text
    integer_ids TEXT NOT NULL,   -- identifiers that came as whole numbers, by blanks
    other_ids TEXT NOT NULL,     -- identifiers that came as something else
    payload BLOB NOT NULL        -- see _packed
) STRICT;
CREATE INDEX batches_by_source ON batches (source, batch, first_row, rows);
CREATE TABLE requests (
    principal TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    digest BLOB NOT NULL,        -- SHA-256 of route, media type and body
    stored_us INTEGER NOT NULL,
    answer BLOB NOT NULL,
    PRIMARY KEY (principal, idempotency_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX requests_by_time ON requests (stored_us);
"""
# The last numbers of what was removed, so that none is given twice.
_REMOVED = """
CREATE TABLE removed (
    source TEXT PRIMARY KEY, batch INTEGER NOT NULL, row INTEGER NOT NULL
) STRICT;
"""
_ZSTD = pa.Codec("zstd", 1)
_SIZE = struct.Struct("<Q")
_ARROW_STREAM = b"\xff\xff\xff\xff"
"""How a stream begins that is not packed: no size is as large."""
TYPED, UNTYPED = 0, 1
"""The column ``file`` of stored events: whether their request had any event_type."""


@dataclass(frozen=True)
class StoredBatch:
    """One batch as it stands in the store.

    Attributes:
        batch: Its number.
        source: events, accounts or contents.
        rows: The rows.
        texts: Whether a row has a comment's text.
        integer_ids: Identifiers that came as whole numbers.
        other_ids: Identifiers that came as something else.
    """

    batch: int
    source: str
    rows: pa.Table
    texts: bool
    integer_ids: frozenset[str]
    other_ids: frozenset[str]


@dataclass(frozen=True)
class KeptAnswer:
    """What a request with an Idempotency-Key was answered.

    Attributes:
        digest: SHA-256 of its route, media type and body.
        answer: The answer's body.
    """

    digest: bytes
    answer: bytes


class EventStore:
    """The store, for one thread. Writing needs the lock of the data folder.

    Args:
        path: Its file; made if it is not there.
        read_only: Whether nothing is to be written.
        busy_seconds: How long to wait for another writer.

    Attributes:
        path: The file.

    Raises:
        InputError: The file is no event store of this version.
    """

    def __init__(self, path: Path, *, read_only: bool = False, busy_seconds: float = 10.0) -> None:
        flags = (
            apsw.SQLITE_OPEN_READONLY
            if read_only
            else (apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
        )
        self.path = path
        try:
            self._connection = apsw.Connection(str(path), flags=flags)
            self._connection.set_busy_timeout(round(1000 * busy_seconds))
            self._open(read_only=read_only)
        except apsw.Error as error:
            raise InputError(
                f"The event store {path} cannot be opened: {error}.",
                "Restore it from a copy, or name another data folder with --data.",
            ) from error

    def _open(self, *, read_only: bool) -> None:
        if not read_only:
            self.path.chmod(0o600)
            # FULL: a commit is on the disk before it returns.
            self._connection.pragma("journal_mode", "wal")
            self._connection.pragma("synchronous", "full")
            # Batches are written once and read in order; nothing is gained by caching them.
            self._connection.pragma("cache_size", -4_000)
            self._connection.pragma("journal_size_limit", 64 * 2**20)
            # What is removed is overwritten too.
            self._connection.pragma("secure_delete", "on")
            # Another process removes old batches: whoever is second waits, and does not fail.
            self._connection.transaction_mode = "IMMEDIATE"
            version = self._connection.pragma("user_version")
            if version < SCHEMA_VERSION:
                with self._connection:
                    self._connection.execute(_REMOVED if version else _SCHEMA + _REMOVED)
                    self._connection.pragma("user_version", SCHEMA_VERSION)
        version = self._connection.pragma("user_version")
        if version != SCHEMA_VERSION:
            raise InputError(
                f"The event store {self.path} is of version {version}, not {SCHEMA_VERSION}.",
                "Use the Zhenzan that wrote it.",
            )

    @contextmanager
    def commit(self) -> Iterator[None]:
        """All that is written inside is on the disk when this ends, or none of it.

        Raises:
            LimitError: The disk is full or failing, or somebody else writes for too long.
        """
        try:
            with self._connection:
                yield
        except apsw.BusyError as error:
            raise LimitError(
                "The event store is busy: others have written all the time.",
                "Send it again; if it stays so, another process holds the store.",
            ) from error
        except (apsw.FullError, apsw.IOError) as error:
            raise LimitError(
                "The event store cannot be written.", "Free disk space; then send it again."
            ) from error

    def append(self, source: str, rows: pa.Table, about: Staged, now_us: int) -> None:
        """Append a batch; inside :meth:`commit`.

        Args:
            source: events, accounts or contents.
            rows: Checked rows; their column ``row`` is replaced by a running number.
            about: What the rows came to.
            now_us: µs since 1970.
        """
        first = self.rows(source) + 1
        numbers = pa.array(np.arange(first, first + rows.num_rows, dtype=np.int64))
        rows = rows.set_column(rows.schema.get_field_index("row"), "row", numbers)
        self._write(self.last_batch() + 1, source, first, rows, about, now_us)

    def replace(
        self, source: str, old: Sequence[int], parts: Sequence[pa.Table], about: Staged, us: int
    ) -> None:
        """Put fewer rows in the place of whole batches; inside :meth:`commit`.

        Args:
            source: events, accounts or contents.
            old: The numbers of the batches that go, in order.
            parts: What takes their places, not more tables than there were batches; the column
                ``row`` stays.
            about: What the rows come to.
            us: When they were stored, µs since 1970.
        """
        self._forget(old)
        for number, rows in zip(old, parts, strict=False):
            self._write(number, source, rows.column("row")[0].as_py(), rows, about, us)

    def _write(
        self, batch: int, source: str, first_row: int, rows: pa.Table, about: Staged, us: int
    ) -> None:
        self._connection.execute(
            "INSERT INTO batches (batch, source, first_row, rows, stored_us, texts, integer_ids, "
            "other_ids, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                batch,
                source,
                first_row,
                rows.num_rows,
                us,
                int(about.text),
                " ".join(sorted(about.integer_ids)),
                " ".join(sorted(about.other_ids)),
                _packed(rows),
            ),
        )

    def remove(self, source: str, upto: int, most: int) -> int:
        """Remove the oldest batches of a source; inside :meth:`commit`.

        Args:
            source: events, accounts or contents.
            upto: The last batch that may go.
            most: How many may go at once.

        Returns:
            How many went.
        """
        gone = [batch for batch, _ in self.sizes(source, upto)][:most]
        if gone:
            self._forget(gone)
        return len(gone)

    def _forget(self, batches: Sequence[int]) -> None:
        self._connection.execute(
            "INSERT INTO removed (source, batch, row) "
            "SELECT source, batch, first_row + rows - 1 FROM batches WHERE batch = ? "
            "ON CONFLICT (source) DO UPDATE SET batch = max(batch, excluded.batch), "
            "row = max(row, excluded.row)",
            (batches[-1],),
        )
        self._connection.executemany(
            "DELETE FROM batches WHERE batch = ?", [(number,) for number in batches]
        )

    def rows(self, source: str) -> int:
        """The number of the newest row of a source: how many were ever stored."""
        return self._newest(
            "SELECT first_row + rows - 1 FROM batches WHERE source = ? ORDER BY batch DESC LIMIT 1",
            "SELECT row FROM removed WHERE source = ?",
            (source,),
        )

    def last_batch(self) -> int:
        """The number of the newest batch, removed ones included; 0 if there never was one."""
        return self._newest("SELECT max(batch) FROM batches", "SELECT max(batch) FROM removed")

    def _newest(self, held: str, removed: str, values: tuple[str, ...] = ()) -> int:
        found = [self._connection.execute(sql, values).fetchone() for sql in (held, removed)]
        return max(int(row[0] or 0) if row else 0 for row in found)

    def before(self, us: int) -> int:
        """The last batch of those that were all stored before a time, µs since 1970."""
        found = self._connection.execute(
            "SELECT min(batch) FROM batches WHERE stored_us >= ?", (us,)
        ).fetchone()
        return int(found[0]) - 1 if found and found[0] else self.last_batch()

    def stored_us(self, batch: int) -> int:
        """When a batch was stored, µs since 1970; 0 if it is not there."""
        found = self._connection.execute(
            "SELECT stored_us FROM batches WHERE batch = ?", (batch,)
        ).fetchone()
        return int(found[0]) if found else 0

    def sizes(self, source: str, upto: int) -> list[tuple[int, int]]:
        """The number and the rows of each batch of a source, in order."""
        return [
            (int(batch), int(rows))
            for batch, rows in self._connection.execute(
                "SELECT batch, rows FROM batches WHERE source = ? AND batch <= ? ORDER BY batch",
                (source, upto),
            )
        ]

    def batches(self, source: str, upto: int, after: int = 0) -> Iterator[StoredBatch]:
        """The batches of a source, in the order of storing.

        Args:
            source: events, accounts or contents.
            upto: The last batch to give.
            after: The batch after which to begin.
        """
        numbers = [number for number, _ in self.sizes(source, upto) if number > after]
        yield from map(self._read, numbers)

    def tail(self, source: str, rows: int) -> Iterator[StoredBatch]:
        """The newest batches of a source that hold at least so many rows, oldest first."""
        numbers: list[int] = []
        for batch, held in self._connection.execute(
            "SELECT batch, rows FROM batches WHERE source = ? ORDER BY batch DESC", (source,)
        ):
            numbers.append(int(batch))
            rows -= int(held)
            if rows <= 0:
                break
        yield from map(self._read, reversed(numbers))

    def _read(self, batch: int) -> StoredBatch:
        source, texts, integer, other, payload = self._connection.execute(
            "SELECT source, texts, integer_ids, other_ids, payload FROM batches WHERE batch = ?",
            (batch,),
        ).fetchall()[0]
        assert isinstance(payload, bytes)
        rows = _unpacked(payload)
        ids = frozenset(str(integer).split()), frozenset(str(other).split())
        return StoredBatch(batch, str(source), rows, bool(texts), *ids)

    def kept_answer(self, principal: str, key: str) -> KeptAnswer | None:
        """What the request with this Idempotency-Key was answered; None if it is not known."""
        found = self._connection.execute(
            "SELECT digest, answer FROM requests WHERE principal = ? AND idempotency_key = ?",
            (principal, key),
        ).fetchone()
        return KeptAnswer(bytes(found[0]), bytes(found[1])) if found else None

    def keep_answer(self, principal: str, key: str, kept: KeptAnswer, now_us: int) -> None:
        """Remember an answer; inside :meth:`commit`."""
        self._connection.execute(
            "INSERT INTO requests VALUES (?, ?, ?, ?, ?)",
            (principal, key, kept.digest, now_us, kept.answer),
        )

    def forget_answers(self, before_us: int) -> None:
        """Forget the answers given before a time; inside :meth:`commit`."""
        self._connection.execute("DELETE FROM requests WHERE stored_us < ?", (before_us,))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _packed(rows: pa.Table) -> bytes:
    """An Arrow stream in one frame of zstd, after its size.

    Compression inside the stream begins anew for each of its fifty buffers, which for a small
    batch takes eight times as long.
    """
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows.combine_chunks())
    stream = sink.getvalue()
    return _SIZE.pack(stream.size) + bytes(_ZSTD.compress(stream, asbytes=True))


def _unpacked(payload: bytes) -> pa.Table:
    if not payload.startswith(_ARROW_STREAM):  # stores of version 1 hold streams themselves
        (size,) = _SIZE.unpack_from(payload)
        payload = _ZSTD.decompress(payload[_SIZE.size :], size)
    return pa.ipc.open_stream(payload).read_all()
