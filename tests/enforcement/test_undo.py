"""Undoing reverses what was selected, all of it, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.enforcement.policies import policy, rule
from tests.enforcement.test_applying import apply, apply_to_all, steps

from zhenzan import enforcement
from zhenzan.enforcement import Selection
from zhenzan.errors import CallError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.enforcement.conftest import Clock

    from zhenzan.enforcement import Undone
    from zhenzan.ledger import Ledger


def undo(opened: Ledger, selection: Selection, *, pretend: bool = False) -> Undone:
    with opened.transaction() as tx:
        return enforcement.undo(tx, selection, by="amy", why="mistake", pretend=pretend)


def test_a_version(opened: Ledger, scan: Path) -> None:
    read = policy(top="sample = 1.0")
    apply_to_all(opened, read, scan)
    before = steps(opened)
    pretended = undo(opened, Selection(version=read.version[:8]), pretend=True)
    assert steps(opened) == before
    undone = undo(opened, Selection(version=read.version[:8]))
    assert undone == pretended
    assert (len(undone.actions), len(undone.cases)) == (60, 60)
    assert not steps(opened)
    assert not undo(opened, Selection(version=read.version)).actions
    with opened.reading() as tx:
        assert tx.rows("SELECT share_ppm FROM policies") == [{"share_ppm": 0}]
        assert not tx.rows("SELECT 1 AS found FROM cases WHERE state = 'open'")


def test_a_run_and_an_account(opened: Ledger, scan: Path) -> None:
    apply_to_all(opened, policy(caps="per_hour = 10"), scan)
    outcome = apply_to_all(opened, policy(caps="per_hour = 1000"), scan)
    everything = steps(opened)
    with opened.reading() as tx:
        runs = {
            row["run_id"]: row["n"]
            for row in tx.rows("SELECT run_id, count(*) AS n FROM actions GROUP BY run_id")
        }
    assert len(undo(opened, Selection(run_id=outcome.run_id)).actions) == runs[outcome.run_id]
    left = steps(opened)
    assert left.items() < everything.items()
    account = next(iter(left))
    assert len(undo(opened, Selection(account_id=account)).actions) == 1
    assert steps(opened) == {name: step for name, step in left.items() if name != account}
    assert not undo(opened, Selection(account_id="nobody")).actions


def test_a_time(opened: Ledger, scan: Path, clock: Clock) -> None:
    apply_to_all(opened, policy(caps="per_hour = 5"), scan)
    first_end = clock.us + 1
    clock.pass_days(0.5)
    apply(opened, policy(caps="per_hour = 5"), scan)
    assert len(undo(opened, Selection(since_us=first_end)).actions) == 5
    assert len(undo(opened, Selection(until_us=first_end)).actions) == 5


def test_cases_that_wait_are_withdrawn(opened: Ledger, scan: Path) -> None:
    read = policy(rule("role = 'supplier' AND fake_likes > 3", severity=10))
    apply_to_all(opened, read, scan)
    undone = undo(opened, Selection(version=read.version))
    assert (len(undone.actions), len(undone.cases)) == (0, 30)


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(), "Nothing says which"),
        (Selection(version="abc"), "names 0 versions"),
        (Selection(version=""), "names"),
    ],
)
def test_what_selects_nothing_is_told(opened: Ledger, selection: Selection, words: str) -> None:
    with pytest.raises(CallError, match=words):
        undo(opened, selection)
