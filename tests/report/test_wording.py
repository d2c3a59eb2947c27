"""Numbers, times and identifiers as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.report import wording
from zhenzan.report.texts import Texts


@pytest.mark.parametrize(
    ("part", "of", "text"),
    [
        (0, 0, "0%"),
        (1, 3, "33%"),
        (1, 250, "0.4%"),
        (1, 100_000, "<0.1%"),
        (999, 1000, "99.9%"),
        (99_999, 100_000, "99.9%"),
        (5, 5, "100%"),
    ],
)
def test_percent(part: int, of: int, text: str) -> None:
    assert wording.percent(part, of) == text


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (0.0, "0.00"),
        (0.001, "<0.01"),
        (0.5, "0.50"),
        (0.9949, "0.994"),
        (0.99999, ">0.999"),
        (1.0, ">0.999"),
    ],
)
def test_probability_never_rounds_up_to_certainty(score: float, text: str) -> None:
    assert wording.probability(score) == text


def test_an_estimate_has_as_many_digits_as_its_interval_allows() -> None:
    assert wording.rounded(104_867, 104_133, 105_581) == ("104,900", "104,100", "105,600")
    assert wording.rounded(58.0, 56.0, 60.0) == ("58", "56", "60")


@given(st.floats(0, 1e9), st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_rounded_interval_holds_the_exact_one(value: float, below: float, above: float) -> None:
    low, high = max(0.0, value - below), value + above
    texts = wording.rounded(value, low, high)
    near_n, low_n, high_n = (int(text.replace(",", "")) for text in texts)
    assert low_n <= low
    assert high <= high_n
    assert low_n <= near_n <= high_n


@given(st.text())
def test_a_short_name_has_no_control_characters_and_is_short(name: str) -> None:
    brief = wording.short(name)
    assert len(brief) <= wording.IDENTIFIER_LENGTH
    assert not wording.DIRECTION_MARKS & set(brief)
    assert brief.isprintable() or not brief.isascii()


def test_facts() -> None:
    facts = {"ring_id": "r-1", "share": 0.123456, "hours": [1, 2], "none": None}
    assert wording.facts_text(facts) == "ring_id = r-1, share = 0.1235, hours = 1 2, none = None"


def test_a_reason_without_words_shows_code_and_facts() -> None:
    assert wording.reason_title("no_such_code", "en") == "no_such_code"
    assert wording.reason_sentence("no_such_code", {"n": 3}, "zh") == "no_such_code: n = 3"
    assert wording.reason_sentence("no_such_code", {}, "en") == "no_such_code"


def test_durations() -> None:
    t = Texts("en")
    spans = [0, 1_000_000, 5 * 60 * 1_000_000, 30 * 3600 * 1_000_000, 3 * 86_400 * 1_000_000]
    expected = ["0 seconds", "1 second", "5 minutes", "30 hours", "3 days"]
    assert [wording.duration(span, t) for span in spans] == expected


def test_times() -> None:
    assert wording.moment(0) == "1970-01-01 00:00"
    assert wording.moment_text("2026-03-04T05:06:07+00:00") == "2026-03-04 05:06"
    assert wording.moment_text("soon") == "soon"
