"""Writes report.html: one self-contained page from a finished scan directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhenzan.report import answer, wording
from zhenzan.report.account_section import load_accounts
from zhenzan.report.content_section import load_contents
from zhenzan.report.customer_section import load_customers
from zhenzan.report.fairness_section import load_fairness
from zhenzan.report.html import render
from zhenzan.report.ring_section import load_rings, ring_totals
from zhenzan.report.scan_directory import ScanDirectory
from zhenzan.report.texts import Texts

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.report.scan_directory import Row
    from zhenzan.settings import Language

REASONS_LISTED = 20
ENDS = ("", "_low", "_high")
VERDICTS = ("genuine", "unknown", "suspect", "fake")

QUARANTINED = """
SELECT reason, count(*) AS rows, min(struct_pack(source := source, number := "row")) AS first
FROM quarantine GROUP BY reason ORDER BY rows DESC, reason LIMIT ?
"""


def write_report(directory: Path, lang: Language) -> Path:
    """Write ``report.html`` into a finished scan directory.

    Args:
        directory: The scan directory.
        lang: Language of the report.

    Returns:
        The file written.

    Raises:
        CallError: The directory is no scan directory.
        InputError: One of its tables is missing or damaged.
    """
    t = Texts(lang)
    with ScanDirectory(directory) as scan:
        html = render("report.html.j2", t, _content_of(scan, t))
    file = directory / "report.html"
    file.write_text(html, encoding="utf-8")
    return file


def _content_of(scan: ScanDirectory, t: Texts) -> dict[str, Any]:
    summary = scan.summary
    rings = load_rings(scan, t)
    labels = {ring.row["ring_id"]: ring.label for ring in rings if ring.shown}
    figures = ring_totals(scan)
    return {
        "summary": summary,
        "headline": [s.html(t) for s in answer.looked_at(summary, t)],
        "supplied": [s.html(t) for s in answer.supplied(summary, t, figures)],
        "certainty": [s.html(t) for s in answer.certainty(summary, t)],
        "period": answer.period(summary, t),
        "true_likes": wording.rounded(*(summary["likes"][f"true_likes{e}"] for e in ENDS)),
        "verdicts": _segments(summary),
        "figures": figures,
        "provenance": _falling(summary["likes"]["by_provenance"]),
        "events": _falling(summary.get("events_by_type", {})),
        "rings": rings,
        "labels": labels,
        "customers": load_customers(scan, labels),
        "contents": load_contents(scan, t),
        "inflated": _standing_out(summary),
        "accounts": load_accounts(scan, t),
        "fairness": load_fairness(scan, t),
        "quarantined": scan.rows("quarantine", QUARANTINED, [REASONS_LISTED]),
    }


def _segments(summary: dict[str, Any]) -> list[Row]:
    """The likes by verdict as segments of a strip, in percent of its width."""
    counts, total = summary["likes"]["by_verdict"], summary["likes"]["total"]
    segments: list[Row] = []
    start = 0.0
    for verdict in VERDICTS:
        n = counts.get(verdict, 0)
        width = 100 * n / total if total else 0.0
        share = wording.percent(n, total)
        segments.append({"verdict": verdict, "n": n, "x": start, "width": width, "share": share})
        start += width
    return segments


def _falling(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(((w, n) for w, n in counts.items() if n), key=lambda pair: (-pair[1], pair[0]))


def _standing_out(summary: dict[str, Any]) -> int:
    counts = summary["contents"]["by_verdict"]
    return int(counts.get("boosted", 0) + counts.get("suspect", 0))
