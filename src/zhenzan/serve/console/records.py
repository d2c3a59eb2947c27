"""Pages of what is on record: policies and their versions, and the ledger itself."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from zhenzan import enforcement, ledger
from zhenzan.errors import CallError
from zhenzan.ledger.entries import KINDS
from zhenzan.serve.auth.roles import Permission
from zhenzan.serve.console.desk import page_route
from zhenzan.serve.problems import ProblemError

if TYPE_CHECKING:
    from starlette.responses import Response

    from zhenzan.serve.console.desk import Desk

ENTRIES_SHOWN = 100
RUNS_SHOWN = 20


def show_policies(desk: Desk) -> Response:
    """Every version of every policy, and what is stopped."""
    with desk.service.ledger.reading() as tx:
        return desk.page(
            "policies.html.j2",
            policies=tx.rows("SELECT * FROM policies ORDER BY policy, registered_us DESC"),
            stops={row["policy"]: row for row in tx.rows("SELECT * FROM stops")},
        )


def show_policy(desk: Desk) -> Response:
    """One version, and its runs."""
    version = desk.place("version")
    with desk.service.ledger.reading() as tx:
        row = tx.row("SELECT * FROM policies WHERE version = ?", (version,))
        if row is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "There is no such version.", "See the list.")
        runs = tx.rows(
            "SELECT * FROM runs WHERE version = ? ORDER BY run_us DESC LIMIT ?",
            (version, RUNS_SHOWN),
        )
        return desk.page("policy.html.j2", policy=row, runs=runs)


def resume(desk: Desk) -> Response:
    """Let a stopped policy act again."""
    why = desk.filled("why", 300)
    if not why:
        raise CallError("The reason is missing.", "Say why the policy may act again.")
    with desk.service.ledger.transaction() as tx:
        enforcement.resume(tx, desk.place("policy"), by=desk.user.name, why=why)
    return desk.see("/policies")


def show_ledger(desk: Desk) -> Response:
    """The newest entries, without what is personal in them."""
    return _show_ledger(desk, None)


def verify(desk: Desk) -> Response:
    """Check the whole chain."""
    where = desk.service.settings.ledger_url or desk.service.data.root
    return _show_ledger(desk, ledger.verify(where, keys=desk.service.data.keys))


def _show_ledger(desk: Desk, checked: Any) -> Response:
    kind, thing = desk.asked("kind"), desk.asked("thing")[:200]
    before = desk.asked("before")
    conditions, values = ["e.seq < ?"], [int(before) if before.isdecimal() else 2**62]
    narrowed: list[str | int] = list(values)
    join = ""
    if kind in KINDS:
        conditions.append("e.kind = ?")
        narrowed.append(kind)
    if thing:
        join = " JOIN mentions m ON m.seq = e.seq"
        conditions.append("m.thing = ?")
        narrowed.append(thing)
    with desk.service.ledger.reading() as tx:
        rows = tx.rows(
            f"SELECT e.seq, e.ts_us, e.kind, e.body, e.hash FROM entries e{join} "
            f"WHERE {' AND '.join(conditions)} ORDER BY e.seq DESC LIMIT {ENTRIES_SHOWN}",
            narrowed,
        )
    for row in rows:
        body = json.loads(row["body"])
        row["is_sealed"] = body.pop("sealed", None) is not None
        row["by"] = body.pop("by", "")
        row["facts"] = {
            name: value for name, value in body.items() if name != "text" and value is not None
        }
    return desk.page(
        "ledger.html.j2",
        rows=rows,
        kinds=sorted(KINDS),
        kind=kind,
        thing=thing,
        older=rows[-1]["seq"] if len(rows) == ENTRIES_SHOWN else None,
        checked=checked,
    )


READ_POLICY, READ_LEDGER = Permission.READ_POLICY, Permission.READ_LEDGER
ROUTES = (
    page_route("GET", "/policies", READ_POLICY, show_policies, "Policies."),
    page_route("GET", "/policies/{version}", READ_POLICY, show_policy, "One version."),
    page_route(
        "POST", "/policies/{policy}/resume", Permission.WRITE_POLICY, resume, "Let it act again."
    ),
    page_route("GET", "/ledger", READ_LEDGER, show_ledger, "The ledger."),
    page_route("POST", "/ledger/verify", READ_LEDGER, verify, "Check the chain."),
)
