"""Pages of what is on record: the ledger, and whether it is whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from zhenzan import ledger
from zhenzan.ledger.entries import KINDS
from zhenzan.serve.auth.roles import Permission
from zhenzan.serve.console.desk import page_route

if TYPE_CHECKING:
    from starlette.responses import Response

    from zhenzan.serve.console.desk import Desk

ENTRIES_SHOWN = 100


def show_ledger(desk: Desk) -> Response:
    """The newest entries, without what is personal in them."""
    return _show_ledger(desk, None)


def verify(desk: Desk) -> Response:
    """Check the whole chain."""
    where = desk.service.settings.ledger_url or desk.service.data.root
    return _show_ledger(desk, ledger.verify(where))


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


READ_LEDGER = Permission.READ_LEDGER
ROUTES = (
    page_route("GET", "/ledger", READ_LEDGER, show_ledger, "The ledger."),
    page_route("POST", "/ledger/verify", READ_LEDGER, verify, "Check the chain."),
)
