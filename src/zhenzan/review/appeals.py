"""Appeals: by link, once, with a deadline and a status; decided by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.enforcement.ladder import DAY_US
from zhenzan.errors import CallError
from zhenzan.review.links import action_of

if TYPE_CHECKING:
    from zhenzan.ledger import Transaction
    from zhenzan.ledger.database import Row

DECIDE_DAYS = 14
"""An appeal is decided within so many days."""
MOST_CHARACTERS = 5_000
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class AppealStatus:
    """How an action and its appeal stand, as the person concerned may see it.

    Attributes:
        action_id: The reference number.
        step: What was done.
        reason: automated, coordinated or traded.
        started_us: Since when, µs since 1970.
        until_us: Until when.
        holds: Whether it still holds.
        appeal_until_us: Until when it can be appealed.
        state: none (can be appealed), late (no longer), received, upheld or overturned.
        received_us: When the appeal came.
        due_us: Until when it is decided.
        decided_us: When it was.
        grounds: On what grounds, see ``deciding.GROUNDS``.
    """

    action_id: str
    step: str
    reason: str
    started_us: int
    until_us: int
    holds: bool
    appeal_until_us: int
    state: str
    received_us: int | None = None
    due_us: int | None = None
    decided_us: int | None = None
    grounds: str | None = None


def appeal(tx: Transaction, link: str, text: str, *, lang: str) -> AppealStatus:
    """Appeal an action.

    Args:
        tx: A transaction that may write.
        link: The token of the link in the statement.
        text: What the person says; sealed.
        lang: en or zh: the language they read.

    Raises:
        CallError: The link is none; it is too late; it was appealed before; the text is empty or
            too long.
    """
    action = _action(tx, link)
    status = _status(tx, action)
    if lang not in LANGUAGES:
        raise CallError(f"'{lang}' is no language here.", "Choose en or zh.")
    if not 0 < len(text.strip()) <= MOST_CHARACTERS:
        raise CallError(
            f"An appeal has 1 to {MOST_CHARACTERS:,} characters.", "Say in a few words why."
        )
    if status.state == "late":
        raise CallError("The time to appeal is over.", "The statement says until when it was.")
    if action["reversed_us"] is not None:
        raise CallError("This decision has been reversed already.", "There is nothing to appeal.")
    appeal_id, case_id = tx.new_id("p"), tx.new_id("c")
    due_us = tx.now_us + DECIDE_DAYS * DAY_US
    taken = next(tx.entries(kinds=["action"], thing=action["action_id"]))
    evidence = tx.personal(taken) or {}
    tx.append(
        "appeal",
        {
            "appeal_id": appeal_id,
            "action_id": action["action_id"],
            "case_id": case_id,
            "due_us": due_us,
            "lang": lang,
        },
        subject=action["subject"],
        personal={"text": text.strip()},
    )
    facts = ("policy", "version", "rule", "run_id", "action_id", "step", "severity", "cohort")
    more = ("points_milli", "ring_id", "score_ppm", "reason", "evidence_until_us")
    body = {name: action[name] for name in (*facts, *more)}
    tx.append(
        "case",
        {**body, "case_id": case_id, "queue": "appeal", "appeal_id": appeal_id, "due_us": due_us},
        subject=action["subject"],
        personal={**evidence, "appeal": text.strip()},
    )
    return _status(tx, action)


def appeal_status(tx: Transaction, link: str) -> AppealStatus:
    """How an action and its appeal stand.

    Raises:
        CallError: The link is none.
    """
    return _status(tx, _action(tx, link))


def _action(tx: Transaction, link: str) -> Row:
    row = tx.row(
        "SELECT a.*, s.appeal_until_us FROM actions a "
        "JOIN statements s ON s.action_id = a.action_id WHERE a.action_id = ?",
        (action_of(tx, link),),
    )
    if row is None:
        raise CallError("This decision is not on record.", "Ask for a new link.")
    return row


def _status(tx: Transaction, action: Row) -> AppealStatus:
    found = tx.row("SELECT * FROM appeals WHERE action_id = ?", (action["action_id"],)) or {}
    state = "late" if tx.now_us > action["appeal_until_us"] else "none"
    if found:
        state = {None: "received", "uphold": "upheld"}.get(found["outcome"], "overturned")
    elif action["reversed_us"] is not None:
        state = "overturned"
    return AppealStatus(
        action_id=action["action_id"],
        step=action["step"],
        reason=action["reason"],
        started_us=action["started_us"],
        until_us=action["until_us"],
        holds=action["reversed_us"] is None and action["until_us"] > tx.now_us,
        appeal_until_us=action["appeal_until_us"],
        state=state,
        received_us=found.get("received_us"),
        due_us=found.get("due_us"),
        decided_us=found.get("decided_us") or action["reversed_us"],
        grounds=_grounds(tx, found.get("case_id")),
    )


def _grounds(tx: Transaction, case_id: str | None) -> str | None:
    if case_id is None:
        return None
    decision = next(tx.entries(kinds=["decision"], thing=case_id), None)
    return decision.body["grounds"] if decision else None
