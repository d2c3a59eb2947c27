"""The page of labels: what people judged, and which of it calibration may learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan import review
from zhenzan.serve.auth.roles import Permission
from zhenzan.serve.console.desk import page_route

if TYPE_CHECKING:
    from starlette.responses import Response

    from zhenzan.serve.console.desk import Desk

SHOWN = 200


def show(desk: Desk) -> Response:
    """The newest labels."""
    with desk.service.ledger.reading() as tx:
        rows = tx.rows(
            f"SELECT * FROM labels ORDER BY labelled_us DESC, label_id DESC LIMIT {SHOWN}"
        )
        counts = tx.row("SELECT count(*) AS labels, sum(training) AS training FROM labels")
    return desk.page("labels.html.j2", labels=rows, counts=counts or {}, shown=SHOWN)


def use(desk: Desk) -> Response:
    """Let calibration learn from one, or no longer."""
    with desk.service.ledger.transaction() as tx:
        review.use_for_training(
            tx, desk.place("label_id"), desk.user.name, use=desk.filled("use") == "yes"
        )
    return desk.see("/labels")


ROUTES = (
    page_route("GET", "/labels", Permission.READ_CASES, show, "Labels."),
    page_route("POST", "/labels/{label_id}", Permission.USE_LABELS, use, "Learn from one."),
)
