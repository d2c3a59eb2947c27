"""The summary of a scan on a terminal, and the three-line answer of the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from zhenzan.report import answer
from zhenzan.report.texts import Texts
from zhenzan.report.wording import memory, percent, short, whole

if TYPE_CHECKING:
    from zhenzan.settings import Language

Summary = dict[str, Any]
VERDICTS = ("genuine", "suspect", "fake", "unknown")


def three_lines(summary: Summary, lang: Language) -> str:
    """The answer in three lines: how many likes are real, who supplied the rest, how sure.

    Args:
        summary: The content of ``summary.json``.
        lang: Language of the lines.
    """
    t = Texts(lang)
    lines = (
        answer.looked_at(summary, t),
        answer.supplied(summary, t),
        answer.certainty(summary, t),
    )
    space = " " if lang == "en" else ""
    return "\n".join(space.join(s.plain(t) for s in line) for line in lines if line)


def terminal_summary(summary: Summary, lang: Language) -> RenderableType:
    """The summary of a scan, to be printed by rich.

    Args:
        summary: The content of ``summary.json``.
        lang: Language of the summary.
    """
    t = Texts(lang)
    parts: list[RenderableType] = []
    period = answer.period(summary, t)
    if period:
        parts.append(Text(f"{t('terminal.title')}  {period}", style="dim"))
    total = summary["likes"]["total"]
    if total:
        parts.append(_counts("likes_by_verdict", "verdict", summary["likes"]["by_verdict"], t))
        parts.append(
            _counts("likes_by_provenance", "provenance", summary["likes"]["by_provenance"], t)
        )
    if summary["rings"]["total"]:
        parts.append(_counts("rings_by_kind", "kind", summary["rings"]["by_kind"], t, "rings"))
    if summary["detectors"]["skipped"]:
        parts.append(_skipped(summary, t))
    if summary.get("stages"):
        parts.append(Text(_run(summary, t), style="dim"))
    # Text, not markup: a name from the log must not be read as a style.
    parts.append(Text(three_lines(summary, lang)))
    return Group(*(Padding(part, (0, 0, 1, 0)) for part in parts))


def _counts(
    title: str, group: str, counts: dict[str, int], t: Texts, unit: str = "likes"
) -> RenderableType:
    of = sum(counts.values())
    order = {word: place for place, word in enumerate(VERDICTS)} if group == "verdict" else {}
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
    table.add_column(t(f"terminal.{title}"), min_width=22)
    table.add_column(t(f"terminal.{unit}"), justify="right")
    table.add_column(t("terminal.share"), justify="right")
    for word in sorted(counts, key=lambda w: (order.get(w, 0), -counts[w], w)):
        if counts[word]:
            name = Text(short(t.word(group, word)))
            table.add_row(name, whole(counts[word]), percent(counts[word], of))
    return table


def _skipped(summary: Summary, t: Texts) -> RenderableType:
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
    table.add_column(t("terminal.not_looked"), overflow="fold")
    table.add_column("", overflow="fold")
    for one in summary["detectors"]["skipped"]:
        why = t("terminal.missing", columns=t.join(short(column) for column in one["missing"]))
        table.add_row(Text(short(t.word("detector", one["id"]), 120)), Text(why))
    return table


def _run(summary: Summary, t: Texts) -> str:
    stages = summary["stages"]
    return t(
        "terminal.run",
        rows=t.count("row", summary["rows"]["in"]),
        seconds=f"{sum(stage['seconds'] for stage in stages):.1f}",
        memory=memory(max(stage["peak_memory_bytes"] for stage in stages)),
    )
