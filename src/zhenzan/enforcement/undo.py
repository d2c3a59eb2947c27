"""Reverse any set of actions, exactly and at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.enforcement.standing import UNDO
from zhenzan.errors import CallError

if TYPE_CHECKING:
    from zhenzan.ledger import Transaction
    from zhenzan.ledger.database import Value

FEWEST_DIGITS = 8
"""So many digits of a version name it."""


@dataclass(frozen=True)
class Selection:
    """Which actions, and the open cases that would become actions: all criteria must hold.

    Attributes:
        version: Of this policy version: its hash, or the first digits of it.
        run_id: Of this run.
        since_us: Taken at this time or later, µs since 1970.
        until_us: Taken before this time.
        account_id: On this account.
    """

    version: str | None = None
    run_id: str | None = None
    since_us: int | None = None
    until_us: int | None = None
    account_id: str | None = None


@dataclass(frozen=True)
class Undone:
    """What was reversed, or with ``pretend`` would have been.

    Attributes:
        actions: Actions reversed.
        cases: Open cases withdrawn.
    """

    actions: tuple[str, ...]
    cases: tuple[str, ...]


def undo(
    tx: Transaction, selection: Selection, *, by: str, why: str, pretend: bool = False
) -> Undone:
    """Reverse every action of a selection that is not reversed yet.

    A version that is undone no longer applies to anybody until it is applied again.

    Args:
        tx: A transaction; one that only reads will do to pretend.
        selection: Which.
        by: Who says so.
        why: Their words.
        pretend: Only say what would be reversed.

    Raises:
        CallError: The selection names nothing, or a version that there is not.
    """
    if selection == Selection():
        raise CallError(
            "Nothing says which actions to reverse.",
            "Name a version, a run, a time or an account.",
        )
    version = _version(tx, selection.version) if selection.version is not None else None
    where, values = _where(tx, selection, version, "started_us")
    actions = tx.rows(
        f"SELECT action_id, subject FROM actions WHERE reversed_us IS NULL AND {where} "
        "ORDER BY started_us, action_id",
        values,
    )
    where, values = _where(tx, selection, version, "opened_us")
    cases = tx.rows(
        "SELECT case_id, subject, action_id FROM cases "
        f"WHERE state = 'open' AND queue = 'severe' AND {where} ORDER BY opened_us, case_id",
        values,
    )
    done = {row["action_id"] for row in actions}
    about = tx.rows(
        "SELECT case_id, subject, action_id FROM cases WHERE state = 'open' "
        "AND action_id IS NOT NULL ORDER BY opened_us, case_id"
    )
    cases += [row for row in about if row["action_id"] in done]
    if not pretend:
        if version is not None:
            _withdraw_version(tx, version, by)
        for row in actions:
            reverse(tx, row["action_id"], row["subject"], why=UNDO, by=by, note=why)
        for row in cases:
            body = {"case_id": row["case_id"], "why": UNDO, "by": by}
            tx.append("withdrawal", body, subject=row["subject"])
    return Undone(
        tuple(row["action_id"] for row in actions), tuple(row["case_id"] for row in cases)
    )


def reverse(
    tx: Transaction, action_id: str, subject: str, *, why: str, by: str, note: str = ""
) -> None:
    """Reverse one action.

    Args:
        tx: A transaction that may write.
        action_id: Which.
        subject: Whom it is on.
        why: undo, review or appeal.
        by: Who says so.
        note: Their words.

    Raises:
        CallError: It has been reversed before.
    """
    body = {"action_id": action_id, "why": why, "by": by}
    tx.append("reversal", body, subject=subject, personal={"note": note} if note else None)


def _version(tx: Transaction, digits: str) -> str:
    found = [
        row["version"]
        for row in tx.rows("SELECT version FROM policies ORDER BY version")
        if row["version"].startswith(digits)
    ]
    if len(found) != 1 or len(digits) < FEWEST_DIGITS:
        raise CallError(
            f"'{digits}' names {len(found)} versions of policies.",
            f"Write the version's hash, at least {FEWEST_DIGITS} digits of it.",
        )
    return str(found[0])


def _where(
    tx: Transaction, selection: Selection, version: str | None, time: str
) -> tuple[str, list[Value]]:
    parts: list[tuple[str, Value]] = []
    if version is not None:
        parts.append(("version = ?", version))
    if selection.run_id is not None:
        parts.append(("run_id = ?", selection.run_id))
    if selection.since_us is not None:
        parts.append((f"{time} >= ?", selection.since_us))
    if selection.until_us is not None:
        parts.append((f"{time} < ?", selection.until_us))
    if selection.account_id is not None:
        subject = tx.find_subject("account", selection.account_id)
        parts.append(("subject = ?", subject or ""))
    return " AND ".join(part for part, _ in parts), [value for _, value in parts]


def _withdraw_version(tx: Transaction, version: str, by: str) -> None:
    row = tx.row("SELECT policy, share_ppm FROM policies WHERE version = ?", (version,))
    if row and row["share_ppm"]:
        body = {"policy": row["policy"], "version": version, "share_ppm": 0, "by": by}
        tx.append("policy_stage", body)
