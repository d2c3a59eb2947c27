"""The summary for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.report import summary_html
from zhenzan.report.scan_directory import read_summary

from .golden import page_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_answer_and_the_verdicts(scans: Callable[[str], Path]) -> None:
    text = page_text(summary_html(read_summary(scans("three_rings"))))
    assert text.startswith("Of 3,258 likes, about 2,682")
    assert "fake | 576 | 18%" in text


def test_in_the_language_of_the_scan(scans: Callable[[str], Path]) -> None:
    summary = read_summary(scans("three_rings"))
    summary["settings"]["lang"] = "zh"
    assert "异常 | 576 | 18%" in page_text(summary_html(summary))


def test_an_empty_scan_has_no_table(scans: Callable[[str], Path]) -> None:
    html = summary_html(read_summary(scans("no_likes")))
    assert "no likes to judge" in html
    assert "<table" not in html


def test_names_are_escaped(scans: Callable[[str], Path]) -> None:
    html = summary_html(read_summary(scans("hostile")))
    assert "<i>" not in html
    assert "&lt;i&gt;ip" in html
