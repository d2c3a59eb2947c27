"""The page of the person concerned: what was decided and why, and how to appeal. By link only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan import review
from zhenzan.serve.console.desk import page_route

if TYPE_CHECKING:
    from starlette.responses import Response

    from zhenzan.serve.console.desk import Desk

MOST_CHARACTERS = 5_000


def show(desk: Desk) -> Response:
    """The statement of reasons, and how an appeal stands."""
    link, lang = desk.place("token"), desk.t.lang
    with desk.service.ledger.reading() as tx:
        status = review.appeal_status(tx, link)
        base_url = str(desk.request.base_url)
        return desk.page(
            "appeal.html.j2",
            statement=review.statement(tx, status.action_id, lang, base_url),
            standing=status,
            told=review.status_text(status, lang),
            token=link,
            most=MOST_CHARACTERS,
        )


def send(desk: Desk) -> Response:
    """Appeal."""
    link = desk.place("token")
    with desk.service.ledger.transaction() as tx:
        review.appeal(tx, link, desk.filled("text", MOST_CHARACTERS), lang=desk.t.lang)
    return desk.see(f"/appeal/{link}")


ROUTES = (
    page_route("GET", "/appeal/{token}", None, show, "A decision, and its appeal."),
    page_route("POST", "/appeal/{token}", None, send, "Appeal."),
)
