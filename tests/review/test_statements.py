"""Statements of reasons: the words are kept, and they teach an adversary nothing."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.report.golden import check_golden

from zhenzan import enforcement, review
from zhenzan.detectors import DETECTORS
from zhenzan.errors import CallError
from zhenzan.reasons import REASONS
from zhenzan.review.statements import word

if TYPE_CHECKING:
    from zhenzan.ledger import Ledger
    from zhenzan.settings import Language

GOLDEN = Path(__file__).with_name("golden")
LANGUAGES: tuple[Language, ...] = ("en", "zh")
SOURCE = files("zhenzan.review").joinpath("texts", "statement.toml").read_text(encoding="utf-8")
TEXTS: dict[str, dict[str, dict[str, str]]] = tomllib.loads(SOURCE)
ENTRIES = [
    (f"{group}.{key}", entry) for group, keys in TEXTS.items() for key, entry in keys.items()
]
REASON_CODES = ("automated", "coordinated", "traded")


def actions(opened: Ledger) -> dict[str, str]:
    """Reason → an action for it; one of them decided by a person."""
    with opened.transaction() as tx:
        for case in review.cases(tx, queue="severe"):
            review.decide(tx, case.case_id, "ben", "uphold", "evidence_holds")
        rows = tx.rows("SELECT reason, min(action_id) AS action_id FROM actions GROUP BY reason")
        return {row["reason"]: row["action_id"] for row in rows}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_are_kept(opened: Ledger, lang: Language) -> None:
    found = actions(opened)
    assert set(found) == set(REASON_CODES)
    for reason, action_id in found.items():
        with opened.reading() as tx:
            text = review.statement(tx, action_id, lang, "https://appeals.example/").text
        text = re.sub(r"a-[0-9a-f]{16}", "a-0123456789abcdef", text)
        text = re.sub(r"\.[0-9a-f]{32}", ".0123456789abcdef0123456789abcdef", text)
        check_golden(f"statement_{reason}.{lang}", text, GOLDEN)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_they_teach_nothing(opened: Ledger, lang: Language) -> None:
    """No score, no number but dates and deadlines, no detector, no rule, no account."""
    for action_id in actions(opened).values():
        with opened.reading() as tx:
            told = review.statement(tx, action_id, lang, "https://appeals.example")
            account = next(tx.entries(kinds=["action"], thing=action_id))
            name = (tx.personal(account) or {})["account_id"]
        text = told.text.replace(told.link, "").replace(action_id, "")
        numbers = re.findall(r"\d+", re.sub(r"\d{4}-\d\d-\d\d", "", text))
        assert set(numbers) <= {"14"}, numbers
        for secret in (
            *(str(detector.id) for detector in DETECTORS),
            *REASONS,
            *("severe", "mild", "ring", "score", "threshold", "r-farm", name),
        ):
            assert not re.search(rf"\b{re.escape(secret)}\b", text, re.IGNORECASE), secret


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=[name for name, _ in ENTRIES])
def test_every_text_is_in_both_languages(name: str, entry: dict[str, str]) -> None:
    assert set(entry) == {"en", "zh"}
    assert re.search(r"[\u4e00-\u9fff]", entry["zh"])
    assert not re.search(r"[\u4e00-\u9fff]", entry["en"])
    fields = [sorted(re.findall(r"{(\w+)}", entry[lang])) for lang in ("en", "zh")]
    assert fields[0] == fields[1]


def test_every_code_has_its_words() -> None:
    for step in enforcement.STEPS:
        assert word(f"step.{step.value}", "en")
    for reason in REASON_CODES:
        assert word(f"reason.{reason}", "en")
        assert word(f"clear.{reason}", "en")
    for grounds in review.GROUNDS.values():
        assert all(word(f"grounds.{ground}", "zh") for ground in grounds)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_how_an_appeal_stands(opened: Ledger, lang: Language) -> None:
    told: list[str] = []

    def tell(tx: Any, way: str) -> None:
        status = review.appeal_status(tx, way)
        told.append(f"{status.state}: {review.status_text(status, lang)}")

    with opened.transaction() as tx:
        one, other = (
            review.token(tx, str(case.action_id)) for case in review.cases(tx, queue="sample")[:2]
        )
        tell(tx, one)
        for way, outcome, grounds in (
            (one, "uphold", "nothing_new"),
            (other, "overturn", "shared_access"),
        ):
            review.appeal(tx, way, "No.", lang=lang)
            tell(tx, way)
            case = review.cases(tx, queue="appeal")[0]
            review.decide(tx, case.case_id, "cho", outcome, grounds)
            tell(tx, way)
    check_golden(f"status.{lang}", "\n".join(told), GOLDEN)


def test_every_action_has_its_statement(opened: Ledger) -> None:
    actions(opened)
    with opened.reading() as tx:
        statements = tx.rows("SELECT action_id FROM statements ORDER BY action_id")
        assert statements == tx.rows("SELECT action_id FROM actions ORDER BY action_id")
        with pytest.raises(CallError, match="There is no action a-none"):
            review.statement(tx, "a-none", "en", "https://x.example")
