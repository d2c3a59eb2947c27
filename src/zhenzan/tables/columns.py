"""What a table and a column are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

TableKind = Literal["ledger", "derived", "output"]


@dataclass(frozen=True)
class Column:
    """One column: its name, Arrow type, meaning, and whether it may be null."""

    name: str
    type: pa.DataType
    meaning: str
    nullable: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its name, kind, sort key and columns."""

    name: str
    kind: TableKind
    key: tuple[str, ...]
    about: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the table."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(c.name for c in self.columns)


INT = pa.int64()
TEXT = pa.string()
REAL = pa.float64()
TIME = pa.timestamp("us", tz="UTC")
REASONS = pa.list_(pa.string())


def column(name: str, kind: pa.DataType, meaning: str) -> Column:
    """A column without nulls."""
    return Column(name, kind, meaning)


def nullable(name: str, kind: pa.DataType, meaning: str) -> Column:
    """A column that may be null."""
    return Column(name, kind, meaning, nullable=True)
