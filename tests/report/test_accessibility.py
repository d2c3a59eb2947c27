"""What a page owes to whoever cannot see it, cannot see colour, or uses no mouse."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from zhenzan.report import write_report
from zhenzan.report.html import style_sheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhenzan.settings import Language

VOID = {"meta", "link", "br", "input", "rect", "line", "path", "circle", "img"}
TEXT_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3, level AA."""
GRAPHIC_CONTRAST = 3.0
"""WCAG 2.2, 1.4.11, level AA."""


class Element:
    """One element: its tag, attributes, text, and what stands around and in it."""

    def __init__(self, tag: str, attributes: dict[str, str | None], parent: Element | None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.inside: list[Element] = []
        self.said = ""

    def walk(self) -> list[Element]:
        return [self, *(one for child in self.inside for one in child.walk())]

    def find(self, *tags: str) -> list[Element]:
        return [one for one in self.walk() if one.tag in tags]

    @property
    def hidden(self) -> bool:
        own = self.attributes.get("aria-hidden") == "true"
        return own or (self.parent is not None and self.parent.hidden)

    @property
    def text(self) -> str:
        return " ".join(one.said.strip() for one in self.walk() if one.said.strip())


class Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.now = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), self.now)
        self.now.inside.append(element)
        if tag not in VOID:
            self.now = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.now.inside.append(Element(tag, dict(attrs), self.now))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.now.tag == tag, f"<{self.now.tag}> is closed by </{tag}>"
        assert self.now.parent is not None
        self.now = self.now.parent

    def handle_data(self, data: str) -> None:
        self.now.said += data


def parsed(html: str) -> Element:
    reader = Tree()
    reader.feed(html)
    reader.close()
    assert reader.now is reader.root
    return reader.root


def tree(file: Path) -> Element:
    return parsed(file.read_text(encoding="utf-8"))


def check_page(root: Element) -> None:
    """What axe would find wrong with the page as it is written, if anything."""
    (html,) = root.find("html")
    assert html.attributes.get("lang") in {"en", "zh-Hans"}
    (title,) = root.find("title")
    assert len(title.text) > 5
    for landmark in ("main", "header", "footer"):
        assert len(root.find(landmark)) == 1
    levels = [int(h.tag[1]) for h in root.find("h1", "h2", "h3", "h4", "h5")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(h.text for h in root.find("h1", "h2", "h3", "h4"))
    names = [one.attributes["id"] for one in root.walk() if "id" in one.attributes]
    assert len(names) == len(set(names))
    for one in root.walk():
        for name in ("aria-labelledby", "for"):
            assert one.attributes.get(name, names[0] if names else None) in names
    first = next(a for a in root.find("a"))
    assert first.attributes["class"] == "skip"
    assert str(first.attributes["href"])[1:] in names
    for drawing in root.find("svg", "img"):
        named = drawing.attributes.get("role") == "img" and drawing.attributes.get("aria-label")
        assert named or drawing.hidden, "a drawing has a name, or is none of a reader's business"
    assert not [one for one in root.walk() if one.hidden and one.tag in {"a", "button", "input"}]
    assert all(
        a.text or a.attributes.get("aria-label") for a in root.find("a", "button", "summary")
    )
    for control in root.find("input", "select", "textarea"):
        assert control.parent is not None
        assert control.parent.tag == "label"
        assert control.parent.text
    assert not [one for one in root.walk() if int(one.attributes.get("tabindex") or 0) > 0]
    check_tables(root)
    check_lists(root)


def check_tables(root: Element) -> None:
    captions = []
    for table in root.find("table"):
        (caption,) = table.find("caption")
        captions.append(caption.text)
        heads = [th for th in table.find("th") if th.attributes.get("scope") == "col"]
        assert heads
        assert all(th.text for th in heads)
        for row in table.find("tbody")[0].find("tr"):
            assert len([c for c in row.inside if c.attributes.get("scope") == "row"]) == 1
            labels = {
                c.attributes["data-label"] for c in row.inside if "data-label" in c.attributes
            }
            assert labels <= {th.text for th in heads}
            assert all("role" in cell.attributes for cell in row.inside)
            # As many cells as heads, but for the bar that only draws the figure beside it.
            cells = [c for c in row.inside if "wide-bar" not in (c.attributes.get("class") or "")]
            assert len(cells) == len(heads)
    assert all(captions)


def check_lists(root: Element) -> None:
    for listed in root.find("ul", "ol"):
        assert {child.tag for child in listed.inside} <= {"li"}
    for terms in root.find("dl"):
        for pair in terms.inside:
            assert pair.tag == "div"
            assert [child.tag for child in pair.inside][:1] == ["dt"]
            assert {child.tag for child in pair.inside[1:]} == {"dd"}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "name", ["three_rings", "suspect_ring", "friends", "no_likes", "unknown", "hostile"]
)
def test_the_report_is_sound(name: str, lang: Language, scans: Callable[[str], Path]) -> None:
    check_page(tree(write_report(scans(name), lang)))


