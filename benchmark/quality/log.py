"""What a detector is given: one log, its likes numbered in the order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

Reals = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Log:
    """The events of one folder, in DuckDB.

    Table ``events`` holds them all as they are. Table ``likes`` holds the likes with the same
    columns and ``row`` (0, 1, … in order of time), ``us`` (microseconds), ``account`` and
    ``content`` (small numbers instead of ids).

    Args:
        folder: Holds ``events.parquet``, and where they are known ``accounts.parquet``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = duckdb.connect(config={"threads": 2})
        path = folder / "events.parquet"
        self.db.execute(f"CREATE VIEW events AS FROM read_parquet('{path}')")
        described = self.db.execute("DESCRIBE events").fetchall()
        self.columns = {str(row[0]) for row in described}
        if (folder / "accounts.parquet").exists():
            people = f"FROM read_parquet('{folder / 'accounts.parquet'}')"
            self.db.execute(f"CREATE VIEW accounts AS {people}")
            self.columns.add("created_at")
        self.db.execute("""
            CREATE TABLE likes AS
            SELECT row_number() OVER (ORDER BY ts, event_id) - 1 AS row,
                   epoch_us(ts) AS us,
                   dense_rank() OVER (ORDER BY account_id) - 1 AS account,
                   dense_rank() OVER (ORDER BY content_id) - 1 AS content,
                   *
            FROM events WHERE event_type = 'like' ORDER BY row
        """)
        self.account = self.ints("SELECT account FROM likes ORDER BY row")
        self.content = self.ints("SELECT content FROM likes ORDER BY row")

    def ints(self, query: str) -> Ints:
        """The first column of a query's answer, as whole numbers."""
        numbers: Ints = self._first(query).astype(np.int64)
        return numbers

    def reals(self, query: str) -> Reals:
        """The first column of a query's answer; unknown is 0."""
        values = self._first(query)
        return np.ma.filled(np.ma.asarray(values, dtype=np.float64), 0.0)

    def of_accounts(self, query: str) -> Reals:
        """One number an account, 0 where the answer (``account``, value) has none.

        The value of an account is its largest.
        """
        found = list(self.db.execute(query).fetchnumpy().values())
        numbers = np.zeros(int(self.account.max(initial=-1)) + 1)
        np.maximum.at(numbers, found[0].astype(np.int64), found[1].astype(np.float64))
        return numbers

    def _first(self, query: str) -> Any:
        return next(iter(self.db.execute(query).fetchnumpy().values()))
