"""The dashboard: what comes in and goes out, how often people agree, who decided what."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from zhenzan import review
from zhenzan.serve.auth.roles import Permission
from zhenzan.serve.console.desk import page_route

if TYPE_CHECKING:
    from starlette.responses import Response

    from zhenzan.ledger import Transaction
    from zhenzan.serve.console.desk import Desk

DAY_US = 86_400_000_000
DAYS = 14
Z_95 = 1.96

# Integer division of whole numbers of days; both databases cut towards zero.
OPENED = "SELECT opened_us / ? AS day, count(*) AS n FROM cases WHERE opened_us >= ? GROUP BY 1"
CLOSED = "SELECT closed_us / ? AS day, count(*) AS n FROM cases WHERE closed_us >= ? GROUP BY 1"
JUDGED = """
SELECT queue, count(*) AS decided, sum(CASE WHEN outcome = 'uphold' THEN 1 ELSE 0 END) AS upheld
FROM cases WHERE state = 'decided' AND closed_us >= ? GROUP BY queue
"""
# By name: a ranking by number would reward haste.
REVIEWERS = """
SELECT c.decided_by AS name, count(*) AS decided,
       sum(CASE WHEN c.outcome = 'overturn' THEN 1 ELSE 0 END) AS overturned,
       sum(CASE WHEN EXISTS (
           SELECT 1 FROM cases o WHERE o.action_id = c.action_id AND o.queue = 'appeal'
           AND o.outcome = 'overturn' AND c.queue <> 'appeal') THEN 1 ELSE 0 END) AS appealed
FROM cases c WHERE c.state = 'decided' AND c.closed_us >= ?
GROUP BY c.decided_by ORDER BY c.decided_by
"""


def show(desk: Desk) -> Response:
    """The figures of the last two weeks and the last thirty days."""
    with desk.service.ledger.reading() as tx:
        month_us = tx.now_us - 30 * DAY_US
        judged = {row["queue"]: row for row in tx.rows(JUDGED, (month_us,))}
        return desk.page(
            "figures.html.j2",
            days=_days(tx),
            queues=review.queues(tx),
            precision=_share(judged.get("sample"), "upheld"),
            severe=_share(judged.get("severe"), "upheld"),
            appeals=_share(judged.get("appeal"), "overturned"),
            reviewers=tx.rows(REVIEWERS, (month_us,)),
            actions=tx.rows(
                "SELECT step, count(*) AS taken, count(reversed_us) AS reversed FROM actions "
                "WHERE started_us >= ? GROUP BY step ORDER BY step",
                (month_us,),
            ),
            stops=tx.rows(
                "SELECT policy, reason, stopped_us FROM stops WHERE resumed_us IS NULL "
                "ORDER BY policy"
            ),
        )


def _days(tx: Transaction) -> list[dict[str, int]]:
    today = tx.now_us // DAY_US
    since = (today - DAYS + 1) * DAY_US
    opened = {row["day"]: row["n"] for row in tx.rows(OPENED, (DAY_US, since))}
    closed = {row["day"]: row["n"] for row in tx.rows(CLOSED, (DAY_US, since))}
    most = max([*opened.values(), *closed.values(), 1])
    return [
        {
            "us": day * DAY_US,
            "in": opened.get(day, 0),
            "out": closed.get(day, 0),
            "most": most,
        }
        for day in range(today - DAYS + 1, today + 1)
    ]


def _share(row: dict[str, Any] | None, of: str) -> dict[str, float] | None:
    """A share with its 95% interval (Wilson 1927); None if there is nothing to count."""
    if row is None:
        return None
    n = int(row["decided"])
    hits = int(row["upheld"]) if of == "upheld" else n - int(row["upheld"])
    low, high = wilson(hits, n)
    return {"hits": hits, "n": n, "low": 100 * low, "high": 100 * high}


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95% interval of a share, 0–1 (Wilson, JASA 22, 1927).

    Args:
        hits: How many were.
        n: Out of how many, at least 1.
    """
    share, z2 = hits / n, Z_95 * Z_95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    spread = Z_95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - spread), min(1.0, middle + spread)


ROUTES = (page_route("GET", "/figures", Permission.READ_FIGURES, show, "Figures."),)
