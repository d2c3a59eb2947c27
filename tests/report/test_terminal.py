"""The three-line answer and the summary on a terminal."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from zhenzan.report import ring_figures, terminal_summary, three_lines
from zhenzan.report.scan_directory import read_summary

from .conftest import PLANS
from .golden import check_golden

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhenzan.settings import Language


def shown(summary: dict[str, Any], lang: Language) -> str:
    console = Console(file=io.StringIO(), width=100, color_system=None, record=True)
    console.print(terminal_summary(summary, lang))
    return "\n".join(line.rstrip() for line in console.export_text().splitlines())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words_of_three_lines(lang: Language, scans: Callable[[str], Path]) -> None:
    names = [name for name in PLANS if name != "hostile"]
    answers = [f"# {name}\n{three_lines(read_summary(scans(name)), lang)}" for name in names]
    check_golden(f"three_lines.{lang}", "\n\n".join(answers))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words_of_the_summary(lang: Language, scans: Callable[[str], Path]) -> None:
    check_golden(f"terminal.{lang}", shown(read_summary(scans("three_rings")), lang))


def test_ring_figures_of_the_summary_are_used(scans: Callable[[str], Path]) -> None:
    summary = read_summary(scans("three_rings"))
    summary["rings"] |= ring_figures(scans("three_rings"))
    line = three_lines(summary, "en").splitlines()[1]
    assert line == "3 rings of 94 accounts supplied 576 of the rest on 22 contents."


def figures(**changes: int) -> dict[str, int]:
    names = ("established", "accounts", "fake_likes", "contents", "suspect", "suspect_accounts")
    return dict.fromkeys(names, 0) | changes


@pytest.mark.parametrize(
    ("rings", "line"),
    [
        (figures(), "No ring of suppliers was found; called fake one by one: 576 likes."),
        (
            figures(established=1, accounts=9),
            "1 ring of 9 accounts stood out, but no like of theirs is certain enough to be called"
            " fake.",
        ),
        (
            figures(suspect=2, suspect_accounts=30),
            "No ring is established. Suspect: 2 rings of 30 accounts.",
        ),
        (
            figures(
                established=1, accounts=9, fake_likes=50, contents=1, suspect=1, suspect_accounts=7
            ),
            "1 ring of 9 accounts supplied 50 of the rest on 1 content. Suspect, but not"
            " established: 1 ring more, of 7 accounts.",
        ),
    ],
)
def test_suspect_rings_are_not_accused(
    rings: dict[str, int], line: str, scans: Callable[[str], Path]
) -> None:
    summary = read_summary(scans("three_rings"))
    summary["rings"] |= rings
    assert three_lines(summary, "en").splitlines()[1] == line


def test_a_log_of_other_events(scans: Callable[[str], Path]) -> None:
    summary = read_summary(scans("no_likes"))
    summary["events_by_type"] = {}
    assert three_lines(summary, "en").splitlines()[0].endswith("No event was accepted from it.")


def test_names_from_outside_are_no_markup(scans: Callable[[str], Path]) -> None:
    summary = json.loads(json.dumps(read_summary(scans("hostile"))))
    summary["detectors"]["skipped"][0]["id"] = "[red]odd[/red]\x1b[31m"
    text = shown(summary, "en")
    assert "[red]odd[/red]⟨U+001B⟩" in text
    assert "\x1b" not in text
