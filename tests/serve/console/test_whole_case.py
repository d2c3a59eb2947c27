"""A case from the event to the label, driven in a browser, in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from zhenzan import ledger, review

from .conftest import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from .conftest import Town, Visitor

WORDS = {
    "en": {"claim": "Claim the next case", "decide": "Decide", "send": "Send the appeal"},
    "zh": {"claim": "领取下一件", "decide": "提交裁决", "send": "提交申诉"},
}


def judge(page: Page, outcome: str, grounds: str, words: dict[str, str]) -> None:
    page.check(f"input[value='{outcome} {grounds}']")
    page.fill("[name=note]", f"seen {HOSTILE}")
    page.get_by_role("button", name=words["decide"], exact=True).click()
    page.wait_for_selector("input[name=judgement]", state="detached")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_from_the_event_to_the_label(
    town: Town, visitors: Callable[..., Visitor], lang: str
) -> None:
    words = WORDS[lang]
    # A severe step waits for a person, who claims it, reads it and upholds it.
    page = visitors(lang).sign_in("senior-user")
    page.goto("/queues?queue=severe")
    page.get_by_role("button", name=words["claim"]).click()
    page.wait_for_url("**/cases/c-*")
    case_id = page.url.rpartition("/")[2]
    assert page.locator(".findings tbody tr").count() > 1
    assert page.locator("svg.dots").count() == 2
    assert page.locator("svg.graph .node.device").count() > 0
    assert page.locator("pre").first.inner_text() == (
        "verdict = 'fake' AND role IN ('supplier', 'member')"
    )
    judge(page, "uphold", "evidence_holds", words)
    case = town.case(case_id)
    assert (case.state, case.outcome, case.decided_by) == ("decided", "uphold", "senior-user")
    # The step was taken; the person concerned gets a link, and appeals.
    with town.service.ledger.reading() as tx:
        action = tx.rows(
            "SELECT action_id FROM actions WHERE subject = ? AND step = 'suspend_account'",
            (case.subject,),
        )[0]["action_id"]
        link = review.token(tx, action)
    person = visitors(lang).page
    person.goto(f"/appeal/{link}")
    assert person.locator("#status").get_attribute("data-state") == "none"
    assert not re.search(r"0\.9|detector|farm|权重", person.locator("article").inner_text())
    person.fill("textarea", f"It was my cousin. 是我表弟。 {HOSTILE}")
    person.get_by_role("button", name=words["send"]).click()
    person.wait_for_selector("#status[data-state=received]")
    # Whoever decided before cannot decide the appeal; a colleague can, and overturns it.
    appeal = town.cases(queue="appeal", action_id=action)[0]
    page.goto(f"/cases/{appeal.case_id}")
    assert page.locator("input[name=judgement]").count() == 0
    colleague = visitors(lang).sign_in("second-senior")
    colleague.goto(f"/cases/{appeal.case_id}")
    assert "是我表弟" in colleague.locator("blockquote").first.inner_text()
    judge(colleague, "overturn", "hijacked", words)
    # The action is reversed, the person is told, and the judgement is a label, not for training.
    with town.service.ledger.reading() as tx:
        row = tx.row("SELECT reversed_us, reversal FROM actions WHERE action_id = ?", (action,))
        labels = tx.rows("SELECT * FROM labels WHERE case_id = ?", (appeal.case_id,))
    assert row is not None
    assert row["reversed_us"] is not None
    assert row["reversal"] == "appeal"
    assert [(one["label"], one["source"], one["training"]) for one in labels] == [
        ("genuine", "appeal", 0)
    ]
    person.reload()
    assert person.locator("#status").get_attribute("data-state") == "overturned"
    assert ledger.verify(town.service.data.root, keys=town.service.data.keys).is_intact
