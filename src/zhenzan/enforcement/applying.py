"""Apply a policy: guards, actions and cases in one transaction, all of it or nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zhenzan.enforcement import versions
from zhenzan.enforcement.guards import CapCounter, why_stop
from zhenzan.enforcement.ladder import DAY_US, Rung
from zhenzan.enforcement.planning import plan
from zhenzan.errors import CallError, LimitError
from zhenzan.model import SEVERE_STEPS, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenzan.enforcement.hits import Hit, Matched
    from zhenzan.enforcement.planning import Planned
    from zhenzan.enforcement.policy import Policy
    from zhenzan.ledger import Body, Transaction
    from zhenzan.ledger.database import Row

SEVERE_DAYS = 7
SAMPLE_DAYS = 14
"""Cases are due in so many days."""
PPM = 1_000_000


@dataclass
class Outcome:
    """What applying a policy did, or in the shadow would have done.

    Attributes:
        run_id: Its run.
        policy: The policy's name.
        version: Its version.
        shadow: Whether nothing was done.
        share_ppm: To which share of accounts the version applies, millionths.
        judged: Accounts in the scan.
        matched: Accounts that the policy matches and may act on.
        acted: Step → actions.
        cases: Queue → cases opened.
        passed: Why → matched accounts that were passed over.
        expected_honest: Of those acted on, how many are honest by their own scores.
        stopped: Why the breaker stopped the policy; empty if it did not.
        action_ids: The actions.
    """

    run_id: str
    policy: str
    version: str
    shadow: bool
    share_ppm: int
    judged: int
    matched: int
    acted: Counter[str] = field(default_factory=Counter)
    cases: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    expected_honest: float = 0.0
    stopped: str = ""
    action_ids: list[str] = field(default_factory=list)

    def count(self, planned: Planned) -> None:
        """Count what is planned for one account."""
        if planned.rung is None:
            self.passed[planned.why] += 1
            return
        self.expected_honest += 1 - planned.hit.score
        if planned.rung.step in SEVERE_STEPS:
            self.cases["severe"] += 1
        else:
            self.acted[planned.rung.step] += 1

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON; without the actions themselves."""
        return {
            "run_id": self.run_id,
            "policy": self.policy,
            "version": self.version,
            "shadow": self.shadow,
            "share_percent": self.share_ppm / 10_000,
            "judged": self.judged,
            "matched": self.matched,
            "acted": dict(self.acted),
            "cases": dict(self.cases),
            "passed": dict(self.passed),
            "expected_honest": round(self.expected_honest, 3),
            "stopped": self.stopped,
        }


def apply(
    tx: Transaction,
    policy: Policy,
    matched: Matched,
    *,
    by: str,
    share_ppm: int | None = None,
    shadow: bool = False,
    resumed: bool = False,
) -> Outcome:
    """Act on what a policy matches, as far as its guards allow.

    Args:
        tx: A transaction that may write; what is done is done when it commits.
        policy: The policy.
        matched: What it matches, from ``match`` of the same policy.
        by: Who applies it.
        share_ppm: The stage of the canary, millionths; None stays at the present one.
        shadow: Do nothing; only count what would be done, for all accounts.
        resumed: It was stopped, and a person has looked into it in this transaction.

    Raises:
        CallError: The policy is stopped, or a stage of the canary would be left out.
    """
    versions.register(tx, policy, by)
    if not shadow:
        _refuse_stopped(tx, policy)
    outcome = Outcome(
        run_id=tx.new_id("run"),
        policy=policy.name,
        version=policy.version,
        shadow=shadow,
        share_ppm=versions.WHOLE_PPM if shadow else versions.share_of(tx, policy),
        judged=matched.judged,
        matched=len(matched.hits),
    )
    outcome.stopped = why_stop(tx, policy, matched, resumed=resumed)
    if not outcome.stopped:
        if not shadow:
            outcome.share_ppm = versions.set_stage(tx, policy, share_ppm, by)
        _act_on_hits(tx, policy, matched, outcome)
    elif not shadow:
        body = {"policy": policy.name, "version": policy.version, "run_id": outcome.run_id}
        tx.append("stop", {**body, "reason": outcome.stopped})
    _record(tx, matched, outcome, by)
    return outcome


def resume(tx: Transaction, name: str, *, by: str, why: str) -> None:
    """Let a stopped policy act again.

    Raises:
        CallError: It is not stopped.
    """
    if not tx.rows("SELECT 1 AS n FROM stops WHERE policy = ? AND resumed_us IS NULL", (name,)):
        raise CallError(f"The policy {name} is not stopped.", "Apply it without --resume.")
    tx.append("resume", {"policy": name, "by": by, "why": why})


def add_controls(tx: Transaction, account_ids: Iterable[str], *, by: str) -> int:
    """Make accounts controls: known to be genuine, so that a hit on one stops a policy.

    Returns:
        How many are new.
    """
    added = 0
    for account_id in account_ids:
        subject = tx.subject("account", account_id)
        if not tx.rows("SELECT 1 AS found FROM controls WHERE subject = ?", (subject,)):
            tx.append("control", {"by": by}, subject=subject, personal={"account_id": account_id})
            added += 1
    return added


