"""Cases that a person decides: queues, claims, decisions, appeals, labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.errors import CallError

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenzan.ledger.database import Database, Row
    from zhenzan.ledger.entries import Entry

TABLES = {
    "cases": """
        case_id TEXT PRIMARY KEY, queue TEXT NOT NULL, subject TEXT NOT NULL, policy TEXT NOT NULL,
        version TEXT NOT NULL, rule TEXT NOT NULL, run_id TEXT NOT NULL, action_id TEXT,
        appeal_id TEXT, step TEXT NOT NULL, severity BIGINT NOT NULL,
        points_milli BIGINT NOT NULL, cohort TEXT NOT NULL, ring_id TEXT, score_ppm BIGINT NOT NULL,
        reason TEXT NOT NULL, evidence_until_us BIGINT NOT NULL,
        opened_us BIGINT NOT NULL, due_us BIGINT NOT NULL, state TEXT NOT NULL,
        closed_us BIGINT, decided_by TEXT, outcome TEXT
    """,
    "claims": """
        case_id TEXT PRIMARY KEY, reviewer TEXT NOT NULL, since_us BIGINT NOT NULL,
        until_us BIGINT NOT NULL
    """,
    "recusals": "case_id TEXT, reviewer TEXT, PRIMARY KEY (case_id, reviewer)",
    "appeals": """
        appeal_id TEXT PRIMARY KEY, action_id TEXT NOT NULL UNIQUE, subject TEXT NOT NULL,
        case_id TEXT NOT NULL, received_us BIGINT NOT NULL, due_us BIGINT NOT NULL,
        decided_us BIGINT, outcome TEXT
    """,
    "labels": """
        label_id TEXT PRIMARY KEY, subject TEXT NOT NULL, entity_type TEXT NOT NULL,
        label TEXT NOT NULL, source TEXT NOT NULL, case_id TEXT, training BIGINT NOT NULL,
        labelled_us BIGINT NOT NULL
    """,
}
INDEXES = (
    "cases_by_queue ON cases (state, queue, severity)",
    "cases_by_ring ON cases (ring_id)",
    "cases_by_action ON cases (action_id)",
    "cases_by_subject ON cases (subject)",
    "labels_by_subject ON labels (subject)",
)
_FIELDS = (
    "case_id",
    "queue",
    "subject",
    "policy",
    "version",
    "rule",
    "run_id",
    "action_id",
    "appeal_id",
    "step",
    "severity",
    "points_milli",
    "cohort",
    "ring_id",
    "score_ppm",
    "reason",
    "evidence_until_us",
    "due_us",
)


def _case(db: Database, entry: Entry) -> None:
    body = entry.body
    marks = ", ".join("?" for _ in _FIELDS)
    db.execute(
        f"INSERT INTO cases ({', '.join(_FIELDS)}, opened_us, state) VALUES ({marks}, ?, 'open')",
        (*(body[name] for name in _FIELDS), entry.ts_us),
    )
    if body["appeal_id"] and body["action_id"]:
        # Who has decided on the action before does not decide on it again.
        db.execute(
            "INSERT INTO recusals (case_id, reviewer) "
            "SELECT ?, decided_by FROM actions WHERE action_id = ? AND decided_by IS NOT NULL "
            "UNION SELECT ?, decided_by FROM cases "
            "WHERE action_id = ? AND decided_by IS NOT NULL",
            (body["case_id"], body["action_id"], body["case_id"], body["action_id"]),
        )


def _open_case(db: Database, case_id: str) -> Row:
    found = db.rows("SELECT * FROM cases WHERE case_id = ?", (case_id,))
    if not found or found[0]["state"] != "open":
        raise CallError(
            f"The case {case_id} is not open.",
            "It has been decided or withdrawn; look at its history."
            if found
            else "Take its number from a queue.",
        )
    return found[0]


def _refuse_recused(db: Database, case_id: str, reviewer: str) -> None:
    recused = db.rows(
        "SELECT 1 AS found FROM recusals WHERE case_id = ? AND reviewer = ?", (case_id, reviewer)
    )
    if recused:
        raise CallError(
            f"{reviewer} decided on this action before, so another reviewer decides the appeal.",
            "Leave the case in the queue for a colleague.",
        )


def _held_by_another(db: Database, entry: Entry, case_id: str, reviewer: str) -> None:
    held = db.rows(
        "SELECT reviewer FROM claims WHERE case_id = ? AND until_us > ? AND reviewer <> ?",
        (case_id, entry.ts_us, reviewer),
    )
    if held:
        raise CallError(
            f"{held[0]['reviewer']} is at work on the case {case_id}.",
            "Take another one; a claim ends an hour after it was made.",
        )


def _claim(db: Database, entry: Entry) -> None:
    body = entry.body
    _open_case(db, body["case_id"])
    _refuse_recused(db, body["case_id"], body["by"])
    _held_by_another(db, entry, body["case_id"], body["by"])
    db.execute(
        "INSERT INTO claims (case_id, reviewer, since_us, until_us) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (case_id) DO UPDATE SET reviewer = excluded.reviewer, "
        "since_us = excluded.since_us, until_us = excluded.until_us",
        (body["case_id"], body["by"], entry.ts_us, body["until_us"]),
    )


def _release(db: Database, entry: Entry) -> None:
    body = entry.body
    db.execute(
        "DELETE FROM claims WHERE case_id = ? AND reviewer = ?", (body["case_id"], body["by"])
    )


def _decision(db: Database, entry: Entry) -> None:
    body = entry.body
    case = _open_case(db, body["case_id"])
    _refuse_recused(db, body["case_id"], body["by"])
    _held_by_another(db, entry, body["case_id"], body["by"])
    db.execute(
        "UPDATE cases SET state = 'decided', closed_us = ?, decided_by = ?, outcome = ? "
        "WHERE case_id = ?",
        (entry.ts_us, body["by"], body["outcome"], body["case_id"]),
    )
    db.execute("DELETE FROM claims WHERE case_id = ?", (body["case_id"],))
    if case["action_id"]:
        _recuse_from_waiting_appeals(db, case["action_id"], body["by"])
    if case["appeal_id"]:
        db.execute(
            "UPDATE appeals SET decided_us = ?, outcome = ? WHERE appeal_id = ?",
            (entry.ts_us, body["outcome"], case["appeal_id"]),
        )


def _recuse_from_waiting_appeals(db: Database, action_id: str, reviewer: str) -> None:
    """An appeal may have come before the decision: whoever decides now does not decide it too."""
    waiting = "action_id = ? AND appeal_id IS NOT NULL AND state = 'open'"
    db.execute(
        f"DELETE FROM claims WHERE reviewer = ? AND case_id IN "
        f"(SELECT case_id FROM cases WHERE {waiting})",
        (reviewer, action_id),
    )
    for row in db.rows(f"SELECT case_id FROM cases WHERE {waiting}", (action_id,)):
        db.execute(
            "INSERT INTO recusals (case_id, reviewer) VALUES (?, ?) "
            "ON CONFLICT (case_id, reviewer) DO NOTHING",
            (row["case_id"], reviewer),
        )


def _withdrawal(db: Database, entry: Entry) -> None:
    case_id = entry.body["case_id"]
    case = _open_case(db, case_id)
    db.execute(
        "UPDATE cases SET state = 'withdrawn', closed_us = ? WHERE case_id = ?",
        (entry.ts_us, case_id),
    )
    db.execute("DELETE FROM claims WHERE case_id = ?", (case_id,))
    if case["appeal_id"]:  # what was appealed has been reversed in another way
        db.execute(
            "UPDATE appeals SET decided_us = ?, outcome = 'overturn' WHERE appeal_id = ?",
            (entry.ts_us, case["appeal_id"]),
        )


def _appeal(db: Database, entry: Entry) -> None:
    body = entry.body
    found = db.rows("SELECT 1 AS found FROM appeals WHERE action_id = ?", (body["action_id"],))
    if found:
        raise CallError(
            "This decision has been appealed already.", "Open the same link to see its status."
        )
    db.execute(
        "INSERT INTO appeals (appeal_id, action_id, subject, case_id, received_us, due_us) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            body["appeal_id"],
            body["action_id"],
            body["subject"],
            body["case_id"],
            entry.ts_us,
            body["due_us"],
        ),
    )


def _label(db: Database, entry: Entry) -> None:
    body = entry.body
    db.execute(
        "INSERT INTO labels (label_id, subject, entity_type, label, source, case_id, training, "
        "labelled_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            body["label_id"],
            body["subject"],
            body["entity_type"],
            body["label"],
            body["source"],
            body["case_id"],
            int(body["training"]),
            entry.ts_us,
        ),
    )


def _label_use(db: Database, entry: Entry) -> None:
    body = entry.body
    found = db.rows("SELECT 1 AS found FROM labels WHERE label_id = ?", (body["label_id"],))
    if not found:
        raise CallError(f"There is no label {body['label_id']}.", "Take it from the labels.")
    db.execute(
        "UPDATE labels SET training = ? WHERE label_id = ?",
        (int(body["training"]), body["label_id"]),
    )


STEPS: dict[str, Callable[[Database, Entry], None]] = {
    "case": _case,
    "claim": _claim,
    "release": _release,
    "decision": _decision,
    "withdrawal": _withdrawal,
    "appeal": _appeal,
    "label": _label,
    "label_use": _label_use,
}
