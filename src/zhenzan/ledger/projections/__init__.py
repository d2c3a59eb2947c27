"""Plain tables that follow from the entries, kept in the same transaction, made again at will.

One file per family of entries says which tables it has and what each kind of entry does to them.
A rule that must hold whoever writes (a second opinion by another person, one appeal per action)
stands here: an entry that breaks it cannot be appended, and a ledger that holds one fails its
audit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.ledger.projections import actions, cases, mentions, policies

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenzan.ledger.database import Database
    from zhenzan.ledger.entries import Entry

_FAMILIES = (policies, actions, cases)

TABLES: dict[str, str] = {
    name: definition
    for family in (mentions, *_FAMILIES)
    for name, definition in family.TABLES.items()
}
"""Table → its statement, in SQL that both databases read."""
INDEXES: tuple[str, ...] = tuple(
    index for family in (mentions, *_FAMILIES) for index in family.INDEXES
)
_STEPS: dict[str, Callable[[Database, Entry], None]] = {
    kind: step for family in _FAMILIES for kind, step in family.STEPS.items()
}


def make(db: Database) -> None:
    """Make the tables where they are missing."""
    for name, definition in TABLES.items():
        db.execute(f"CREATE TABLE IF NOT EXISTS {name} ({definition})")
    for index in INDEXES:
        db.execute(f"CREATE INDEX IF NOT EXISTS {index}")


def follow(db: Database, entry: Entry) -> None:
    """Bring the tables up to an entry that has just been appended.

    Raises:
        CallError: The entry breaks a rule of the ledger.
    """
    mentions.follow(db, entry)
    if step := _STEPS.get(entry.kind):
        step(db, entry)


def clear(db: Database) -> None:
    """Empty the tables, to make them again from the first entry on."""
    for name in TABLES:
        db.execute(f"DELETE FROM {name}")
