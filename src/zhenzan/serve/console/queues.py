"""Pages of what waits: the queues, claiming what is next, and search."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from zhenzan import review
from zhenzan.errors import CallError
from zhenzan.serve.auth.roles import Permission
from zhenzan.serve.console.case_lists import (
    FILTERS,
    MOST_LISTED,
    STATES,
    list_cases,
    words_in_use,
)
from zhenzan.serve.console.desk import page_route

if TYPE_CHECKING:
    from starlette.responses import Response

    from zhenzan.serve.console.desk import Desk

MOST_ASKED_CHARACTERS = 200
NUMBERS = {"c-": "case", "s-": "subject", "a-": "action"}
"""What a number begins with → the filter it is."""


def wanted(desk: Desk) -> dict[str, str]:
    """The filters in the address of a page."""
    return {word: desk.asked(word)[:MOST_ASKED_CHARACTERS] for word in FILTERS}


def show_queues(desk: Desk) -> Response:
    """Every queue, and what waits in it."""
    asked = wanted(desk) | {"state": "open"}
    with desk.service.ledger.reading() as tx:
        return desk.page(
            "queues.html.j2",
            sizes=review.queues(tx),
            rows=list_cases(tx, asked),
            words=words_in_use(tx),
            wanted=asked,
            now_us=tx.now_us,
            most=MOST_LISTED,
        )


def claim_next(desk: Desk) -> Response:
    """Claim what is next in a queue, together with what it shares a ring with."""
    chosen = desk.filled("queue")
    queues = (chosen,) if chosen else review.QUEUES
    with desk.service.ledger.transaction() as tx:
        for queue in queues:
            claimed = review.claim(tx, queue, desk.user.name)
            if claimed:
                return desk.see(f"/cases/{claimed[0].case_id}")
    return desk.see("/queues")


def search(desk: Desk) -> Response:
    """Cases by number, filters or both; the address is the search."""
    asked, number = wanted(desk), desk.asked("q")[:MOST_ASKED_CHARACTERS]
    if number:
        asked[NUMBERS.get(number[:2].lower(), "ring")] = number
    query = urlencode({word: value for word, value in asked.items() if value})
    with desk.service.ledger.reading() as tx:
        rows = list_cases(tx, asked)
        if number[:2] == "c-" and len(rows) == 1:
            return desk.see(f"/cases/{rows[0]['case_id']}")
        return desk.page(
            "search.html.j2",
            rows=rows,
            words=words_in_use(tx),
            wanted=asked,
            asked=number,
            states=STATES,
            query=query,
            saved=desk.service.auth.searches.all(),
            unknown=bool(desk.asked("unknown")),
            now_us=tx.now_us,
            most=MOST_LISTED,
        )


def search_identifier(desk: Desk) -> Response:
    """Find an account by the platform's own identifier, which is not kept."""
    identifier = desk.filled("identifier")
    with desk.service.ledger.transaction() as tx:
        subject = tx.find_subject("account", identifier)
        if subject:
            tx.append("access", {"by": desk.user.name, "what": "identifier"}, subject=subject)
    if subject is None:
        return desk.see("/search?unknown=1&q=s-unknown")
    return desk.see(f"/search?subject={subject}")


def save_search(desk: Desk) -> Response:
    """Keep a search under a name, for everybody."""
    name, query = desk.filled("name", 80), desk.filled("query")
    if not name:
        raise CallError("The search needs a name.", "Say what it is for.")
    desk.service.auth.searches.save(name, query, desk.user)
    return desk.see(f"/search?{query}")


def forget_search(desk: Desk) -> Response:
    """Delete a saved search."""
    desk.service.auth.searches.remove(desk.filled("name", 80))
    return desk.see("/search")


READ, DECIDE = Permission.READ_CASES, Permission.DECIDE
ROUTES = (
    page_route("GET", "/queues", READ, show_queues, "What waits."),
    page_route("POST", "/queues/next", DECIDE, claim_next, "Claim what is next."),
    page_route("GET", "/search", READ, search, "Search."),
    page_route("POST", "/search/identifier", READ, search_identifier, "Find an account."),
    page_route("POST", "/searches", READ, save_search, "Save a search."),
    page_route("POST", "/searches/remove", READ, forget_search, "Delete a search."),
)
