"""A finished scan directory, opened for reading: its summary and its tables as SQL views."""

from __future__ import annotations

import glob
import json
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from zhenzan.errors import CallError, InputError
from zhenzan.settings import available_threads
from zhenzan.tables import OUT_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

MEMORY_LIMIT = "2GB"
"""Reading a report out of 10 million likes stays well below this; beyond it DuckDB spills."""

Row = dict[str, Any]
Reals = npt.NDArray[np.float64]


class ScanDirectory:
    """Reads one scan directory. Use it in a ``with`` block.

    Args:
        path: The directory that ``zhenzan scan`` wrote.

    Attributes:
        path: The same.
        summary: The content of ``summary.json``.

    Raises:
        CallError: The path is no scan directory.
        InputError: Its summary cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.summary = read_summary(path)
        self._spill = tempfile.TemporaryDirectory(prefix="zhenzan-report-")
        self._connection = duckdb.connect(
            config={
                "memory_limit": MEMORY_LIMIT,
                "threads": available_threads(),
                "temp_directory": self._spill.name,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        self._viewed: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()
        self._spill.cleanup()

    def rows(self, tables: str, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run a query over output tables and return its rows as dictionaries.

        Args:
            tables: The output tables that the query names, separated by spaces.
            query: SQL with ``?`` for each parameter; only our own words are pasted into it.
            parameters: Values, the user's identifiers among them.

        Raises:
            InputError: A table is missing from the directory or is damaged.
        """
        with self._answer(tables, query, parameters) as answer:
            names = [column[0] for column in answer.description or ()]
            return [dict(zip(names, values, strict=True)) for values in answer.fetchall()]

    def columns(
        self, tables: str, query: str, parameters: Sequence[object] = ()
    ) -> dict[str, Reals]:
        """Run a query whose columns are all numbers, for more rows than a dictionary each.

        Returns:
            Per column its values, shape (rows,); null is NaN.

        Raises:
            InputError: A table is missing from the directory or is damaged.
        """
        with self._answer(tables, query, parameters) as answer:
            return {
                name: np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)
                for name, values in answer.fetchnumpy().items()
            }

    def row(self, tables: str, query: str, parameters: Sequence[object] = ()) -> Row | None:
        """The first row of a query, or None."""
        found = self.rows(tables, query, parameters)
        return found[0] if found else None

    def is_integer(self, table: str, column: str) -> bool:
        """Whether an identifier column holds whole numbers (and not text)."""
        schema = pq.ParquetDataset(self._file(table), partitioning=None).schema
        kind = str(schema.field(column).type)
        return kind.startswith(("int", "uint"))

    @contextmanager
    def _answer(
        self, tables: str, query: str, parameters: Sequence[object]
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            for name in tables.split():
                self._view(name)
            yield self._connection.execute(query, list(parameters))
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise InputError(
                f"A table in {self.path} cannot be read.",
                "Run zhenzan scan again to write the directory anew.",
            ) from error

    def _file(self, name: str) -> Path:
        file = self.path / f"{name}.parquet"
        if not file.exists():
            raise InputError(
                f"{self.path} has no {file.name}, so the scan did not finish.",
                "Run zhenzan scan again to write the directory anew.",
            )
        return file

    def _view(self, name: str) -> None:
        if name in self._viewed:
            return
        if name not in {table.name for table in OUT_TABLES}:
            raise ValueError(name)
        # glob.escape: a folder named "run[1]" is a folder, not a pattern.
        file = self._file(name)
        quoted = glob.escape(str(file)).replace("'", "''")
        # By day a table is a folder; what its folders are called stands in ts as well.
        files = f"{quoted}/**/*.parquet" if file.is_dir() else quoted
        self._connection.execute(
            f"CREATE VIEW {name} AS "
            f"SELECT * FROM read_parquet('{files}', hive_partitioning = false)"
        )
        self._viewed.add(name)


def read_summary(path: Path) -> dict[str, Any]:
    """The content of a scan directory's ``summary.json``.

    Raises:
        CallError: The path is no scan directory.
        InputError: The file is not a JSON object.
    """
    file = path / "summary.json"
    if not file.is_file():
        raise CallError(
            f"{path} is not a scan directory.",
            "Name the directory that zhenzan scan --out wrote; it holds a summary.json.",
        )
    try:
        summary = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{file} is not JSON.", "Run zhenzan scan again.") from error
    if not isinstance(summary, dict):
        raise InputError(f"{file} is not a JSON object.", "Run zhenzan scan again.")
    return summary
