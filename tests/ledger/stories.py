"""Entries as a real ledger has them: a policy, actions, cases, decisions, appeals, labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhenzan.ledger import Transaction

DAY_US = 86_400_000_000


def action(tx: Transaction, account: str, **changed: Any) -> str:
    """Append an action on an account; its identifier."""
    body = {
        "action_id": tx.new_id("a"),
        "policy": "farms",
        "version": "v1",
        "rule": "suppliers",
        "run_id": "run-1",
        "step": "limit_liking",
        "severity": 2,
        "points_milli": 2_000,
        "cohort": "r-1",
        "ring_id": "r-1",
        "score_ppm": 990_000,
        "reason": "coordinated",
        "until_us": tx.now_us + 7 * DAY_US,
        "evidence_until_us": tx.now_us,
        "decided_by": None,
        **changed,
    }
    subject = tx.subject("account", account)
    tx.append("action", body, subject=subject, personal={"account_id": account})
    return str(body["action_id"])


def case(tx: Transaction, account: str, **changed: Any) -> str:
    """Append a case about an account; its identifier."""
    body = {
        "case_id": tx.new_id("c"),
        "queue": "severe",
        "policy": "farms",
        "version": "v1",
        "rule": "suppliers",
        "run_id": "run-1",
        "action_id": None,
        "appeal_id": None,
        "step": "suspend_account",
        "severity": 5,
        "points_milli": 10_000,
        "cohort": "r-1",
        "ring_id": "r-1",
        "score_ppm": 990_000,
        "reason": "coordinated",
        "evidence_until_us": 0,
        "due_us": tx.now_us + DAY_US,
        **changed,
    }
    tx.append("case", body, subject=tx.subject("account", account), personal={"account": account})
    return str(body["case_id"])


def decide(tx: Transaction, case_id: str, by: str, outcome: str = "uphold") -> None:
    """Append a decision on a case."""
    tx.append("decision", {"case_id": case_id, "by": by, "outcome": outcome, "grounds": "clear"})


def whole_story(tx: Transaction) -> None:
    """Something of every kind that has a table."""
    tx.append("policy_version", {"policy": "farms", "version": "v1", "text": "name = 'farms'"})
    for share in (1_000, 10_000, 100_000, 1_000_000):
        tx.append("policy_stage", {"policy": "farms", "version": "v1", "share_ppm": share})
    seen = {"policy": "farms", "version": "v1"}
    tx.append("assessment", {**seen, "scan": "s"})
    tx.append("policy_mode", {**seen, "mode": "live"})
    tx.append("control", {}, subject=tx.subject("account", "staff"))
    tx.append("stop", {"policy": "farms", "reason": "overturns"})
    tx.append("resume", {"policy": "farms", "by": "amy"})
    run = {"run_id": "run-1", "policy": "farms", "version": "v1", "scan": "s", "mode": "live"}
    counts = {"share_ppm": 1_000_000, "judged": 9, "matched": 3, "acted": 2, "cases": 1}
    tx.append("run", {**run, **counts})
    first, second = action(tx, "u1", decided_by="amy"), action(tx, "u2")
    statement = {"reason": "coordinated", "step": "limit_liking", "appeal_until_us": 1}
    tx.append("statement", {"action_id": first, **statement}, subject=tx.subject("account", "u1"))
    tx.append("reversal", {"action_id": second, "why": "undo", "by": "amy"})
    held = case(tx, "u3")
    tx.append("claim", {"case_id": held, "by": "amy", "until_us": tx.now_us + 1})
    tx.append("release", {"case_id": held, "by": "amy"})
    decide(tx, held, "ben")
    appealed = case(tx, "u1", action_id=first, appeal_id="p-1", queue="appeal")
    appeal = {"appeal_id": "p-1", "action_id": first, "case_id": appealed, "due_us": 5}
    personal = {"text": "I did not — 我没有 \x00 \ud800 '; DROP TABLE entries; --"}
    tx.append("appeal", appeal, subject=tx.subject("account", "u1"), personal=personal)
    decide(tx, appealed, "ben", "overturn")
    tx.append("reversal", {"action_id": first, "why": "appeal", "by": "ben"})
    label = {"label_id": "l-1", "entity_type": "account", "label": "genuine", "source": "appeal"}
    tx.append(
        "label",
        {**label, "case_id": appealed, "training": False},
        subject=tx.subject("account", "u1"),
    )
    tx.append("withdrawal", {"case_id": case(tx, "u4"), "why": "undo", "by": "amy"})
