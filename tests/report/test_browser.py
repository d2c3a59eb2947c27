"""The page in a browser: offline, without errors, at three widths, by keyboard."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from tests.browsers import opened_browser

import zhenzan
from zhenzan.report import diagnosis, write_report
from zhenzan.signing import SigningKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from zhenzan.settings import Language

WIDTHS = (360, 768, 1280)
"""A phone, a tablet, a desk; px."""
OUTSIDE = """() => {
const edge = document.querySelector('main').getBoundingClientRect();
return [...document.querySelectorAll('body *')].filter(one => {
  const box = one.getBoundingClientRect();
  const hidden = one.closest('.skip, .hidden') || !one.checkVisibility();
  const clipped = one.scrollWidth > one.clientWidth + 1 &&
    !['visible', ''].includes(getComputedStyle(one).overflowX);
  return !hidden && !one.closest('svg') && box.width &&
    (box.right > edge.right + .5 || box.left < edge.left - .5 || clipped);
}).map(one => one.outerHTML.slice(0, 120));
}"""
"""What is beyond the edges of the text, or cut off."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["three_rings", "no_likes", "unknown", "hostile"])
def test_quiet_and_never_wider_than_the_screen(
    name: str, lang: Language, scans: Callable[[str], Path], page: Page
) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    address = write_report(scans(name), lang).as_uri()
    page.goto(address)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert page.evaluate(OUTSIDE) == []
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [address]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["three_rings", "hostile"])
def test_a_diagnosis_and_a_statement_are_as_quiet(
    name: str, lang: Language, scans: Callable[[str], Path], page: Page, tmp_path: Path
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: asked.append(str(error)))
    page.on("console", lambda message: asked.append(message.text))
    peers = zhenzan.open(scans(name)).authors.column("author_id").to_pylist()
    found = diagnosis.diagnose(scans(name), peers[3], peers[:3])
    key = SigningKey(tmp_path / "key")
    made_at = datetime(2026, 4, 1, tzinfo=UTC)
    pages = {
        "diagnosis": diagnosis.diagnosis_page(found, lang).encode(),
        "statement": diagnosis.write_statement(found, lang, key, made_at),
    }
    for kind, content in pages.items():
        file = tmp_path / f"{kind}.html"
        file.write_bytes(content)
        asked.clear()
        page.goto(file.as_uri())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(OUTSIDE) == []
        assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_on_paper_nothing_is_cut_and_a_statement_is_one_page(
    lang: Language, scans: Callable[[str], Path], page: Page, tmp_path: Path
) -> None:
    found = diagnosis.diagnose(scans("three_rings"), "author3", ["author5"])
    key, made_at = SigningKey(tmp_path / "key"), datetime(2026, 4, 1, tzinfo=UTC)
    (tmp_path / "diagnosis.html").write_text(diagnosis.diagnosis_page(found, lang), "utf-8")
    statement = tmp_path / "statement.html"
    statement.write_bytes(diagnosis.write_statement(found, lang, key, made_at))
    report = write_report(scans("three_rings"), lang)
    page.set_viewport_size({"width": 720, "height": 1000})  # A4 less its margins
    page.emulate_media(media="print")
    for file in (report, tmp_path / "diagnosis.html", statement):
        page.goto(file.as_uri())
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate("getComputedStyle(document.querySelector('.skip')).display") == "none"
    paper = page.pdf(format="A4")
    assert len(re.findall(rb"/Type */Page\b", paper)) == 1


def test_an_estimate_sorts_by_itself(scans: Callable[[str], Path], page: Page) -> None:
    page.goto(write_report(scans("three_rings"), "en").as_uri())
    contents = page.locator("#contents")
    contents.get_by_role("button", name="True likes").click()
    column = "[...document.querySelectorAll('#contents td[data-label=\"True likes\"]')]"
    falling = page.evaluate(f"{column}.map(cell => +cell.firstChild.textContent)")
    assert len(falling) > 10
    assert falling == sorted(falling, reverse=True)


def test_landmarks_headings_and_captions(scans: Callable[[str], Path], page: Page) -> None:
    page.goto(write_report(scans("three_rings"), "en").as_uri())
    for role in ("banner", "main", "navigation", "contentinfo"):
        assert page.get_by_role(role).count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.evaluate(
        "[...document.querySelectorAll('table')].every(t => t.caption?.textContent)"
    )
    captions = "[...document.querySelectorAll('figure')].every(f => f.querySelector('figcaption'))"
    assert page.evaluate(captions)


def test_the_first_tab_skips_to_the_answer(scans: Callable[[str], Path], page: Page) -> None:
    page.goto(write_report(scans("three_rings"), "en").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the answer"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_filter_and_sort(scans: Callable[[str], Path], page: Page) -> None:
    page.goto(write_report(scans("three_rings"), "en").as_uri())
    accounts = page.locator("#accounts")
    accounts.locator("summary").click()
    rows = accounts.locator("details tbody tr:visible")
    before = rows.count()
    accounts.get_by_role("searchbox").fill("farm0_00")
    assert 0 < rows.count() < before
    accounts.get_by_role("searchbox").fill("")
    assert rows.count() == before
    cells = "[...document.querySelectorAll('#accounts details tbody td:nth-child(4)')]"
    given = f"{cells}.map(cell => +cell.innerText)"
    accounts.get_by_role("button", name="Likes given").click()
    falling = page.evaluate(given)
    assert falling == sorted(falling, reverse=True)
    accounts.get_by_role("button", name="Likes given").click()
    assert page.evaluate(given) == sorted(falling)


def test_the_page_reads_without_script(scans: Callable[[str], Path], browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(write_report(scans("three_rings"), "zh").as_uri())
    assert page.locator("#accounts tbody tr").first.is_visible()
    assert page.locator("#ring-A figure").is_visible()
    context.close()


def test_a_link_opens_its_ring(scans: Callable[[str], Path], page: Page) -> None:
    page.goto(write_report(scans("three_rings"), "en").as_uri())
    page.evaluate("document.getElementById('ring-B').open = false")
    page.locator("#rings a[href='#ring-B']").first.click()
    # The page opens it when the address has changed, which is after the click.
    page.wait_for_function("document.getElementById('ring-B').open")
