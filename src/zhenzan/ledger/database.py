"""What the ledger needs of a database; SQLite and PostgreSQL give it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Row = dict[str, Any]
Value = str | int | None


class Database(Protocol):
    """One connection. SQL is in the subset that both read; parameters are ``?``."""

    def begin(self, *, write: bool) -> None:
        """Begin a transaction; with ``write`` no other one writes until it ends.

        Raises:
            UnavailableError: Others have been writing for longer than the busy timeout.
        """

    def commit(self) -> None:
        """Make the transaction durable."""

    def rollback(self) -> None:
        """Undo the transaction, if there is one."""

    def execute(self, sql: str, values: Sequence[Value] = ()) -> None:
        """Run one statement that returns nothing."""

    def execute_many(self, sql: str, rows: Sequence[Sequence[Value]]) -> None:
        """Run one statement for each row of values."""

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """The rows of a query."""

    def stream(self, sql: str) -> Iterator[Row]:
        """The rows of a query that may be long, a page at a time; within a transaction."""

    def close(self) -> None:
        """Let go of the connection."""
