"""Texts that were read and found good once; a change of words has to be seen and accepted."""

from __future__ import annotations

import os
from html.parser import HTMLParser
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"
SILENT = {"style", "script", "svg", "title"}
BLOCKS = {"p", "h1", "h2", "h3", "h4", "li", "tr", "caption", "figcaption", "summary", "div", "dt"}


def check_golden(name: str, text: str, folder: Path = FOLDER) -> None:
    """Compare with golden/<name>.txt; with UPDATE_GOLDEN set, write it instead."""
    file = folder / f"{name}.txt"
    text = text.rstrip() + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        if tag in BLOCKS:
            self.lines.append("")
        elif tag == "br":
            self.lines[-1] += " "
        elif tag in {"td", "th"} and self.lines[-1]:
            self.lines[-1] += " | "

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT
        if tag in BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.lines[-1] += data.replace("\n", " ")


def page_text(html: str) -> str:
    """What a reader of the page sees, a line a block."""
    reader = _Reader()
    reader.feed(html)
    lines = (" ".join(line.split()) for line in reader.lines)
    return "\n".join(line for line in lines if line)
