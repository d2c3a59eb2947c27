"""What a policy may not exceed, and what stops it; asked in the transaction that acts."""

from __future__ import annotations

import statistics
from collections import Counter
from typing import TYPE_CHECKING

from zhenzan.enforcement.ladder import DAY_US, HOUR_US

if TYPE_CHECKING:
    from zhenzan.enforcement.hits import Matched
    from zhenzan.enforcement.policy import Policy
    from zhenzan.ledger import Transaction

RUNS_FOR_USUAL = 3
"""So many runs say what is usual; before, only the share itself is held against a limit."""
RUNS_LOOKED_AT = 20
FEWEST_FOR_A_JUMP = 20
"""Fewer matched accounts are no jump, whatever the ratio."""
OVERTURN_DAYS = 30
FEWEST_DECIDED = 10


class CapCounter:
    """How much room the caps leave. It lives within one transaction, in which nobody else acts.

    Args:
        tx: The transaction; None if there is no ledger yet.
        policy: Whose caps.
    """

    def __init__(self, tx: Transaction | None, policy: Policy) -> None:
        self._caps = policy.caps
        self._in_hour = 0
        self._in_cohort: Counter[str] = Counter()
        self._held = 0
        if tx is not None:
            self._read(tx, policy)

    def _read(self, tx: Transaction, policy: Policy) -> None:
        hour = tx.row(
            "SELECT count(*) AS n FROM actions WHERE policy = ? AND started_us > ?",
            (policy.name, tx.now_us - HOUR_US),
        )
        self._in_hour = int(hour["n"]) if hour else 0
        held = tx.rows(
            "SELECT cohort, count(*) AS n FROM actions "
            "WHERE policy = ? AND reversed_us IS NULL AND until_us > ? GROUP BY cohort",
            (policy.name, tx.now_us),
        )
        self._in_cohort = Counter({row["cohort"]: int(row["n"]) for row in held})
        self._held = self._in_cohort.total()

    def full(self, cohort: str) -> str:
        """Which cap one more action would exceed; empty if none."""
        if self._in_hour >= self._caps.per_hour:
            return "per_hour"
        if self._held >= self._caps.per_policy:
            return "per_policy"
        if self._in_cohort[cohort] >= self._caps.per_cohort:
            return "per_cohort"
        return ""

    def count(self, cohort: str) -> None:
        """Count one more action."""
        self._in_hour += 1
        self._held += 1
        self._in_cohort[cohort] += 1


def why_stop(tx: Transaction, policy: Policy, matched: Matched, *, resumed: bool) -> str:
    """Why the policy must stop before it acts; empty if nothing speaks against it.

    Args:
        tx: The transaction.
        policy: The policy.
        matched: What it matches.
        resumed: A person has just looked into it: only controls stop it now.
    """
    controls = _controls_hit(tx, matched)
    if controls:
        accounts = "control account" if controls == 1 else "control accounts"
        return f"it would hit {controls} {accounts}, known to be genuine"
    if resumed:
        return ""
    return _why_share(tx, policy, matched) or _why_overturned(tx, policy)


def _why_share(tx: Transaction, policy: Policy, matched: Matched) -> str:
    hits, judged = len(matched.hits), max(matched.judged, 1)
    share, usual = hits / judged, _usual_share(tx, policy.name)
    if hits < FEWEST_FOR_A_JUMP:
        return ""
    if share > policy.breaker.most_share:
        return (
            f"it matches {hits:,} of {judged:,} accounts ({share:.1%}), more than "
            f"{policy.breaker.most_share:.1%}"
        )
    if usual is not None and share > usual * policy.breaker.most_jump:
        return (
            f"it matches {share:.2%} of accounts, more than {policy.breaker.most_jump:g} times "
            f"the usual {usual:.2%}"
        )
    return ""


def _why_overturned(tx: Transaction, policy: Policy) -> str:
    """Decisions before the policy was last resumed have been looked into."""
    stop = tx.row("SELECT resumed_us FROM stops WHERE policy = ?", (policy.name,))
    resumed_us = int(stop["resumed_us"] or 0) if stop else 0
    row = tx.row(
        "SELECT count(*) AS decided, "
        "sum(CASE WHEN outcome = 'overturn' THEN 1 ELSE 0 END) AS overturned "
        "FROM cases WHERE policy = ? AND state = 'decided' AND closed_us > ?",
        (policy.name, max(tx.now_us - OVERTURN_DAYS * DAY_US, resumed_us)),
    )
    decided, overturned = (int(row["decided"]), int(row["overturned"] or 0)) if row else (0, 0)
    if decided >= FEWEST_DECIDED and overturned > policy.breaker.most_overturned * decided:
        return f"people overturned {overturned} of the {decided} cases they decided"
    return ""


def _controls_hit(tx: Transaction, matched: Matched) -> int:
    controls = {row["subject"] for row in tx.rows("SELECT subject FROM controls")}
    if not controls:
        return 0
    subjects = tx.find_subjects("account", (hit.account_id for hit in matched.hits))
    return len(controls & set(subjects.values()))


def _usual_share(tx: Transaction, name: str) -> float | None:
    rows = tx.rows(
        "SELECT matched, judged FROM runs WHERE policy = ? AND mode = 'live' "
        f"ORDER BY run_us DESC, run_id LIMIT {RUNS_LOOKED_AT}",
        (name,),
    )
    if len(rows) < RUNS_FOR_USUAL:
        return None
    return statistics.median(int(row["matched"]) / max(int(row["judged"]), 1) for row in rows)
