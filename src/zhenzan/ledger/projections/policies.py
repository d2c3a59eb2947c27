"""Policies: their versions, the share of accounts each applies to, previews, runs, stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenzan.ledger.database import Database
    from zhenzan.ledger.entries import Entry

WHOLE_PPM = 1_000_000

TABLES = {
    "policies": """
        version TEXT PRIMARY KEY, policy TEXT NOT NULL, text TEXT NOT NULL,
        share_ppm BIGINT NOT NULL, most_ppm BIGINT NOT NULL, registered_us BIGINT NOT NULL,
        changed_us BIGINT NOT NULL
    """,
    "activations": """
        version TEXT PRIMARY KEY, policy TEXT NOT NULL, mode TEXT NOT NULL, since_us BIGINT NOT NULL
    """,
    "assessments": """
        version TEXT PRIMARY KEY, policy TEXT NOT NULL, scan TEXT NOT NULL,
        assessed_us BIGINT NOT NULL
    """,
    "runs": """
        run_id TEXT PRIMARY KEY, policy TEXT NOT NULL, version TEXT NOT NULL, scan TEXT NOT NULL,
        mode TEXT NOT NULL, share_ppm BIGINT NOT NULL, judged BIGINT NOT NULL,
        matched BIGINT NOT NULL, acted BIGINT NOT NULL, cases BIGINT NOT NULL,
        run_us BIGINT NOT NULL
    """,
    "stops": """
        policy TEXT PRIMARY KEY, reason TEXT NOT NULL, stopped_us BIGINT NOT NULL,
        resumed_us BIGINT
    """,
    "controls": "subject TEXT PRIMARY KEY, since_us BIGINT NOT NULL",
}
INDEXES = (
    "runs_by_name ON runs (policy, run_us)",
    "runs_by_version ON runs (version, run_us)",
    "policies_by_name ON policies (policy)",
)


def _version(db: Database, entry: Entry) -> None:
    body = entry.body
    db.execute(
        "INSERT INTO policies (version, policy, text, share_ppm, most_ppm, registered_us, "
        "changed_us) VALUES (?, ?, ?, 0, 0, ?, ?)",
        (body["version"], body["policy"], body["text"], entry.ts_us, entry.ts_us),
    )


def _stage(db: Database, entry: Entry) -> None:
    body = entry.body
    share = body["share_ppm"]
    # What was undone, or has had its day, is the service's no longer.
    if share == 0:
        db.execute("DELETE FROM activations WHERE version = ?", (body["version"],))
    elif share == WHOLE_PPM:
        db.execute(
            "DELETE FROM activations WHERE policy = ? AND version <> ? AND mode = 'live'",
            (body["policy"], body["version"]),
        )
    if share == WHOLE_PPM:  # the version before is live no longer
        db.execute(
            "UPDATE policies SET share_ppm = 0, changed_us = ? "
            "WHERE policy = ? AND version <> ? AND share_ppm <> 0",
            (entry.ts_us, body["policy"], body["version"]),
        )
    db.execute(
        "UPDATE policies SET share_ppm = ?, changed_us = ?, "
        "most_ppm = CASE WHEN most_ppm < ? THEN ? ELSE most_ppm END WHERE version = ?",
        (share, entry.ts_us, share, share, body["version"]),
    )


def _mode(db: Database, entry: Entry) -> None:
    body = entry.body
    if body["mode"] == "off":
        db.execute("DELETE FROM activations WHERE version = ?", (body["version"],))
        return
    db.execute(
        "INSERT INTO activations (version, policy, mode, since_us) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (version) DO UPDATE SET mode = excluded.mode, since_us = excluded.since_us",
        (body["version"], body["policy"], body["mode"], entry.ts_us),
    )


def _assessment(db: Database, entry: Entry) -> None:
    body = entry.body
    db.execute(
        "INSERT INTO assessments (version, policy, scan, assessed_us) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (version) DO UPDATE SET scan = excluded.scan, "
        "assessed_us = excluded.assessed_us",
        (body["version"], body["policy"], body["scan"], entry.ts_us),
    )


def _run(db: Database, entry: Entry) -> None:
    body = entry.body
    names = ("run_id", "policy", "version", "scan", "mode")
    counts = ("share_ppm", "judged", "matched", "acted", "cases")
    db.execute(
        f"INSERT INTO runs ({', '.join((*names, *counts))}, run_us) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*(body[name] for name in (*names, *counts)), entry.ts_us),
    )


def _stop(db: Database, entry: Entry) -> None:
    body = entry.body
    db.execute(
        "INSERT INTO stops (policy, reason, stopped_us) VALUES (?, ?, ?) "
        "ON CONFLICT (policy) DO UPDATE SET reason = excluded.reason, "
        "stopped_us = excluded.stopped_us, resumed_us = NULL",
        (body["policy"], body["reason"], entry.ts_us),
    )


def _resume(db: Database, entry: Entry) -> None:
    db.execute(
        "UPDATE stops SET resumed_us = ? WHERE policy = ?", (entry.ts_us, entry.body["policy"])
    )


def _control(db: Database, entry: Entry) -> None:
    db.execute(
        "INSERT INTO controls (subject, since_us) VALUES (?, ?) ON CONFLICT (subject) DO NOTHING",
        (entry.body["subject"], entry.ts_us),
    )


STEPS: dict[str, Callable[[Database, Entry], None]] = {
    "policy_version": _version,
    "policy_stage": _stage,
    "policy_mode": _mode,
    "assessment": _assessment,
    "run": _run,
    "stop": _stop,
    "resume": _resume,
    "control": _control,
}
