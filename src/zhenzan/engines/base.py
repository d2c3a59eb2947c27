"""What a stage may ask of an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


class Engine(Protocol):
    """Runs SQL over named tables. It knows no integrity words."""

    name: str

    def register(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Store Arrow data as the table ``name``, replacing one of that name."""

    def create(self, name: str, query: str) -> None:
        """Store the rows of ``query`` as the table ``name``, replacing one of that name."""

    def query(self, query: str) -> pa.Table:
        """Run ``query`` and return all its rows; for results that fit in memory."""

    def stream(self, query: str, batch_rows: int = 122_880) -> pa.RecordBatchReader:
        """Run ``query`` and return its rows batch by batch, in the query's order."""

    def json_object(self, columns: tuple[str, ...]) -> str:
        """SQL for one JSON text with a key per column, in that order."""

    def list_by(self, value: str, order: str) -> str:
        """SQL: aggregate ``value`` to a list in the total order ``order``.

        Args:
            value: What the list holds.
            order: Columns without nulls, by ", "; one that ends in " DESC" is a number.
        """

    def empty_list(self) -> str:
        """SQL: a list of texts that has none."""

    def drop(self, name: str) -> None:
        """Delete the table ``name`` if it exists."""

    def close(self) -> None:
        """Release memory and files."""
