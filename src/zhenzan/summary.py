"""What a scan found, counted: the figures of ``summary.json``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine
    from zhenzan.ingest import IngestReport

MICROSECONDS = 1_000_000

TRUE_LIKES = "SELECT true_likes, low, high FROM log_likes"
CHANGES = """(
    SELECT l.change FROM ring_list l JOIN ring_scores s ON s.ring = l.ring
    WHERE l.change IS NOT NULL
)"""
BEFORE = "SELECT DISTINCT ring_id FROM previous_members ORDER BY ring_id"
CONTINUED = "SELECT l.previous FROM ring_list l JOIN ring_scores s ON s.ring = l.ring"


def summarise(engine: Engine, log: IngestReport) -> dict[str, object]:
    """Counts of rows, likes, accounts, contents and rings, by verdict and kind.

    Args:
        engine: Holds the verdict and score tables.
        log: What was read.
    """
    likes = _counts(engine, "like_verdicts", "verdict")
    total = sum(likes.values())
    rows = engine.query(TRUE_LIKES).to_pylist()
    real = rows[0] if rows else dict.fromkeys(("true_likes", "low", "high"), 0.0)
    return {
        "input_digest": log.digest,
        "rows": {
            "in": log.rows_in,
            "accepted": log.accepted,
            "duplicate": log.duplicate,
            "quarantined": log.quarantined,
        },
        "other_rows": log.other_rows,
        "skipped_files": list(log.skipped_files),
        "kept_files": log.kept_files,
        "period": {"first_ts": _iso(log.first_ts), "last_ts": _iso(log.last_ts)},
        "events_by_type": log.events_by_type,
        "likes": {
            "total": total,
            "true_likes": round(real["true_likes"], 1),
            "true_likes_low": round(real["low"], 1),
            "true_likes_high": round(real["high"], 1),
            "by_verdict": likes,
            "by_provenance": _counts(engine, "like_classes", "provenance"),
        },
        "accounts": {
            "total": sum(_counts(engine, "account_scores", "verdict").values()),
            "by_verdict": _counts(engine, "account_scores", "verdict"),
            "by_role": _counts(engine, "account_scores", "role"),
        },
        "contents": {
            "total": sum(_counts(engine, "content_verdicts", "verdict").values()),
            "by_verdict": _counts(engine, "content_verdicts", "verdict"),
        },
        "rings": {
            "total": sum(_counts(engine, "ring_scores", "kind").values()),
            "by_kind": _counts(engine, "ring_scores", "kind"),
            "groups_looked_at": sum(_counts(engine, "ring_list", "kind").values()),
            "by_change": _counts(engine, CHANGES, "change"),
            "ended": _ended(engine),
        },
    }


def _ended(engine: Engine) -> list[str]:
    """Rings of the earlier scan that no ring of this one comes from."""
    continued = {
        name for row in engine.query(CONTINUED).to_pylist() for name in row["previous"] or ()
    }
    before = engine.query(BEFORE).column("ring_id").to_pylist()
    return [name for name in before if name not in continued]


def _counts(engine: Engine, table: str, column: str) -> dict[str, int]:
    query = f"SELECT {column} AS word, count(*) AS n FROM {table} GROUP BY {column} ORDER BY word"
    return {row["word"]: row["n"] for row in engine.query(query).to_pylist()}


def _iso(ts_us: int | None) -> str | None:
    if ts_us is None:
        return None
    return datetime.fromtimestamp(ts_us / MICROSECONDS, UTC).isoformat()
