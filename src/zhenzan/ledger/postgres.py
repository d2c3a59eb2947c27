"""A ledger in PostgreSQL, for several instances of the service that share one."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from zhenzan.errors import CallError, InputError, LimitError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zhenzan.ledger.database import Row, Value

SCHEMES = ("postgresql", "postgres")
PORT = 5432
PAGE_ROWS = 1_000
WRITER_LOCK = 0x7A68656E7A616E
"""Advisory lock that makes one writer of the ledger of many: "zhenzan" in ASCII."""
LOCK_NOT_AVAILABLE = "55P03"


class PostgresDatabase:
    """One connection to the schema ``zhenzan`` of a PostgreSQL database.

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
        self._busy_seconds = busy_seconds
        self._writer_lock = writer_lock
        self._cursors = itertools.count()
        self._failure: type[Exception] = pg8000.dbapi.DatabaseError
        parts = urlsplit(url)
        try:
            self._connection: Any = pg8000.dbapi.connect(
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
        except (pg8000.dbapi.Error, OSError) as error:
            raise InputError(
                f"PostgreSQL at {parts.hostname or 'localhost'} does not let us in: "
                f"{_said(error)}.",
                "Check host, port, user and password, and that the server is running.",
            ) from error
        self._connection.autocommit = True
        self._prepare()

    def begin(self, *, write: bool) -> None:
        """Begin a transaction; see Database."""
        self.execute("BEGIN" if write else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if not write:
            return
        self.execute(f"SET LOCAL lock_timeout = {int(self._busy_seconds * 1000)}")
        try:
            self.rows(f"SELECT pg_advisory_xact_lock({self._writer_lock})")
        except self._failure as error:
            self.rollback()
            if _code(error) != LOCK_NOT_AVAILABLE:
                raise
            raise LimitError(
                f"The database is busy: others have written for {self._busy_seconds:g} seconds.",
                "Try again; if it stays so, another process holds a transaction open.",
            ) from error

    def commit(self) -> None:
        """Make the transaction durable."""
        self.execute("COMMIT")

    def rollback(self) -> None:
        """Undo the transaction, if there is one."""
        self.execute("ROLLBACK")

    def execute(self, sql: str, values: Sequence[Value] = ()) -> None:
        """Run one statement that returns nothing."""
        self._connection.cursor().execute(_placeholders(sql), tuple(values))

    def execute_many(self, sql: str, rows: Sequence[Sequence[Value]]) -> None:
        """Run one statement for each row of values."""
        for row in rows:
            self.execute(sql, row)

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """The rows of a query."""
        cursor = self._connection.cursor()
        cursor.execute(_placeholders(sql), tuple(values))
        names = [name for name, *_ in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def stream(self, sql: str) -> Iterator[Row]:
        """The rows of a query that may be long; see Database."""
        name = f"page_{next(self._cursors)}"
        self.execute(f"DECLARE {name} NO SCROLL CURSOR FOR {sql}")
        while page := self.rows(f"FETCH {PAGE_ROWS} FROM {name}"):
            yield from page
        self.execute(f"CLOSE {name}")

    def close(self) -> None:
        """Let go of the connection."""
        with contextlib.suppress(OSError):
            self._connection.close()

    def _prepare(self) -> None:
        """Find or make the schema; two that make it at once take turns."""
        self.execute("BEGIN")
        self.rows(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
        found = self.rows("SELECT 1 AS found FROM pg_namespace WHERE nspname = 'zhenzan'")
        if not found:
            self.execute("CREATE SCHEMA zhenzan")
        self.execute("COMMIT")
        self.execute("SET search_path TO zhenzan")


def _placeholders(sql: str) -> str:
    """``?`` as pg8000 writes it; our SQL has neither sign in any other sense."""
    return sql.replace("?", "%s")


def _code(error: Exception) -> str:
    facts = error.args[0] if error.args else None
    return str(facts.get("C", "")) if isinstance(facts, dict) else ""


def _said(error: Exception) -> str:
    facts = error.args[0] if error.args else None
    return str(facts.get("M", "refused") if isinstance(facts, dict) else facts or "refused")
