"""Cases and queues: what waits for a person, who is at work on it, and what came before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenzan.errors import CallError

if TYPE_CHECKING:
    from zhenzan.ledger import Body, Transaction
    from zhenzan.ledger.database import Row, Value

CLAIM_US = 3_600_000_000
"""A claim ends after an hour."""
MOST_TOGETHER = 50
"""So many cases of one ring are claimed at once."""
MOST_LISTED = 1_000
QUEUES = ("severe", "appeal", "sample")
MOST_NOTE_CHARACTERS = 5_000

SELECT = """
SELECT c.*, l.reviewer AS claimed_by, l.until_us AS claimed_until_us
FROM cases c LEFT JOIN claims l ON l.case_id = c.case_id AND l.until_us > ?
"""
FREE = """
c.state = 'open' AND (l.reviewer IS NULL OR l.reviewer = ?)
AND NOT EXISTS (SELECT 1 FROM recusals r WHERE r.case_id = c.case_id AND r.reviewer = ?)
"""
ORDER = "ORDER BY c.severity DESC, c.due_us, c.case_id"


@dataclass(frozen=True)
class Queue:
    """How much waits in a queue.

    Attributes:
        queue: severe (a step that needs a person), appeal, or sample (what was done, looked at).
        open: Open cases.
        claimed: Of these, cases that somebody is at work on.
        overdue: Of these, cases that are due already.
        next_due_us: When the first is due, µs since 1970; None if the queue is empty.
    """

    queue: str
    open: int
    claimed: int
    overdue: int
    next_due_us: int | None


@dataclass(frozen=True)
class Case:
    """Something that a person decides.

    Attributes:
        case_id: Which.
        queue: See Queue.
        state: open, decided or withdrawn.
        policy: The policy; version, rule and run_id say what led here.
        version: Its version.
        rule: The rule that matched.
        run_id: The run.
        subject: The account, by the ledger's name for it.
        action_id: The action it is about; None if the step is only proposed.
        appeal_id: The appeal it is about, if it is one.
        step: The step of the ladder.
        severity: Points of the rule.
        ring_id: The ring; cases of one ring are best decided together.
        score: Probability that the account supplies invalid engagement, 0–1.
        reason: automated, coordinated or traded.
        opened_us: Since when it waits, µs since 1970.
        due_us: When it is due.
        claimed_by: Who is at work on it now.
        claimed_until_us: Until when that holds.
        decided_by: Who decided it.
        outcome: uphold or overturn.
        closed_us: When it was decided or withdrawn.
    """

    case_id: str
    queue: str
    state: str
    policy: str
    version: str
    rule: str
    run_id: str
    subject: str
    action_id: str | None
    appeal_id: str | None
    step: str
    severity: int
    ring_id: str | None
    score: float
    reason: str
    opened_us: int
    due_us: int
    claimed_by: str | None
    claimed_until_us: int | None
    decided_by: str | None
    outcome: str | None
    closed_us: int | None


def queues(tx: Transaction) -> list[Queue]:
    """How much waits in each queue."""
    rows = tx.rows(
        "SELECT c.queue, count(*) AS open, count(l.case_id) AS claimed, "
        "sum(CASE WHEN c.due_us < ? THEN 1 ELSE 0 END) AS overdue, min(c.due_us) AS next_due_us "
        "FROM cases c LEFT JOIN claims l ON l.case_id = c.case_id AND l.until_us > ? "
        "WHERE c.state = 'open' GROUP BY c.queue",
        (tx.now_us, tx.now_us),
    )
    found = {row["queue"]: Queue(**{**row, "overdue": int(row["overdue"])}) for row in rows}
    return [found.get(name, Queue(name, 0, 0, 0, None)) for name in QUEUES]


def cases(
    tx: Transaction,
    *,
    queue: str | None = None,
    state: str | None = "open",
    policy: str | None = None,
    ring_id: str | None = None,
    action_id: str | None = None,
    reviewer: str | None = None,
    limit: int = MOST_LISTED,
) -> list[Case]:
    """Cases, the severest first and then by deadline.

    Args:
        tx: A transaction.
        queue: Of this queue.
        state: open, decided or withdrawn; None for all.
        policy: Of this policy.
        ring_id: Of this ring.
        action_id: About this action.
        reviewer: Claimed or decided by this person.
        limit: At most so many.
    """
    named: dict[str, Value] = {
        "c.queue = ?": queue,
        "c.state = ?": state,
        "c.policy = ?": policy,
        "c.ring_id = ?": ring_id,
        "c.action_id = ?": action_id,
        "coalesce(c.decided_by, l.reviewer) = ?": reviewer,
    }
    wanted = {where: value for where, value in named.items() if value is not None}
    where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
    values = (tx.now_us, *wanted.values(), min(max(limit, 0), MOST_LISTED))
    return [to_case(row) for row in tx.rows(f"{SELECT} {where} {ORDER} LIMIT ?", values)]


def case(tx: Transaction, case_id: str) -> Case:
    """One case.

    Raises:
        CallError: There is none of this number.
    """
    row = tx.row(f"{SELECT} WHERE c.case_id = ?", (tx.now_us, case_id))
    if row is None:
        raise CallError(f"There is no case {case_id}.", "Take its number from a queue.")
    return to_case(row)


def evidence(tx: Transaction, case_id: str) -> Body | None:
    """What is held against the account: score, verdict, signals, ring; None once it is erased."""
    opened = next(tx.entries(kinds=["case"], thing=case_id), None)
    return tx.personal(opened) if opened else None


def claim(tx: Transaction, queue: str, reviewer: str) -> list[Case]:
    """Take what is next in a queue, together with what it shares a ring with.

    Returns:
        The cases, which nobody else decides for an hour; empty if nothing waits.
    """
    row = tx.row(
        f"{SELECT} WHERE c.queue = ? AND {FREE} {ORDER} LIMIT 1",
        (tx.now_us, queue, reviewer, reviewer),
    )
    if row is None:
        return []
    together = [row]
    if row["ring_id"]:
        together = tx.rows(
            f"{SELECT} WHERE c.queue = ? AND c.ring_id = ? AND {FREE} {ORDER} LIMIT ?",
            (tx.now_us, queue, row["ring_id"], reviewer, reviewer, MOST_TOGETHER),
        )
    return [claim_case(tx, one["case_id"], reviewer) for one in together]


def claim_case(tx: Transaction, case_id: str, reviewer: str) -> Case:
    """Take one case for an hour; taking it again begins a new hour.

    Raises:
        CallError: It is not open, somebody else has it, or the reviewer decided on it before.
    """
    subject = case(tx, case_id).subject
    body = {"case_id": case_id, "by": reviewer, "until_us": tx.now_us + CLAIM_US}
    tx.append("claim", body, subject=subject)
    return case(tx, case_id)


def release(tx: Transaction, case_id: str, reviewer: str) -> None:
    """Give a case back to its queue."""
    subject = case(tx, case_id).subject
    tx.append("release", {"case_id": case_id, "by": reviewer}, subject=subject)


def note(tx: Transaction, case_id: str, reviewer: str, text: str) -> None:
    """Add a note to a case.

    Raises:
        CallError: There is no such case, or the note is empty or too long.
    """
    if not 0 < len(text.strip()) <= MOST_NOTE_CHARACTERS:
        raise CallError(
            f"A note has 1 to {MOST_NOTE_CHARACTERS:,} characters.", "Shorten it, or write one."
        )
    subject = case(tx, case_id).subject
    tx.append(
        "note", {"case_id": case_id, "by": reviewer}, subject=subject, personal={"text": text}
    )


def history(tx: Transaction, case_id: str) -> list[dict[str, Any]]:
    """Everything that was written about a case and its action, in order.

    Returns:
        For each entry: seq, ts_us, kind, body (without sealed fields), personal (None if there is
        nothing, or it is erased).
    """
    found = case(tx, case_id)
    entries = {entry.seq: entry for entry in tx.entries(thing=case_id)}
    if found.action_id:
        entries |= {entry.seq: entry for entry in tx.entries(thing=found.action_id)}
    return [
        {
            "seq": seq,
            "ts_us": entry.ts_us,
            "kind": entry.kind,
            "body": {k: v for k, v in entry.body.items() if k != "sealed"},
            "personal": tx.personal(entry),
        }
        for seq, entry in sorted(entries.items())
    ]


def to_case(row: Row) -> Case:
    """A case as it stands in the table."""
    facts = {name: row[name] for name in Case.__dataclass_fields__ if name != "score"}
    return Case(**facts, score=row["score_ppm"] / 1_000_000)
