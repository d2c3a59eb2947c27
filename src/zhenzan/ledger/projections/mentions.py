"""Which entries speak of a subject, an action, a case, an appeal or a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenzan.ledger.database import Database
    from zhenzan.ledger.entries import Entry

TABLES = {
    "mentions": """
        thing TEXT NOT NULL, seq BIGINT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (thing, seq)
    """,
}
INDEXES: tuple[str, ...] = ()
FIELDS = ("subject", "action_id", "case_id", "appeal_id", "run_id")


def follow(db: Database, entry: Entry) -> None:
    """Note what the entry speaks of."""
    body = entry.body
    things = {str(body[name]) for name in FIELDS if body.get(name)}
    db.execute_many(
        "INSERT INTO mentions (thing, seq, kind) VALUES (?, ?, ?)",
        [(thing, entry.seq, entry.kind) for thing in sorted(things)],
    )
