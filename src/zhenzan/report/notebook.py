"""The summary of a scan as a small piece of HTML for notebooks."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from zhenzan.report import answer
from zhenzan.report.texts import Texts
from zhenzan.report.wording import percent, whole

VERDICTS = ("genuine", "suspect", "fake", "unknown")


def summary_html(summary: dict[str, Any]) -> str:
    """The answer of a scan and its likes by verdict, in the language of the scan's settings.

    It brings no style sheet, so that it looks like the notebook that shows it.

    Args:
        summary: The content of ``summary.json``.
    """
    t = Texts("zh" if summary["settings"].get("lang") == "zh" else "en")
    parts = [
        answer.looked_at(summary, t),
        answer.supplied(summary, t),
        answer.certainty(summary, t),
    ]
    space = Markup(" ") if t.lang == "en" else Markup()
    paragraphs = [space.join(s.html(t) for s in part) for part in parts if part]
    html = Markup("").join(Markup("<p>{}</p>").format(text) for text in paragraphs)
    return str(Markup("<div>{}{}</div>").format(html, _table(summary, t)))


def _table(summary: dict[str, Any], t: Texts) -> Markup:
    total = summary["likes"]["total"]
    if not total:
        return Markup("")
    counts = summary["likes"]["by_verdict"]
    row = Markup("<tr><th scope=row>{}</th><td>{}</td><td>{}</td></tr>")
    rows = Markup("").join(
        row.format(t.word("verdict", v), whole(counts.get(v, 0)), percent(counts.get(v, 0), total))
        for v in VERDICTS
    )
    names = ("terminal.likes_by_verdict", "terminal.likes", "terminal.share")
    head = Markup("").join(Markup("<th scope=col>{}</th>").format(t(name)) for name in names)
    table = Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>")
    return table.format(head, rows)