def test_what_is_unsound_is_found(scans: Callable[[str], Path]) -> None:
    html = write_report(scans("three_rings"), "en").read_text(encoding="utf-8")
    for good, bad in (
        ('role="img"', 'role="none"'),
        ("<caption>", "<caption hidden></caption><caption>"),
        ("<h4>", "<h6>"),
        ('lang="en"', ""),
        ('href="#main"', 'href="#nowhere"'),
    ):
        assert good in html
        with pytest.raises((AssertionError, ValueError)):
            check_page(parsed(html.replace(good, bad, 1)))


@cache
def style() -> str:
    return str(style_sheet())


def palette(dark: bool) -> dict[str, str]:
    """The colours by their names; the dark ones are those of the second :root."""
    blocks = re.findall(r":root \{(.*?)\}", style(), re.DOTALL)
    assert len(blocks) == 2
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[0]))
    return (
        {**light, **dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[1]))} if dark else light
    )


def luminance(colour: str) -> float:
    """Relative luminance, 0–1, as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_defined() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["ink", "soft", "link", "fake-ink"])
def test_text_stands_out(name: str, dark: bool) -> None:
    colours = palette(dark)
    assert contrast(colours[name], colours["paper"]) >= TEXT_CONTRAST


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["fake", "plain", "other", "genuine"])
def test_drawings_stand_out(name: str, dark: bool) -> None:
    colours = palette(dark)
    assert contrast(colours[name], colours["paper"]) >= GRAPHIC_CONTRAST


def test_every_colour_of_a_drawing_has_a_dark_counterpart(scans: Callable[[str], Path]) -> None:
    html = write_report(scans("three_rings"), "en").read_text(encoding="utf-8")
    drawn = set()
    for drawing in re.findall(r'<svg class="chart".*?</svg>', html, flags=re.DOTALL):
        drawn |= set(re.findall(r'((?:stroke|fill)="#[0-9a-f]{6}")', drawing))
    dark = set(re.findall(r"\.chart \[((?:stroke|fill)=\"#[0-9a-f]{6}\")\]", style()))
    texts = {one for one in drawn if one.startswith("fill") and one not in dark}
    # Letters take their colour from the page.
    assert {one for one in drawn if one.startswith("stroke")} <= dark
    assert texts <= {'fill="#5d5b57"', 'fill="#000000"'}


def test_motion_only_for_who_wants_it() -> None:
    moving = re.findall(r"(?:scroll-behavior|animation|transition)\b", style())
    asked = re.findall(r"prefers-reduced-motion: no-preference\) \{[^}]*scroll-behavior", style())
    assert len(moving) == len(asked) == 1


def test_focus_can_be_seen() -> None:
    assert re.search(r":focus-visible \{ outline: 3px", style())
    unseen = re.findall(r"([^{}]*)\{[^}]*outline: (?:none|0)", style())
    assert [one.strip().splitlines()[-1] for one in unseen] == ["main:focus"]
