"""Exports for spreadsheets: the cases of a search, and labels. Never a platform's identifier."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from zhenzan.report.wording import iso_time, visible
from zhenzan.serve.auth.roles import Permission
from zhenzan.serve.console.case_lists import list_cases
from zhenzan.serve.console.desk import page_route
from zhenzan.serve.console.pages import page_headers
from zhenzan.serve.console.queues import wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zhenzan.serve.console.desk import Desk

CASES = ("case_id", "queue", "subject", "policy", "rule", "step", "severity", "ring_id", "state")
CASE_TIMES = ("opened_us", "due_us", "closed_us")
DECISIONS = ("decided_by", "outcome")
LABELS = ("label_id", "subject", "entity_type", "label", "source", "case_id", "training")
FORMULA = tuple("=+-@＝＋－＠")
"""What a spreadsheet takes a cell for a formula by, blanks or not (OWASP, CSV injection)."""


def cell(value: object) -> str:
    """A value as a cell that no spreadsheet runs."""
    text = "" if value is None else visible(value)
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV (RFC 4180) in UTF-8 with a mark, as spreadsheets want it; times as ISO 8601."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([name.removesuffix("_us") for name in columns])
    for row in rows:
        writer.writerow(
            [
                cell(iso_time(row[name]) if name.endswith("_us") and row[name] else row[name])
                for name in columns
            ]
        )
    return "\ufeff" + text.getvalue()


def export_cases(desk: Desk) -> Response:
    """The cases of a search."""
    with desk.service.ledger.transaction() as tx:
        tx.append("access", {"by": desk.user.name, "what": "export of cases"})
        rows = list_cases(tx, wanted(desk))
    return _file(desk, "cases.csv", as_csv((*CASES, *CASE_TIMES, *DECISIONS), rows))


def export_labels(desk: Desk) -> Response:
    """Every label."""
    with desk.service.ledger.transaction() as tx:
        tx.append("access", {"by": desk.user.name, "what": "export of labels"})
        rows = tx.rows("SELECT * FROM labels ORDER BY labelled_us, label_id")
    return _file(desk, "labels.csv", as_csv((*LABELS, "labelled_us"), rows))


def _file(desk: Desk, name: str, text: str) -> Response:
    headers = page_headers(desk.request) | {
        "content-disposition": f'attachment; filename="{name}"',
    }
    return Response(text, headers=headers, media_type="text/csv; charset=utf-8")


GRANT = Permission.EXPORT
ROUTES = (
    page_route("GET", "/exports/cases.csv", GRANT, export_cases, "Cases as CSV."),
    page_route("GET", "/exports/labels.csv", GRANT, export_labels, "Labels as CSV."),
)
