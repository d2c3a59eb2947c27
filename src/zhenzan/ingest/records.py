"""What a reader hands on: a file's rows in runs, with their numbers, and the malformed ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenzan.errors import LimitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    from zhenzan.ingest.files import DataFile
    from zhenzan.ingest.limits import IngestLimits

LONGEST_RAW = 4096
"""Characters of a row kept in quarantine."""
HIDDEN = "(hidden)"
"""What stands for a device, session or address in quarantine."""


@dataclass(frozen=True)
class Malformed:
    """One row that is no row of its format.

    Attributes:
        number: Its number in the file, from 1.
        reason: Why it cannot be read.
        raw: The text as it stood, with devices, sessions and addresses hidden.
    """

    number: int
    reason: str
    raw: str


@dataclass(frozen=True)
class Records:
    """A run of rows as a file holds them.

    Attributes:
        batch: The columns that were asked for, in the order of their positions in the file.
        numbers: Shape (rows,): each row's number in the file, from 1. A header and empty lines do
            not count.
        malformed: Rows met in between that could not be split into columns.
    """

    batch: pa.RecordBatch
    numbers: npt.NDArray[np.int64]
    malformed: list[Malformed] = field(default_factory=list)


@dataclass(frozen=True)
class Opened:
    """A file, or data in memory, ready to be read.

    Attributes:
        name: How the user knows it; the ``source`` of its rows in quarantine.
        schema: Its columns and their types; names may be anything.
        read: Gives the rows, with the columns at these positions.
        untyped: Whether the values are text that was never typed (CSV, JSON), so that ``12.0``
            may stand for the whole number 12.
        guessed: For JSON Lines: columns that were not met at the start, and may be nowhere.
    """

    name: str
    schema: pa.Schema
    read: Callable[[Sequence[int]], Iterator[Records]]
    untyped: bool = False
    guessed: frozenset[str] = frozenset()


class Meter:
    """Counts what a file expands to, and stops it at the limit."""

    def __init__(self, file: DataFile, limits: IngestLimits) -> None:
        self._file = file
        self._most = limits.expanded_bytes(file.size)
        self._expanded = 0

    def add(self, expanded_bytes: int) -> None:
        """Count some more.

        Raises:
            LimitError: It is more than the file may expand to.
        """
        self._expanded += expanded_bytes
        if self._expanded > self._most:
            raise LimitError(
                f"'{self._file.path}' expands from {self._file.size:,} bytes to more than "
                f"{self._most:,}: it may be made to exhaust the machine.",
                "If it is honest, write it again with less compression, or split it.",
            )
