"""A scan and a ledger to enforce on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.enforcement.scans import write_scan

from zhenzan import ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scan with every kind of account. Read only."""
    return write_scan(tmp_path_factory.mktemp("enforcement") / "scan")


class Clock:
    """A time that a test sets, µs since 1970."""

    def __init__(self) -> None:
        self.us = 1_775_000_000_000_000

    def __call__(self) -> int:
        return self.us

    def pass_days(self, days: float) -> None:
        self.us += int(days * 86_400_000_000)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(tmp_path: Path, clock: Clock) -> Iterator[ledger.Ledger]:
    """A ledger whose time is the test's; it must pass its audit in the end."""
    folder = tmp_path / "data"
    with ledger.Ledger(folder, clock=clock) as found:
        yield found
    found_by_audit = ledger.verify(folder)
    assert found_by_audit.is_intact, found_by_audit.problems
