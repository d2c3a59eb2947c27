"""Reason codes: words in both languages, and no word that judges a person."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from zhenzan.reasons import REASONS, sentence, title


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("code", REASONS)
def test_a_code_says_what_it_is_about(code: str) -> None:
    reason = REASONS[code]
    assert reason.code == code
    assert re.fullmatch(r"[a-z]+(_[a-z]+)+", code)
    # A ring's code may be said of its member or its target.
    assert code.startswith((f"{reason.entity}_", "ring_"))


@pytest.mark.parametrize("code", REASONS)
def test_both_languages_say_the_same_facts(code: str) -> None:
    reason = REASONS[code]
    assert set(reason.title) == set(reason.sentence) == {"en", "zh"}
    assert placeholders(reason.sentence["en"]) == placeholders(reason.sentence["zh"])
    for words in (reason.title, reason.sentence):
        assert re.search(r"[一-鿿]", words["zh"])
        assert not re.search(r"[一-鿿]", words["en"])
    assert reason.sentence["en"].endswith(".")
    assert reason.sentence["zh"].endswith("。")
    assert not placeholders(reason.title["en"]) | placeholders(reason.title["zh"])


@pytest.mark.parametrize("code", REASONS)
def test_nobody_is_called_a_criminal(code: str) -> None:
    words = [*REASONS[code].title.values(), *REASONS[code].sentence.values()]
    assert not re.search("fraud|cheat|crimin|欺诈|作弊|骗", " ".join(words), re.IGNORECASE)


def test_a_sentence_is_filled_with_facts() -> None:
    facts = {"likes": 60, "minutes": 10, "expected": 2.5}
    assert sentence("content_burst", facts, "en") == (
        "60 likes within 10 minutes, where 2.5 were to be expected."
    )
    assert "60" in sentence("content_burst", facts, "zh")
    assert title("content_burst", "zh")


def test_a_missing_fact_is_an_error() -> None:
    with pytest.raises(KeyError):
        sentence("content_burst", {"likes": 60}, "en")
