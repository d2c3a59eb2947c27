"""A ledger in which a policy has acted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.enforcement.conftest import Clock
from tests.enforcement.policies import make_live, policy, rule
from tests.enforcement.scans import Crowd, write_scan

from zhenzan import enforcement, ledger, review

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CROWDS = (
    Crowd("farm", 4, ring="r-farm", score=0.999),
    Crowd("other", 3, ring="r-other", score=0.997),
    Crowd("alone", 2, role="none", provenance="unknown", score=0.98),
    Crowd("mutual", 2, role="member", ring="r-mutual", kind="mutual", provenance="mutual"),
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(tmp_path: Path, clock: Clock) -> Iterator[ledger.Ledger]:
    """Suppliers are to be suspended, which waits for a person; everybody else is limited."""
    read = policy(
        rule("role = 'supplier'", severity=10, name="severe"),
        rule("role <> 'supplier'", severity=2, name="mild"),
        top="sample = 1.0",
    )
    folder = tmp_path / "data"
    matched = enforcement.match(read, write_scan(tmp_path / "scan", CROWDS))
    with ledger.Ledger(folder, clock=clock) as found:
        make_live(found, read)
        with found.transaction() as tx:
            review.enforce(tx, read, matched, by="amy")
        yield found
        live = rows(found)
        found.rebuild()
        assert rows(found) == live, "the tables follow from the entries"
    audited = ledger.verify(folder)
    assert audited.is_intact, audited.problems


def rows(opened: ledger.Ledger) -> list[str]:
    tables = ("actions", "cases", "claims", "appeals", "labels", "statements", "recusals")
    with opened.reading() as tx:
        return sorted(repr(row) for table in tables for row in tx.rows(f"SELECT * FROM {table}"))
