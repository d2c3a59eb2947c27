"""Whatever people and policies do, in whatever order: the rules hold and the audit passes."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.enforcement.conftest import Clock
from tests.enforcement.policies import make_live, policy, rule
from tests.enforcement.scans import Crowd, names, write_scan

from zhenzan import enforcement, ledger, review
from zhenzan.errors import ZhenzanError
from zhenzan.model import SEVERE_STEPS

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.ledger import Transaction

CROWDS = (
    Crowd("farm", 6, ring="r-farm"),
    Crowd("alone", 6, role="none", provenance="unknown"),
    Crowd("honest", 4, "genuine", "none", fake=0, others=3),
)
PER_HOUR = 5
READ = policy(
    rule("role = 'supplier'", severity=6, name="severe"),
    rule("role = 'none'", severity=2, name="mild"),
    caps=f"per_hour = {PER_HOUR}",
    breaker="most_share = 1.0\nmost_jump = 1000\nmost_overturned = 1.0",
    top="sample = 0.5\nhalf_life_days = 30",
)
PEOPLE = ("ben", "cho", "dee")
WORDS = ("apply", "undo", "claim", "decide", "appeal", "release", "hour", "week", "erase")
STEPS = st.tuples(st.sampled_from(WORDS), st.integers(0, 10_000))


class Story:
    """A ledger to which things happen."""

    def __init__(self, folder: Path, scans: list[Path]) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.folder = folder
        self.clock = Clock()
        self.opened = ledger.Ledger(folder, clock=self.clock)
        self.matches = [enforcement.match(READ, scan) for scan in scans]
        make_live(self.opened, READ)

    def happen(self, word: str, number: int) -> None:
        if word in {"hour", "week"}:
            self.clock.pass_days(7 if word == "week" else 1 / 24)
            return
        with contextlib.suppress(ZhenzanError), self.opened.transaction() as tx:
            self._do(tx, word, number, PEOPLE[number % len(PEOPLE)])

    def _do(self, tx: Transaction, word: str, number: int, person: str) -> None:
        waiting = review.cases(tx)
        case_id = waiting[number % len(waiting)].case_id if waiting else "c-none"
        accounts = sorted(names(CROWDS))
        account = accounts[number % len(accounts)]
        if word == "apply":
            review.enforce(tx, READ, self.matches[number % len(self.matches)], by="amy")
        elif word == "undo":
            enforcement.undo(tx, enforcement.Selection(account_id=account), by="amy", why="")
        elif word == "claim":
            review.claim(tx, review.QUEUES[number % 3], person)
        elif word == "decide":
            outcome = ("uphold", "evidence_holds") if number % 2 else ("overturn", "genuine")
            review.decide(tx, case_id, person, *outcome)
        elif word == "release":
            review.release(tx, case_id, person)
        elif word == "appeal":
            taken = tx.rows("SELECT action_id FROM actions ORDER BY started_us, action_id")
            if taken:
                action_id = taken[number % len(taken)]["action_id"]
                review.appeal(tx, review.token(tx, action_id), "No.", lang="en")
        else:
            tx.erase(tx.find_subject("account", account) or "", by="amy", why="request")

    def check(self) -> None:
        with self.opened.reading() as tx:
            actions = tx.rows("SELECT * FROM actions ORDER BY started_us")
            times = [row["started_us"] for row in actions]
            for time in times:
                within = sum(time - 3_600_000_000 < other <= time for other in times)
                assert within <= PER_HOUR
            assert all(row["decided_by"] for row in actions if row["step"] in SEVERE_STEPS)
            for name in names([CROWDS[2]]):
                assert not enforcement.active_actions(tx, name)
            for name in names(CROWDS[:2]):
                assert len(enforcement.active_actions(tx, name)) <= 1
            twice = tx.rows(
                "SELECT a.case_id FROM cases a JOIN cases b ON a.action_id = b.action_id "
                "WHERE a.case_id <> b.case_id AND a.appeal_id IS NOT NULL "
                "AND a.decided_by = b.decided_by AND a.closed_us > b.closed_us"
            )
            assert not twice
        self.opened.close()
        found = ledger.verify(self.folder)
        assert found.is_intact, found.problems


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("scans")
    return [write_scan(folder / f"day{day}", CROWDS, day=day) for day in (0, 40, 80)]


@settings(max_examples=25)
@given(steps=st.lists(STEPS, min_size=5, max_size=40))
def test_the_rules_hold(
    scans: list[Path], tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    story = Story(tmp_path_factory.getbasetemp() / "any-order", scans)
    for step in steps:
        story.happen(*step)
    story.check()
