"""What holds for an account right now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.model import Step

if TYPE_CHECKING:
    from zhenzan.ledger import Transaction


@dataclass(frozen=True)
class ActiveAction:
    """An action that holds.

    Attributes:
        action_id: Which.
        step: What it does.
        policy: By which policy.
        reason: automated, coordinated or traded: the coarse reason.
        started_us: Since when, µs since 1970.
        until_us: Until when.
    """

    action_id: str
    step: Step
    policy: str
    reason: str
    started_us: int
    until_us: int


def active_actions(tx: Transaction, account_id: str | int) -> list[ActiveAction]:
    """The actions that hold for an account at the transaction's time, the newest last."""
    subject = tx.find_subject("account", account_id)
    if subject is None:
        return []
    rows = tx.rows(
        "SELECT action_id, step, policy, reason, started_us, until_us FROM actions "
        "WHERE subject = ? AND reversed_us IS NULL AND until_us > ? "
        "ORDER BY started_us, action_id",
        (subject, tx.now_us),
    )
    return [
        ActiveAction(
            row["action_id"],
            Step(row["step"]),
            row["policy"],
            row["reason"],
            row["started_us"],
            row["until_us"],
        )
        for row in rows
    ]