def act_on_case(tx: Transaction, case: Row, *, by: str, evidence: Body) -> str:
    """Take the severe step that a person has decided on; the action's identifier.

    Args:
        tx: A transaction that may write.
        case: The case, a row of the table.
        by: The person.
        evidence: The case's personal fields, which become the action's.

    Raises:
        LimitError: A cap is full.
    """
    policy = versions.policy_of(tx, case["version"])
    rung = policy.rung(Step(case["step"]))
    full = CapCounter(tx, policy).full(case["cohort"])
    if full or rung is None:
        raise LimitError(
            f"The policy {policy.name} has reached its cap {full}.",
            "Decide the case later, or apply a version with a higher cap.",
        )
    facts = {name: case[name] for name in ("rule", "run_id", "severity", "points_milli", "cohort")}
    facts |= {name: case[name] for name in ("ring_id", "score_ppm", "reason", "evidence_until_us")}
    return _append_action(tx, policy, rung, case["subject"], facts, evidence, by)


def _refuse_stopped(tx: Transaction, policy: Policy) -> None:
    stop = tx.row(
        "SELECT reason FROM stops WHERE policy = ? AND resumed_us IS NULL", (policy.name,)
    )
    if stop:
        raise CallError(
            f"The policy {policy.name} is stopped: {stop['reason']}.",
            "Look into it; then apply it with --resume and say why in --note.",
        )


def _act_on_hits(tx: Transaction, policy: Policy, matched: Matched, outcome: Outcome) -> None:
    slices = versions.Slices(tx, policy.name)

    def within(hit: Hit) -> bool:
        return outcome.shadow or slices.has(policy.version, outcome.share_ppm, hit.account_id)

    for planned in plan(tx, policy, matched, within):
        outcome.count(planned)
        if planned.rung is None or outcome.shadow:
            continue
        hit, rung = planned.hit, planned.rung
        subject = tx.subject("account", hit.account_id)
        evidence = matched.evidence[hit.account_id]
        facts = _facts(planned, outcome.run_id)
        if rung.step in SEVERE_STEPS:
            _append_case(tx, policy, rung, subject, facts, evidence)
            continue
        action_id = _append_action(tx, policy, rung, subject, facts, evidence, None)
        outcome.action_ids.append(action_id)
        if slices.place_ppm(hit.account_id, "sample") < policy.sample * PPM:
            outcome.cases["sample"] += 1
            _append_case(tx, policy, rung, subject, facts, evidence, action_id)


def _facts(planned: Planned, run_id: str) -> Body:
    hit = planned.hit
    return {
        "rule": hit.rule.id,
        "run_id": run_id,
        "severity": hit.rule.severity,
        "points_milli": planned.points_milli,
        "cohort": hit.cohort,
        "ring_id": hit.ring_id,
        "score_ppm": round(hit.score * PPM),
        "reason": hit.reason,
        "evidence_until_us": hit.evidence_until_us,
    }


def _append_action(
    tx: Transaction,
    policy: Policy,
    rung: Rung,
    subject: str,
    facts: Body,
    evidence: Body,
    decided_by: str | None,
) -> str:
    action_id = tx.new_id("a")
    body = {
        **facts,
        "action_id": action_id,
        "policy": policy.name,
        "version": policy.version,
        "step": rung.step.value,
        "until_us": tx.now_us + rung.days * DAY_US,
        "decided_by": decided_by,
    }
    tx.append("action", body, subject=subject, personal=evidence)
    return action_id


def _append_case(
    tx: Transaction,
    policy: Policy,
    rung: Rung,
    subject: str,
    facts: Body,
    evidence: Body,
    action_id: str | None = None,
) -> None:
    """Without an action: a severe step that is proposed. With one: a sample of what was done."""
    body = {
        **facts,
        "case_id": tx.new_id("c"),
        "queue": "sample" if action_id else "severe",
        "policy": policy.name,
        "version": policy.version,
        "action_id": action_id,
        "appeal_id": None,
        "step": rung.step.value,
        "due_us": tx.now_us + (SAMPLE_DAYS if action_id else SEVERE_DAYS) * DAY_US,
    }
    tx.append("case", body, subject=subject, personal=evidence)


def _record(tx: Transaction, matched: Matched, outcome: Outcome, by: str) -> None:
    mode = "stopped" if outcome.stopped else "shadow" if outcome.shadow else "live"
    figures = outcome.to_dict()
    tx.append(
        "run",
        {
            "run_id": outcome.run_id,
            "policy": outcome.policy,
            "version": outcome.version,
            "scan": matched.scan,
            "mode": mode,
            "share_ppm": outcome.share_ppm,
            "judged": outcome.judged,
            "matched": outcome.matched,
            "acted": outcome.acted.total(),
            "cases": outcome.cases.total(),
            "by": by,
            "figures": figures,
            "protected": matched.protected,
        },
    )
