"""Appeals: by link alone, once, in time, to somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenzan import enforcement, ledger, review
from zhenzan.errors import CallError
from zhenzan.review.links import action_of, token

if TYPE_CHECKING:
    from tests.enforcement.conftest import Clock

    from zhenzan.ledger import Ledger, Transaction

HOSTILE = "<script>alert(1)</script> '; DROP TABLE appeals; -- \x00 \ud800 =cmd|'/c calc'!A0 我没有"


def sampled(tx: Transaction) -> review.Case:
    return review.cases(tx, queue="sample")[0]


def link(tx: Transaction) -> str:
    return token(tx, str(sampled(tx).action_id))


def test_a_whole_appeal(opened: Ledger, clock: Clock) -> None:
    with opened.transaction() as tx:
        first = sampled(tx)
        account = str((review.evidence(tx, first.case_id) or {})["account_id"])
        way = link(tx)
        review.decide(tx, first.case_id, "ben", "uphold", "evidence_holds")
        status = review.appeal_status(tx, way)
        assert (status.state, status.holds, status.reason) == ("none", True, first.reason)
        assert review.appeal(tx, way, HOSTILE, lang="zh").state == "received"
    clock.pass_days(1)
    with opened.transaction() as tx:
        assert review.claim(tx, "appeal", "ben") == [], "who upheld it is not asked"
        (case,) = review.claim(tx, "appeal", "cho")
        evidence = review.evidence(tx, case.case_id) or {}
        assert evidence["appeal"] == HOSTILE
        assert evidence["signals"]
        with pytest.raises(CallError, match="another reviewer decides"):
            review.decide(tx, case.case_id, "ben", "overturn", "hijacked")
        decided = review.decide(tx, case.case_id, "cho", "overturn", "hijacked")
        assert decided.reversed
        assert enforcement.active_actions(tx, account) == []
        status = review.appeal_status(tx, way)
        assert (status.state, status.holds, status.grounds) == ("overturned", False, "hijacked")
        label = tx.row("SELECT * FROM labels WHERE label_id = ?", (decided.label_id,))
        assert label
        assert (label["label"], label["source"], label["training"]) == ("genuine", "appeal", 0)


def test_an_appeal_that_is_upheld(opened: Ledger) -> None:
    with opened.transaction() as tx:
        way = link(tx)
        review.appeal(tx, way, "It was me.", lang="en")
        (case,) = review.cases(tx, queue="appeal")
        review.decide(tx, case.case_id, "cho", "uphold", "nothing_new")
        status = review.appeal_status(tx, way)
        assert (status.state, status.holds) == ("upheld", True)
        assert review.status_text(status, "en").endswith("what you wrote does not change it.")


def test_once_and_in_time(opened: Ledger, clock: Clock) -> None:
    with opened.transaction() as tx:
        way = link(tx)
        other = token(tx, str(review.cases(tx, queue="sample")[1].action_id))
        review.appeal(tx, way, "No.", lang="en")
        with pytest.raises(CallError, match="appealed already"):
            review.appeal(tx, way, "No!", lang="en")
        for text in ("", " ", "x" * 5_001):
            with pytest.raises(CallError, match="1 to 5,000 characters"):
                review.appeal(tx, other, text, lang="en")
        with pytest.raises(CallError, match="no language"):
            review.appeal(tx, other, "No.", lang="xx")
    clock.pass_days(184)
    with opened.transaction() as tx:
        with pytest.raises(CallError, match="time to appeal is over"):
            review.appeal(tx, other, "No.", lang="en")
        assert review.appeal_status(tx, other).state == "late"


def test_what_was_undone_needs_no_appeal(opened: Ledger) -> None:
    with opened.transaction() as tx:
        way, other = link(tx), token(tx, str(review.cases(tx, queue="sample")[1].action_id))
        review.appeal(tx, way, "No.", lang="en")
        version = review.cases(tx)[0].version
        enforcement.undo(tx, enforcement.Selection(version=version), by="amy", why="mistake")
        assert review.appeal_status(tx, way).state == "overturned"
        assert review.appeal_status(tx, other).state == "overturned"
        assert review.cases(tx) == []
        with pytest.raises(CallError, match="reversed already"):
            review.appeal(tx, other, "No.", lang="en")


@given(data=st.data())
def test_no_other_link_leads_anywhere(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / "links"
    with ledger.open(folder) as opened, opened.reading() as tx:
        right = token(tx, "a-0123456789abcdef")
        assert action_of(tx, right) == "a-0123456789abcdef"
        place = data.draw(st.integers(0, len(right) - 1))
        letter = data.draw(st.characters().filter(lambda c: c != right[place]))
        changed = right[:place] + letter + right[place + 1 :]
        for wrong in (changed, right[:place], data.draw(st.text()), right + "0"):
            with pytest.raises(CallError, match="leads to no decision"):
                action_of(tx, wrong)


def test_links_of_another_ledger_lead_nowhere(
    opened: Ledger, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with opened.reading() as tx:
        way = link(tx)
    with (
        ledger.open(tmp_path_factory.mktemp("other")) as other,
        other.reading() as tx,
        pytest.raises(CallError, match="leads to no decision"),
    ):
        review.appeal_status(tx, way)
