"""Decide a case: uphold or overturn, and all that follows, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan import enforcement
from zhenzan.errors import CallError
from zhenzan.review.cases import MOST_NOTE_CHARACTERS, Case, case, cases, evidence
from zhenzan.review.statements import issue

if TYPE_CHECKING:
    from zhenzan.ledger import Transaction

UPHOLD, OVERTURN = "uphold", "overturn"
GROUNDS = {
    UPHOLD: ("evidence_holds", "nothing_new"),
    OVERTURN: ("genuine", "hijacked", "shared_access", "policy_error"),
}
"""Outcome → on what grounds; what the person concerned is told of them stands in the texts."""


@dataclass(frozen=True)
class Decided:
    """What a decision led to.

    Attributes:
        case: The case, decided.
        action_id: The action taken or kept; None if there is none.
        reversed: Whether that action was reversed.
        label_id: The label that the judgement became; None if it is no judgement of the account.
    """

    case: Case
    action_id: str | None
    reversed: bool
    label_id: str | None


def decide(
    tx: Transaction, case_id: str, reviewer: str, outcome: str, grounds: str, note: str = ""
) -> Decided:
    """Decide a case.

    A severe step that is upheld is taken; an action that is overturned is reversed. The judgement
    becomes a label, which is not used for training unless somebody decides so.

    Args:
        tx: A transaction that may write.
        case_id: The case; nobody else may have claimed it.
        reviewer: Who decides; of an appeal, nobody who decided on the action before.
        outcome: uphold or overturn.
        grounds: One of GROUNDS for the outcome.
        note: Words for colleagues; sealed.

    Raises:
        CallError: The case is not open, is somebody else's, or the grounds are none.
        LimitError: The step would exceed a cap of the policy.
    """
    if grounds not in GROUNDS.get(outcome, ()):
        raise CallError(
            f"'{grounds}' are no grounds to {outcome} a case."
            if outcome in GROUNDS
            else f"'{outcome}' is no outcome of a case.",
            "; ".join(f"{name}: {', '.join(words)}" for name, words in GROUNDS.items()) + ".",
        )
    if len(note) > MOST_NOTE_CHARACTERS:
        raise CallError(f"A note has at most {MOST_NOTE_CHARACTERS:,} characters.", "Shorten it.")
    found = case(tx, case_id)
    body = {"case_id": case_id, "by": reviewer, "outcome": outcome, "grounds": grounds}
    tx.append(
        "decision", body, subject=found.subject, personal={"note": note} if note.strip() else None
    )
    action_id, is_reversed = found.action_id, False
    if outcome == UPHOLD and action_id is None:
        action_id = _take_step(tx, found, reviewer)
    elif outcome == OVERTURN and action_id is not None:
        is_reversed = _reverse(tx, found, action_id, reviewer)
    label_id = None if grounds == "policy_error" else _label(tx, found, outcome, reviewer)
    return Decided(case(tx, case_id), action_id, is_reversed, label_id)


def _take_step(tx: Transaction, found: Case, reviewer: str) -> str:
    row = tx.row("SELECT * FROM cases WHERE case_id = ?", (found.case_id,)) or {}
    facts = evidence(tx, found.case_id) or {}
    action_id = enforcement.act_on_case(tx, row, by=reviewer, evidence=facts)
    issue(tx, [action_id])
    return action_id


def _reverse(tx: Transaction, found: Case, action_id: str, reviewer: str) -> bool:
    """Reverse the action, and withdraw what else waits about it."""
    row = tx.row("SELECT reversed_us FROM actions WHERE action_id = ?", (action_id,))
    if row is None or row["reversed_us"] is not None:
        return False
    why = "appeal" if found.appeal_id else "review"
    enforcement.reverse(tx, action_id, found.subject, why=why, by=reviewer)
    for other in cases(tx, action_id=action_id):
        body = {"case_id": other.case_id, "why": why, "by": reviewer}
        tx.append("withdrawal", body, subject=other.subject)
    return True


def _label(tx: Transaction, found: Case, outcome: str, reviewer: str) -> str:
    label_id = tx.new_id("l")
    facts = evidence(tx, found.case_id) or {}
    tx.append(
        "label",
        {
            "label_id": label_id,
            "entity_type": "account",
            "label": "genuine" if outcome == OVERTURN else "fake",
            "source": found.queue,
            "case_id": found.case_id,
            "by": reviewer,
            "training": False,
        },
        subject=found.subject,
        personal={"entity_id": facts.get("account_id")},
    )
    return label_id
