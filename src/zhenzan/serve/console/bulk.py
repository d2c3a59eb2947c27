"""Pages for deciding many cases at once: preview, reason, progress, and the way back."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from zhenzan import review
from zhenzan.enforcement import SEVERE_STEPS
from zhenzan.errors import CallError
from zhenzan.serve.auth.roles import Permission
from zhenzan.serve.console.bulk_jobs import GRACE_SECONDS, MOST_CASES, BulkJob
from zhenzan.serve.console.case import judgement
from zhenzan.serve.console.desk import page_route
from zhenzan.serve.problems import ProblemError

if TYPE_CHECKING:
    from starlette.responses import Response

    from zhenzan.review import Case
    from zhenzan.serve.console.desk import Desk


def preview(desk: Desk) -> Response:
    """What would be decided, before anything is."""
    found = _chosen(desk)
    return desk.page(
        "bulk_preview.html.j2",
        cases=found,
        severe=sum(one.step in SEVERE_STEPS and one.action_id is None for one in found),
        appeals=sum(one.appeal_id is not None for one in found),
        grounds=review.GROUNDS,
        grace_seconds=int(GRACE_SECONDS),
    )


def start(desk: Desk) -> Response:
    """Begin to decide."""
    outcome, grounds = judgement(desk)
    note = desk.filled("note", 5_000)
    if not note:
        raise CallError("The reason is missing.", "Say why these cases are decided together.")
    case_ids = [one.case_id for one in _chosen(desk)]
    job = BulkJob(case_ids, desk.user.name, outcome, grounds, note)
    desk.service.bulk_jobs.start(job)
    return desk.see(f"/bulk/{job.job_id}")


def show(desk: Desk) -> Response:
    """How far it is."""
    return desk.page("bulk.html.j2", job=_job(desk), grace_seconds=int(GRACE_SECONDS))


def stop(desk: Desk) -> Response:
    """Go no further."""
    job = _job(desk)
    job.stop()
    return desk.see(f"/bulk/{job.job_id}")


def undo(desk: Desk) -> Response:
    """Reverse every step that was taken."""
    job = _job(desk)
    if not job.is_over:
        raise CallError("It is still going on.", "Stop it first.")
    job.undo(desk.service.ledger, desk.user.name)
    return desk.see(f"/bulk/{job.job_id}")


def _chosen(desk: Desk) -> list[Case]:
    """The open cases that were ticked.

    Raises:
        CallError: None was, or too many.
    """
    case_ids = list(dict.fromkeys(desk.ticked("case")))
    if not 0 < len(case_ids) <= MOST_CASES:
        raise CallError(
            "No case was selected." if not case_ids else "Too many cases were selected.",
            f"Select 1 to {MOST_CASES}.",
        )
    with desk.service.ledger.reading() as tx:
        found = [review.case(tx, case_id) for case_id in case_ids]
    return [one for one in found if one.state == "open"]


def _job(desk: Desk) -> BulkJob:
    job = desk.service.bulk_jobs.get(desk.place("job_id"))
    if job is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND,
            "There is no such work here.",
            "What it did stands in the history of its cases.",
        )
    return job


GRANT = Permission.DECIDE_IN_BULK
ROUTES = (
    page_route("POST", "/bulk", GRANT, preview, "Preview."),
    page_route("POST", "/bulk/start", GRANT, start, "Begin."),
    page_route("GET", "/bulk/{job_id}", GRANT, show, "Progress."),
    page_route("POST", "/bulk/{job_id}/stop", GRANT, stop, "Stop."),
    page_route("POST", "/bulk/{job_id}/undo", GRANT, undo, "Undo."),
)
