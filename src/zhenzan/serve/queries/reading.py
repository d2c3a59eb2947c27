"""Reads the newest scan for the queries; several requests share one reader."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from zhenzan.report.explanation import KEYS, WHOLE_NUMBER
from zhenzan.report.scan_directory import ScanDirectory
from zhenzan.serve.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhenzan.model import EntityType
    from zhenzan.serve.scoring.kept import KeptScan
    from zhenzan.serve.scoring.schedule import Schedule

Found = TypeVar("Found")
LARGEST_INTEGER = 2**63 - 1


class Reading:
    """Answers questions about the newest scan, each in a thread, one at a time.

    Args:
        schedule: Knows which scan is the newest.
    """

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._turn = threading.Lock()
        self._open: tuple[int, ScanDirectory] | None = None

    def newest(self) -> KeptScan:
        """The newest scan.

        Raises:
            ProblemError: There is none yet (404).
        """
        scan = self._schedule.latest
        if scan is None:
            raise ProblemError(
                HTTPStatus.NOT_FOUND,
                "There is no scan yet.",
                "Send events; the first scan of them answers.",
            )
        return scan

    async def ask(self, question: Callable[[KeptScan, ScanDirectory], Found]) -> Found:
        """What a question about the newest scan finds.

        Raises:
            ProblemError: There is no scan yet.
            InputError: A table is damaged.
        """
        scan = self.newest()

        def asked() -> Found:
            with self._directory(scan) as directory:
                return question(scan, directory)

        return await asyncio.to_thread(asked)

    @contextmanager
    def _directory(self, scan: KeptScan) -> Iterator[ScanDirectory]:
        with self._turn:
            if self._open is None or self._open[0] != scan.number:
                self.close()
                self._open = (scan.number, ScanDirectory(scan.directory))
            yield self._open[1]

    def close(self) -> None:
        """Let go of the files."""
        if self._open:
            self._open[1].__exit__(None, None, None)
            self._open = None


def key_of(directory: ScanDirectory, kind: EntityType, entity_id: str) -> str | int | None:
    """An identifier as the tables hold it; None if it cannot be in them."""
    table, column = KEYS[kind]
    return in_type(entity_id, integer=directory.is_integer(table, column))


def in_type(entity_id: str, *, integer: bool) -> str | int | None:
    """An identifier as text or as a whole number; None if it is no such number."""
    if not integer:
        return entity_id
    if not WHOLE_NUMBER.fullmatch(entity_id) or abs(int(entity_id)) > LARGEST_INTEGER:
        return None
    return int(entity_id)


def not_known(kind: EntityType) -> ProblemError:
    """The newest scan has no such entity."""
    return ProblemError(
        HTTPStatus.NOT_FOUND,
        f"The newest scan knows no such {kind}.",
        "What came after it began is known to the next one.",
    )


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row with values that JSON has: times as ISO 8601 text."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in row.items()
    }
