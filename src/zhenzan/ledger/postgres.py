"""A ledger in PostgreSQL, for several instances of the service that share one."""

from __future__ import annotations

import contextlib
import itertools
import time
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit

from zhenzan.errors import CallError, InputError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from zhenzan.ledger.database import Row, Value

Result = TypeVar("Result")

SCHEMES = ("postgresql", "postgres")
PORT = 5432
PAGE_ROWS = 1_000
WRITER_LOCK = 0x7A68656E7A616E
"""Advisory lock that makes one writer of the ledger of many: "zhenzan" in ASCII."""
LOCK_NOT_AVAILABLE = "55P03"
CODES_OF_LOSS = ("08", "57P01", "57P02", "57P03")
"""Connection exceptions; shut down by an administrator, crashed, starting up."""
REOPEN_PAUSES_S = (0.05, 0.2, 0.5)
"""Between attempts; short, since requests wait for it. Each later call tries again."""
SET_SCHEMA = "SET search_path TO zhenzan"
_UNDONE = ("The connection to PostgreSQL was lost, and nothing of this was kept.", "Do it again.")


class PostgresDatabase:
    """A connection to the schema ``zhenzan`` of a PostgreSQL database.

    A connection that was lost is opened again before the next transaction begins, and before a
    query outside of one is asked again. What was under way is never run again by itself: lost
    before its end it was undone, and lost at its end the server is asked which of both happened.

    Args:
        url: ``postgresql://user:password@host:port/database``.
        busy_seconds: How long to wait for another writer.
        writer_lock: The advisory lock that writers take.

    Raises:
        CallError: The extra is not installed, or the URL is none.
        InputError: The server does not let us in.
    """

    def __init__(self, url: str, busy_seconds: float, writer_lock: int = WRITER_LOCK) -> None:
        try:
            import pg8000.dbapi  # noqa: PLC0415  optional: only who has a server needs it
        except ImportError as error:
            raise CallError(
                "A ledger in PostgreSQL needs the package pg8000, which is not installed.",
                "Install it: pip install 'zhenzan[postgres]'.",
            ) from error
        self._driver: Any = pg8000.dbapi
        self._url = url
        self._busy_seconds = busy_seconds
        self._writer_lock = writer_lock
        self._cursors = itertools.count()
        self._lost = False
        self._transaction: str | None = None
        self._connection: Any = self._connected()
        self._prepare()

    def begin(self, *, write: bool) -> None:
        """Begin a transaction; see Database.

        Raises:
            UnavailableError: Others have been writing for too long, or the server is gone.
        """
        # Nothing was done yet, so that beginning again repeats nothing.
        self._again(lambda: self._begin(write=write))

    def _begin(self, *, write: bool) -> None:
        self.execute("BEGIN" if write else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self._transaction = ""
        if not write:
            return
        self.execute(f"SET LOCAL lock_timeout = {int(self._busy_seconds * 1000)}")
        try:
            self._run(f"SELECT pg_advisory_xact_lock({self._writer_lock})")
        except self._driver.DatabaseError as error:
            self.rollback()
            if _code(error) != LOCK_NOT_AVAILABLE:
                raise
            raise UnavailableError(
                f"The database is busy: others have written for {self._busy_seconds:g} seconds.",
                "Try again; if it stays so, another process holds a transaction open.",
            ) from error
        found = self._run("SELECT CAST(pg_current_xact_id() AS TEXT)").fetchall()
        self._transaction = str(found[0][0])

    def commit(self) -> None:
        """Make the transaction durable.

        Raises:
            UnavailableError: The connection was lost, and it was undone, or nobody can say.
        """
        number, self._transaction = self._transaction, None
        try:
            self.execute("COMMIT")
        except _LostError as error:
            if not number or not self._was_kept(number):
                raise _undone() from error

    def _was_kept(self, number: str) -> bool:
        """Whether a transaction whose end was not heard of became durable."""
        outcome = "unknown"
        with contextlib.suppress(UnavailableError):
            for pause_s in (*REOPEN_PAUSES_S, 0.0):
                found = self.rows(f"SELECT pg_xact_status(CAST('{number}' AS xid8)) AS outcome")
                outcome = str(found[0]["outcome"])
                if outcome != "in progress":
                    break
                time.sleep(pause_s)  # The server has not yet noticed that we are gone.
        if outcome not in {"committed", "aborted"}:
            raise UnavailableError(
                "The connection to PostgreSQL was lost, and it cannot say whether this was kept.",
                "Look whether it is there before you do it again.",
            )
        return outcome == "committed"

    def rollback(self) -> None:
        """Undo the transaction, if there is one; one whose connection is lost is undone."""
        self._transaction = None
        if not self._lost:
            with contextlib.suppress(_LostError):
                self.execute("ROLLBACK")

    def execute(self, sql: str, values: Sequence[Value] = ()) -> None:
        """Run one statement that returns nothing."""
        self._run(sql, values)

    def execute_many(self, sql: str, rows: Sequence[Sequence[Value]]) -> None:
        """Run one statement for each row of values."""
        for row in rows:
            self.execute(sql, row)

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """The rows of a query."""
        if self._transaction is None:
            return self._again(lambda: self._rows(sql, values))
        return self._rows(sql, values)

    def _rows(self, sql: str, values: Sequence[Value]) -> list[Row]:
        cursor = self._run(sql, values)
        names = [name for name, *_ in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def stream(self, sql: str) -> Iterator[Row]:
        """The rows of a query that may be long; see Database."""
        name = f"page_{next(self._cursors)}"
        self.execute(f"DECLARE {name} NO SCROLL CURSOR FOR {sql}")
        while page := self.rows(f"FETCH {PAGE_ROWS} FROM {name}"):
            yield from page
        self.execute(f"CLOSE {name}")

    def _again(self, work: Callable[[], Result]) -> Result:
        """Do what can be done twice; once more on a new connection if the old one is lost."""
        if not self._lost:
            try:
                return work()
            except _LostError:
                self._transaction = None
        self._reopen()
        return work()

    def _run(self, sql: str, values: Sequence[Value] = ()) -> Any:
        """Run one statement; gives its cursor.

        Raises:
            UnavailableError: The connection is lost, and with it the transaction.
        """
        if self._lost:
            raise _LostError
        try:
            cursor = self._connection.cursor()
            cursor.execute(_placeholders(sql), tuple(values))
        except (self._driver.Error, OSError) as error:
            if not self._is_loss(error):
                raise
            self._lost = True
            raise _LostError from error
        return cursor

    def _is_loss(self, error: Exception) -> bool:
        if isinstance(error, self._driver.DatabaseError):
            return _code(error).startswith(CODES_OF_LOSS)
        return True

    def _reopen(self) -> None:
        """Connect again, a few times within a second.

        Raises:
            UnavailableError: The server does not answer; the next call tries again.
        """
        self.close()
        for pause_s in (*REOPEN_PAUSES_S, None):
            try:
                self._connection = self._connected()
                self.execute(SET_SCHEMA)
            except (InputError, _LostError) as error:
                self._lost = True
                if pause_s is None:
                    raise UnavailableError(
                        "PostgreSQL does not answer.", "Try again when the server is back."
                    ) from error
                time.sleep(pause_s)
            else:
                return

    def _connected(self) -> Any:
        parts = urlsplit(self._url)
        try:
            connection = self._driver.connect(
                user=unquote(parts.username or "postgres"),
                password=unquote(parts.password) if parts.password else None,
                host=parts.hostname or "localhost",
                port=parts.port or PORT,
                database=unquote(parts.path.lstrip("/")) or None,
                application_name="zhenzan",
            )
        except ValueError as error:
            raise CallError(
                "This is not the URL of a PostgreSQL database.",
                "Write it like postgresql://user:password@host:5432/database.",
            ) from error
        except (self._driver.Error, OSError) as error:
            raise InputError(
                f"PostgreSQL at {parts.hostname or 'localhost'} does not let us in: "
                f"{_said(error)}.",
                "Check host, port, user and password, and that the server is running.",
            ) from error
        connection.autocommit = True
        self._lost = False
        return connection

    def close(self) -> None:
        """Let go of the connection."""
        with contextlib.suppress(OSError, self._driver.Error):
            self._connection.close()

    def _prepare(self) -> None:
        """Find or make the schema; two that make it at once take turns."""
        self.execute("BEGIN")
        self._run(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
        found = self._run("SELECT 1 FROM pg_namespace WHERE nspname = 'zhenzan'")
        if not found.fetchall():
            self.execute("CREATE SCHEMA zhenzan")
        self.execute("COMMIT")
        self.execute(SET_SCHEMA)


class _LostError(UnavailableError):
    """The connection is gone, and the transaction with it."""

    def __init__(self) -> None:
        super().__init__(*_UNDONE)


def _undone() -> UnavailableError:
    return UnavailableError(*_UNDONE)


def _placeholders(sql: str) -> str:
    """``?`` as pg8000 writes it; our SQL has neither sign in any other sense."""
    return sql.replace("?", "%s")


def _code(error: Exception) -> str:
    facts = error.args[0] if error.args else None
    return str(facts.get("C", "")) if isinstance(facts, dict) else ""


def _said(error: Exception) -> str:
    facts = error.args[0] if error.args else None
    return str(facts.get("M", "refused") if isinstance(facts, dict) else facts or "refused")
