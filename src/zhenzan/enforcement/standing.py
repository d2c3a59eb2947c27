"""How accounts stand with a policy: what holds against them, and what counts from earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.enforcement.ladder import POINT_MILLI, decayed_milli

if TYPE_CHECKING:
    from zhenzan.enforcement.policy import Policy
    from zhenzan.ledger import Transaction
    from zhenzan.ledger.database import Row

UNDO = "undo"
"""Reversals of this kind correct the policy, not the account: its evidence may be judged again."""


class Standing:
    """What the ledger holds on accounts that a policy has dealt with.

    Args:
        tx: The transaction; None if there is no ledger yet.
        policy: The policy; earlier versions of it count too.
    """

    def __init__(self, tx: Transaction | None, policy: Policy) -> None:
        self._half_life_days = policy.half_life_days
        self._actions: dict[str, list[Row]] = {}
        self._cases: dict[str, list[Row]] = {}
        self._now_us = tx.now_us if tx else 0
        if tx is not None:
            self._read(tx, policy)

    def _read(self, tx: Transaction, policy: Policy) -> None:
        for row in tx.rows(
            "SELECT subject, severity, started_us, until_us, evidence_until_us, reversed_us, "
            "reversal FROM actions WHERE policy = ?",
            (policy.name,),
        ):
            self._actions.setdefault(row["subject"], []).append(row)
        for row in tx.rows(
            "SELECT subject, state, outcome, evidence_until_us FROM cases "
            "WHERE policy = ? AND queue = 'severe'",
            (policy.name,),
        ):
            self._cases.setdefault(row["subject"], []).append(row)

    def why_pass(self, subject: str | None, evidence_until_us: int) -> str:
        """Why not to act on an account again; empty if nothing is in the way.

        Nobody is acted on twice for the same likes, nor for likes that a person has judged.
        """
        actions = self._actions.get(subject or "", [])
        cases = self._cases.get(subject or "", [])
        if any(self._holds(action) for action in actions):
            return "already under an action"
        if any(case["state"] == "open" for case in cases):
            return "already waiting for a decision"
        judged = [
            *(a["evidence_until_us"] for a in actions if a["reversal"] != UNDO),
            *(c["evidence_until_us"] for c in cases if c["state"] == "decided"),
        ]
        if evidence_until_us <= max(judged, default=-1):
            return "nothing new since the last decision"
        return ""

    def points_milli(self, subject: str | None) -> int:
        """Points of earlier actions that were not reversed, decayed, thousandths."""
        return sum(
            decayed_milli(
                action["severity"] * POINT_MILLI,
                self._now_us - action["started_us"],
                self._half_life_days,
            )
            for action in self._actions.get(subject or "", [])
            if action["reversed_us"] is None
        )

    def _holds(self, action: Row) -> bool:
        return action["reversed_us"] is None and action["until_us"] > self._now_us
