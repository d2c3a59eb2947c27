"""The pages in a browser: hostile names, widths, keyboard, without script, bulk, search."""

from __future__ import annotations

import csv
import html
import io
from typing import TYPE_CHECKING

import pytest
from tests.serve.console.conftest import HOSTILE

from zhenzan import review

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from .conftest import Town, Visitor

WIDTHS = (380, 800, 1280)
SENIOR_PAGES = ("/queues", "/search?state=open", "/figures", "/policies")
STRUCTURE = "[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])"


def pages_of(town: Town) -> list[str]:
    sample = town.cases(queue="sample")[0]
    with town.service.ledger.reading() as tx:
        version = tx.rows("SELECT version FROM policies")[0]["version"]
        link = review.token(tx, str(sample.action_id))
    return [
        *SENIOR_PAGES,
        f"/cases/{sample.case_id}",
        f"/policies/{version}",
        f"/appeal/{link}",
        f"/search?ring={sample.ring_id}&q={HOSTILE}",
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pages_hold_whatever_the_names_and_the_width(
    town: Town, visitors: Callable[..., Visitor], lang: str
) -> None:
    page = visitors(lang).sign_in("senior-user")
    case_id = town.cases(queue="sample")[0].case_id
    page.goto(f"/cases/{case_id}")
    page.fill("[name=text]", f"note {HOSTILE}")
    page.locator("[action$='/notes'] button").click()
    page.goto("/search?state=open")
    page.fill("[action='/searches'] [name=name]", f"{lang} {HOSTILE}"[:80])
    page.locator("[action='/searches'] button").click()
    for path in pages_of(town):
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        assert_nothing_raw(town, page.content())
        assert "undefined" not in page.inner_text("main")
        levels = page.evaluate(STRUCTURE)
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert page.locator("main").count() == 1
        unnamed = (
            "[...document.querySelectorAll('input:not([type=hidden]),select,textarea,button')]"
            ".filter(e => !e.labels?.length && !e.textContent.trim()"
            " && !e.getAttribute('aria-label')).map(e => e.outerHTML)"
        )
        assert page.evaluate(unnamed) == []


def assert_nothing_raw(town: Town, text: str) -> None:
    shown = html.unescape(text)
    assert not [name for name in town.identifiers if name in shown or name.split("~")[0] in shown]


def test_no_identifier_is_in_exports_or_in_the_log(
    town: Town, visitors: Callable[..., Visitor]
) -> None:
    page = visitors().sign_in("auditor-user")
    page.goto("/ledger")
    assert_nothing_raw(town, page.content())
    for name in ("cases", "labels"):
        answer = page.request.get(f"/exports/{name}.csv")
        assert answer.headers["content-disposition"].startswith("attachment")
        assert_nothing_raw(town, answer.text())
    rows = list(csv.DictReader(io.StringIO(page.request.get("/exports/cases.csv").text()[1:])))
    assert len(rows) == len(town.cases(state=None))
    assert town.log
    assert_nothing_raw(town, "".join(town.log))


def test_a_person_is_told_of_a_broken_link_and_nothing_else(
    town: Town, visitors: Callable[..., Visitor]
) -> None:
    visitor = visitors()
    answer = visitor.page.goto("/appeal/a-0123456789abcdef.0")
    assert answer is not None
    assert answer.status == 400
    assert "leads to no decision" in visitor.page.inner_text("main")
    visitor.complaints.clear()  # the browser's console names the status


def test_a_case_is_decided_by_keyboard_alone(town: Town, visitors: Callable[..., Visitor]) -> None:
    page = visitors().sign_in("reviewer-user")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Control+k")
    page.keyboard.type("samples")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queues?queue=sample")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/c-*")
    case_id = page.url.rpartition("/")[2]
    page.keyboard.press("c")
    page.wait_for_selector("form[action$='/release']")
    assert town.case(case_id).claimed_by == "reviewer-user"
    page.keyboard.press("o")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("g")
    page.keyboard.type("Somebody else had the phone.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("input[name=judgement]", state="detached")
    case = town.case(case_id)
    assert (case.outcome, case.decided_by) == ("overturn", "reviewer-user")
    assert "somebody else used the account" in page.inner_text(".history")


def test_single_keys_can_be_switched_off_and_never_work_while_typing(
    town: Town, visitors: Callable[..., Visitor]
) -> None:
    page = visitors().sign_in("viewer-user")
    page.goto("/search")
    page.keyboard.press("/")
    page.keyboard.type("fq")
    assert page.input_value("[name=q]") == "fq"
    page.locator("h1").click()
    page.keyboard.press("?")
    page.check("#keys-off")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    assert page.url.endswith("/search")


def test_the_graph_hides_and_isolates(town: Town, visitors: Callable[..., Visitor]) -> None:
    page = visitors().sign_in("viewer-user")
    page.goto(f"/cases/{town.cases(queue='severe')[0].case_id}")
    every = page.locator(".graph .node:visible").count()
    device = page.locator(".graph .node.device").first
    device.focus()
    page.keyboard.press("Enter")
    said = page.locator(".graph-tools output")
    near = int(said.inner_text().rpartition(" ")[2])
    assert 1 < near < every
    page.get_by_role("button", name="Isolate").click()
    assert page.locator(".graph .node:visible").count() == near + 1
    page.get_by_role("button", name="Show all").click()
    device.click()
    page.get_by_role("button", name="Hide", exact=True).click()
    assert page.locator(".graph .node:visible").count() == every - 1


def test_many_cases_at_once_with_preview_reason_progress_and_undo(
    town: Town, visitors: Callable[..., Visitor]
) -> None:
    town.service.bulk_jobs._grace_seconds = 0.0
    page = visitors().sign_in("senior-user")
    page.goto("/queues?queue=severe")
    boxes = page.locator("[name=case]")
    chosen = [str(boxes.nth(n).get_attribute("value")) for n in range(2, 5)]
    for case_id in chosen:
        page.check(f"[value={case_id}]")
    page.get_by_role("button", name="Decide those selected together").click()
    assert page.locator("tbody tr").count() == 3
    page.check("input[value='uphold evidence_holds']")
    page.fill("[name=note]", "One ring, one device.")
    page.get_by_role("button", name="Decide 3 cases").click()
    page.get_by_role("button", name="Reverse the steps taken (3)").click()
    page.get_by_text("steps reversed").wait_for()
    for case_id in chosen:
        case = town.case(case_id)
        assert (case.state, case.decided_by) == ("decided", "senior-user")
    with town.service.ledger.reading() as tx:
        left = tx.rows(
            "SELECT 1 FROM actions a JOIN cases c ON c.subject = a.subject "
            "AND c.policy = a.policy WHERE a.reversed_us IS NULL AND c.case_id IN (?, ?, ?)",
            chosen,
        )
    assert not left


def test_blur_hides_what_people_wrote_until_somebody_looks(
    town: Town, visitors: Callable[..., Visitor]
) -> None:
    page = visitors().sign_in("reviewer-user")
    case_id = town.cases(queue="sample")[1].case_id
    page.goto(f"/cases/{case_id}")
    page.fill("[name=text]", "words")
    page.locator("[action$='/notes'] button").click()
    blurred = "getComputedStyle(document.querySelector('blockquote')).filter"
    assert page.evaluate(blurred) != "none"
    page.locator("h1").click()
    page.keyboard.press("b")
    page.wait_for_function(f"{blurred} === 'none'")
    page.reload()
    assert page.evaluate(blurred) == "none"


def test_a_break_is_suggested_after_a_while(town: Town, visitors: Callable[..., Visitor]) -> None:
    page = visitors().sign_in("reviewer-user")
    page.evaluate("localStorage.setItem('zhenzan-working-since', Date.now() - 51 * 60000)")
    page.reload()
    box = page.get_by_role("status").filter(has_text="Time for a break")
    box.get_by_role("button").click()
    assert not box.is_visible()


def test_searching_by_identifier_leaves_no_trace_of_it(
    town: Town, visitors: Callable[..., Visitor]
) -> None:
    page = visitors().sign_in("reviewer-user")
    with town.service.ledger.transaction() as tx:
        case = review.cases(tx, queue="severe")[0]
        account_id = str((review.evidence(tx, case.case_id) or {})["account_id"])
    page.goto("/search")
    page.fill("[name=identifier]", account_id)
    page.locator("[action='/search/identifier'] button").click()
    page.wait_for_url(f"**/search?subject={case.subject}")
    assert page.locator("tbody tr[data-row]").count() >= 1
    page.fill("[name=identifier]", "nobody")
    page.locator("[action='/search/identifier'] button").click()
    assert "knows nothing" in page.inner_text("main")


def test_everything_works_without_script(town: Town, browser: Browser) -> None:
    context = browser.new_context(base_url=town.address, java_script_enabled=False)
    page: Page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=name]", "reviewer-user")
    page.fill("[name=password]", "marble tuesday fennel oar")
    page.locator("form.stacked button").click()
    case = town.cases(queue="sample")[2]
    page.goto(f"/cases/{case.case_id}")
    assert page.locator("svg.graph").is_visible()
    page.locator("[action$='/claim'] button").click()
    page.check("input[value='uphold evidence_holds']")
    page.locator("[action$='/decision'] button").click()
    assert town.case(case.case_id).outcome == "uphold"
    context.close()
