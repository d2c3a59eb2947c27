"""Queues and claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhenzan import review
from zhenzan.errors import CallError

if TYPE_CHECKING:
    from tests.enforcement.conftest import Clock

    from zhenzan.ledger import Ledger

HOUR_DAYS = 1 / 24


def test_what_waits(opened: Ledger, clock: Clock) -> None:
    with opened.transaction() as tx:
        found = {queue.queue: queue for queue in review.queues(tx)}
        assert {name: queue.open for name, queue in found.items()} == {
            "severe": 7,
            "appeal": 0,
            "sample": 4,
        }
        review.claim(tx, "severe", "ben")
    clock.pass_days(8)
    with opened.reading() as tx:
        severe, _, sample = review.queues(tx)
        assert (severe.overdue, severe.claimed, sample.overdue) == (7, 0, 0)


def test_what_shares_a_ring_comes_together(opened: Ledger) -> None:
    with opened.transaction() as tx:
        first = review.claim(tx, "severe", "ben")
        second = review.claim(tx, "severe", "cho")
        assert {len(first), len(second)} == {4, 3}
        assert len({case.ring_id for case in first}) == 1
        assert not {case.case_id for case in first} & {case.case_id for case in second}
        assert {case.claimed_by for case in first} == {"ben"}
        assert review.claim(tx, "severe", "dee") == []
        assert review.claim(tx, "appeal", "dee") == []
        assert len(review.cases(tx, queue="severe", reviewer="cho")) == len(second)


def test_a_claim_ends_after_an_hour(opened: Ledger, clock: Clock) -> None:
    with opened.transaction() as tx:
        taken = review.claim(tx, "severe", "ben")[0].case_id
        with pytest.raises(CallError, match="ben is at work"):
            review.claim_case(tx, taken, "cho")
        with pytest.raises(CallError, match="ben is at work"):
            review.decide(tx, taken, "cho", "uphold", "evidence_holds")
    clock.pass_days(0.99 * HOUR_DAYS)
    with opened.transaction() as tx:
        review.claim_case(tx, taken, "ben")  # another hour
    clock.pass_days(1.01 * HOUR_DAYS)
    with opened.transaction() as tx:
        assert review.claim_case(tx, taken, "cho").claimed_by == "cho"


def test_who_gives_back_frees(opened: Ledger) -> None:
    with opened.transaction() as tx:
        taken = review.claim(tx, "severe", "ben")[0].case_id
        review.release(tx, taken, "cho")  # not hers: nothing happens
        assert review.case(tx, taken).claimed_by == "ben"
        review.release(tx, taken, "ben")
        assert review.case(tx, taken).claimed_by is None


def test_history_and_notes(opened: Ledger) -> None:
    with opened.transaction() as tx:
        case = review.cases(tx, queue="sample")[0]
        review.note(tx, case.case_id, "ben", "看起来像一家人 <script>alert(1)</script>")
        review.decide(tx, case.case_id, "ben", "overturn", "shared_access", "a family")
        told = review.history(tx, case.case_id)
    kinds = [entry["kind"] for entry in told]
    assert kinds == ["action", "case", "statement", "note", "decision", "reversal", "label"]
    assert told[3]["personal"] == {"text": "看起来像一家人 <script>alert(1)</script>"}
    assert told[4]["personal"] == {"note": "a family"}
    assert all("sealed" not in entry["body"] for entry in told)


@pytest.mark.parametrize("text", ["", "  ", "x" * 5_001])
def test_notes_have_a_length(opened: Ledger, text: str) -> None:
    with opened.transaction() as tx:
        case = review.cases(tx)[0]
        with pytest.raises(CallError, match="A note has"):
            review.note(tx, case.case_id, "ben", text)


def test_no_such_case(opened: Ledger) -> None:
    with opened.transaction() as tx:
        for call in (review.case, review.history):
            with pytest.raises(CallError, match="There is no case c-none"):
                call(tx, "c-none")
        assert review.evidence(tx, "c-none") is None
