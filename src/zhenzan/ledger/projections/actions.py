"""Actions on accounts: what holds, since when, until when, what was reversed, what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.errors import CallError
from zhenzan.model import SEVERE_STEPS

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenzan.ledger.database import Database
    from zhenzan.ledger.entries import Entry

TABLES = {
    "actions": """
        action_id TEXT PRIMARY KEY, subject TEXT NOT NULL, policy TEXT NOT NULL,
        version TEXT NOT NULL, rule TEXT NOT NULL, run_id TEXT NOT NULL, step TEXT NOT NULL,
        severity BIGINT NOT NULL, points_milli BIGINT NOT NULL, cohort TEXT NOT NULL,
        ring_id TEXT, score_ppm BIGINT NOT NULL, reason TEXT NOT NULL, started_us BIGINT NOT NULL,
        until_us BIGINT NOT NULL, evidence_until_us BIGINT NOT NULL, decided_by TEXT,
        reversed_us BIGINT, reversal TEXT
    """,
    "statements": """
        action_id TEXT PRIMARY KEY, subject TEXT NOT NULL, reason TEXT NOT NULL,
        step TEXT NOT NULL, issued_us BIGINT NOT NULL, appeal_until_us BIGINT NOT NULL
    """,
}
INDEXES = (
    "actions_by_subject ON actions (subject)",
    "actions_by_name ON actions (policy, started_us)",
    "actions_by_cohort ON actions (policy, cohort)",
    "actions_by_run ON actions (run_id)",
)
_FIELDS = (
    "action_id",
    "subject",
    "policy",
    "version",
    "rule",
    "run_id",
    "step",
    "severity",
    "points_milli",
    "cohort",
    "ring_id",
    "score_ppm",
    "reason",
    "until_us",
    "evidence_until_us",
    "decided_by",
)


def _action(db: Database, entry: Entry) -> None:
    body = entry.body
    if body["step"] in SEVERE_STEPS and not body["decided_by"]:
        raise CallError(
            f"The step {body['step']} is never taken without a person.", "Open a case for review."
        )
    marks = ", ".join("?" for _ in _FIELDS)
    db.execute(
        f"INSERT INTO actions ({', '.join(_FIELDS)}, started_us) VALUES ({marks}, ?)",
        (*(body[name] for name in _FIELDS), entry.ts_us),
    )


def _reversal(db: Database, entry: Entry) -> None:
    body = entry.body
    found = db.rows("SELECT reversed_us FROM actions WHERE action_id = ?", (body["action_id"],))
    if not found or found[0]["reversed_us"] is not None:
        raise CallError(
            f"The action {body['action_id']} cannot be reversed: it "
            f"{'has been already' if found else 'does not exist'}.",
            "An action is reversed once.",
        )
    db.execute(
        "UPDATE actions SET reversed_us = ?, reversal = ? WHERE action_id = ?",
        (entry.ts_us, body["why"], body["action_id"]),
    )


def _statement(db: Database, entry: Entry) -> None:
    body = entry.body
    db.execute(
        "INSERT INTO statements (action_id, subject, reason, step, issued_us, appeal_until_us) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            body["action_id"],
            body["subject"],
            body["reason"],
            body["step"],
            entry.ts_us,
            body["appeal_until_us"],
        ),
    )


STEPS: dict[str, Callable[[Database, Entry], None]] = {
    "action": _action,
    "reversal": _reversal,
    "statement": _statement,
}
