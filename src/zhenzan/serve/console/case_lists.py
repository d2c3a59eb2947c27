"""Lists of cases from the ledger, narrowed as the address of a page says; for pages and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenzan.ledger import Transaction
    from zhenzan.ledger.database import Row, Value

MOST_LISTED = 500
"""A list shows so many cases; the filters make it shorter."""
STATES = ("open", "decided", "withdrawn")

LISTED = """
SELECT c.case_id, c.queue, c.subject, c.policy, c.rule, c.action_id, c.appeal_id, c.step,
       c.severity, c.ring_id, c.opened_us, c.due_us, c.state, c.closed_us, c.decided_by, c.outcome,
       l.reviewer, l.until_us,
       min(c.due_us) OVER (PARTITION BY coalesce(c.ring_id, c.case_id)) AS group_due_us,
       count(*) OVER (PARTITION BY coalesce(c.ring_id, c.case_id)) AS in_group
FROM cases c LEFT JOIN claims l ON l.case_id = c.case_id AND l.until_us > ?
"""
FILTERS: Mapping[str, str] = {
    "queue": "c.queue = ?",
    "policy": "c.policy = ?",
    "step": "c.step = ?",
    "state": "c.state = ?",
    "ring": "c.ring_id = ?",
    "case": "c.case_id = ?",
    "subject": "c.subject = ?",
    "reviewer": "l.reviewer = ?",
    "decided_by": "c.decided_by = ?",
    "outcome": "c.outcome = ?",
}
"""What a list of cases may be narrowed by; the same words stand in the address of a search."""


def list_cases(tx: Transaction, wanted: Mapping[str, str]) -> list[Row]:
    """Cases by deadline, those of one ring together.

    Args:
        tx: A transaction.
        wanted: Words of ``FILTERS`` → values; others are ignored.
    """
    conditions: list[str] = []
    values: list[Value] = [tx.now_us]
    for word, condition in FILTERS.items():
        if wanted.get(word):
            conditions.append(condition)
            values.append(wanted[word])
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = " ORDER BY group_due_us, c.ring_id, c.due_us, c.severity DESC, c.case_id"
    return tx.rows(f"{LISTED}{where}{order} LIMIT {MOST_LISTED}", values)


def words_in_use(tx: Transaction) -> dict[str, list[str]]:
    """For each filter that offers a choice, what there is to choose from."""
    return {
        word: [
            row["word"]
            for row in tx.rows(
                f"SELECT DISTINCT {word} AS word FROM cases WHERE {word} IS NOT NULL ORDER BY word"
            )
        ]
        for word in ("queue", "policy", "step", "outcome")
    }
