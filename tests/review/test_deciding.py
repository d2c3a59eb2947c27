"""Decisions and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.enforcement.policies import policy

from zhenzan import enforcement, review
from zhenzan.errors import CallError

if TYPE_CHECKING:
    from zhenzan.ledger import Ledger, Transaction


def account_of(tx: Transaction, case: review.Case) -> str:
    return str((review.evidence(tx, case.case_id) or {})["account_id"])


def test_a_severe_step_is_taken_when_upheld(opened: Ledger) -> None:
    with opened.transaction() as tx:
        case = review.cases(tx, queue="severe")[0]
        account = account_of(tx, case)
        assert enforcement.active_actions(tx, account) == []
        decided = review.decide(tx, case.case_id, "ben", "uphold", "evidence_holds")
        (action,) = enforcement.active_actions(tx, account)
        assert action.step is enforcement.Step.SUSPEND_ACCOUNT
        assert decided.action_id == action.action_id
        assert (decided.case.state, decided.case.decided_by) == ("decided", "ben")
        told = review.statement(tx, action.action_id, "en", "https://x.example")
        assert "a person decided" in told.text
        label = tx.row("SELECT * FROM labels WHERE label_id = ?", (decided.label_id,))
        assert label
        assert (label["label"], label["source"], label["training"]) == ("fake", "severe", 0)


def test_nothing_is_done_when_it_is_overturned(opened: Ledger) -> None:
    with opened.transaction() as tx:
        case = review.cases(tx, queue="severe")[0]
        account = account_of(tx, case)
        decided = review.decide(tx, case.case_id, "ben", "overturn", "genuine")
        assert enforcement.active_actions(tx, account) == []
        assert (decided.action_id, decided.reversed) == (None, False)
        label = tx.row("SELECT label FROM labels WHERE label_id = ?", (decided.label_id,))
        assert label == {"label": "genuine"}


def test_a_sampled_action_is_reversed_when_overturned(opened: Ledger) -> None:
    with opened.transaction() as tx:
        case = review.cases(tx, queue="sample")[0]
        account = account_of(tx, case)
        assert len(enforcement.active_actions(tx, account)) == 1
        review.appeal(tx, review.token(tx, str(case.action_id)), "No!", lang="en")
        decided = review.decide(tx, case.case_id, "ben", "overturn", "genuine")
        assert decided.reversed
        assert enforcement.active_actions(tx, account) == []
        # The appeal is pointless now: it is withdrawn, and shown as won.
        assert review.cases(tx, queue="appeal") == []
        status = review.appeal_status(tx, review.token(tx, str(case.action_id)))
        assert status.state == "overturned"


def test_an_error_of_the_policy_is_no_judgement_of_the_account(opened: Ledger) -> None:
    with opened.transaction() as tx:
        case = review.cases(tx, queue="sample")[0]
        decided = review.decide(tx, case.case_id, "ben", "overturn", "policy_error")
        assert decided.reversed
        assert decided.label_id is None
        assert tx.rows("SELECT * FROM labels") == []


def test_a_case_is_decided_once_on_known_grounds(opened: Ledger) -> None:
    with opened.transaction() as tx:
        case_id = review.cases(tx, queue="severe")[0].case_id
        for outcome, grounds in (("uphold", "genuine"), ("overturn", ""), ("maybe", "genuine")):
            with pytest.raises(CallError, match=r"no grounds|no outcome") as error:
                review.decide(tx, case_id, "ben", outcome, grounds)
            assert "evidence_holds" in error.value.hint
        review.decide(tx, case_id, "ben", "uphold", "evidence_holds")
        with pytest.raises(CallError, match="is not open"):
            review.decide(tx, case_id, "ben", "overturn", "genuine")


def test_somebody_decides_what_calibration_learns_from(opened: Ledger) -> None:
    with opened.transaction() as tx:
        case = review.cases(tx, queue="sample")[0]
        account = account_of(tx, case)
        review.decide(tx, case.case_id, "ben", "overturn", "genuine")
        assert review.labels(tx, training=True) == []
        (label,) = review.labels(tx)
        assert (label.entity_id, label.label, label.source) == (account, "genuine", "sample")
        review.use_for_training(tx, label.label_id, "amy")
        assert [one.label_id for one in review.labels(tx, training=True)] == [label.label_id]
        review.use_for_training(tx, label.label_id, "amy", use=False)
        assert review.labels(tx, training=True) == []
        with pytest.raises(CallError, match="There is no label"):
            review.use_for_training(tx, "l-none", "amy")


def test_overturns_stop_the_policy(opened: Ledger) -> None:
    """Eleven cases decided, two overturned: more than a tenth."""
    with opened.transaction() as tx:
        for number, case in enumerate(review.cases(tx)):
            grounds = ("overturn", "genuine") if number < 2 else ("uphold", "evidence_holds")
            review.decide(tx, case.case_id, "ben", *grounds)
        read = policy()
        empty = enforcement.Matched("s", 1, (), {}, {}, 0)
        outcome = review.enforce(tx, read, empty, by="amy")
    assert outcome.stopped == "people overturned 2 of the 11 cases they decided"


def test_what_a_person_overturned_is_not_punished_again(opened: Ledger) -> None:
    with opened.transaction() as tx:
        case = review.cases(tx, queue="sample")[0]
        review.decide(tx, case.case_id, "ben", "overturn", "genuine")
        standing = enforcement.standing.Standing(tx, policy())
        until = tx.row("SELECT evidence_until_us FROM actions WHERE subject = ?", (case.subject,))
        assert until
        same, later = until["evidence_until_us"], until["evidence_until_us"] + 1
        assert standing.why_pass(case.subject, same) == "nothing new since the last decision"
        assert standing.why_pass(case.subject, later) == ""
        assert standing.points_milli(case.subject) == 0
