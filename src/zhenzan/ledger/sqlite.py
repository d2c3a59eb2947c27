"""A ledger in one SQLite file: WAL, full synchronisation, one writer at a time."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

import apsw

from zhenzan.errors import InputError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zhenzan.ledger.database import Row, Value


def _named(cursor: apsw.Cursor, values: tuple[object, ...]) -> Row:
    return dict(zip((name for name, *_ in cursor.get_description()), values, strict=True))


class SQLiteDatabase:
    """One connection to a ledger's file.

    Args:
        path: The file; made if need be, unless ``read_only``.
        busy_seconds: How long to wait for another writer.
        read_only: Change nothing, not even by opening.

    Raises:
        InputError: The file cannot be opened, or is no SQLite file.
    """

    def __init__(self, path: Path, busy_seconds: float, *, read_only: bool = False) -> None:
        self._busy_seconds = busy_seconds
        flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE
        try:
            if not read_only and not path.exists():
                _make(path)
            self._connection = apsw.Connection(str(path), flags=flags)
            self._connection.set_busy_timeout(int(busy_seconds * 1000))
            if not read_only:
                # For a file restored from a copy without it; else it does nothing.
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = FULL")
                # What is erased is overwritten, not only forgotten.
                self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.row_trace = _named
        except apsw.BusyError as error:
            raise self._busy() from error
        except apsw.Error as error:
            raise InputError(
                f"The ledger {path} cannot be opened: {error}.",
                "Name a folder that can be written to, or restore the file from a copy.",
            ) from error

    @classmethod
    def in_memory(cls) -> Self:
        """A database that nobody else sees and that is gone when closed."""
        made = cls.__new__(cls)
        made._busy_seconds = 0.0
        made._connection = apsw.Connection(":memory:")
        made._connection.row_trace = _named
        return made

    def begin(self, *, write: bool) -> None:
        """Begin a transaction; see Database."""
        try:
            self._connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        except apsw.BusyError as error:
            raise self._busy() from error

    def commit(self) -> None:
        """Make the transaction durable."""
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """Undo the transaction, if there is one."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def execute(self, sql: str, values: Sequence[Value] = ()) -> None:
        """Run one statement that returns nothing."""
        self._connection.execute(sql, tuple(values))

    def execute_many(self, sql: str, rows: Sequence[Sequence[Value]]) -> None:
        """Run one statement for each row of values."""
        self._connection.executemany(sql, [tuple(row) for row in rows])

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """The rows of a query."""
        return list(self._connection.execute(sql, tuple(values)))

    def stream(self, sql: str) -> Iterator[Row]:
        """The rows of a query that may be long; see Database."""
        found: Iterator[Row] = self._connection.execute(sql)
        return found

    def checkpoint(self) -> None:
        """Write the log back into the file and cut it, so that nothing erased stays in it."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _busy(self) -> UnavailableError:
        return UnavailableError(
            f"The database is busy: others have written for {self._busy_seconds:g} seconds.",
            "Try again; if it stays so, another process holds a transaction open.",
        )


def _make(path: Path) -> None:
    """Make an empty database in WAL mode that only its owner can read.

    Changing the mode of a file that others open too fails at once, whatever the busy timeout.
    So the file gets its mode under another name, and its own only then; of several processes
    that make it at once, the first one's stays.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
            made = Path(folder) / path.name
            os.close(os.open(made, os.O_RDWR | os.O_CREAT, 0o600))
            connection = apsw.Connection(str(made), flags=apsw.SQLITE_OPEN_READWRITE)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.close()
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(made)
    except OSError as error:
        raise InputError(
            f"The ledger {path} cannot be made: {error.strerror}.",
            "Name a folder that can be written to.",
        ) from error
