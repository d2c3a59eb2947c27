"""True likes: what was missed of a delivery, and how far the truth may be from the estimate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.scores.judged import DAY_S, Judged, scored

from zhenzan.detectors.examples import Row, like
from zhenzan.scores.true_likes import hidden_share
from zhenzan.scores.weights import read_weights

MET, SOUGHT, SENT = 1, 2, 3
"""How a like came about."""
WEIGHTS = read_weights().true_likes


def likes(content: str, who: str, count: int) -> tuple[Row, ...]:
    return tuple(like(f"{content} {who}{n}", content, DAY_S + n) for n in range(count))


def given(content: str, who: str, count: int, word: Any) -> dict[tuple[str, str], Any]:
    return {(f"{content} {who}{n}", content): word for n in range(count)}


def market(called: int, sent: int, met: int, *, telling: bool = True) -> Judged:
    """A content of which ``called`` likes of a delivery were called and ``sent`` were not.

    Beside it are forty contents on which people met what they like, and a few sought it.
    """
    rows: list[Row] = []
    manners: dict[tuple[str, str], int] = {}
    for number in range(40):
        rows += [*likes(f"usual{number}", "p", 12)]
        manners |= given(f"usual{number}", "p", 12, MET)
        manners |= given(f"usual{number}", "p", 2, SOUGHT)
    rows += [*likes("c", "bot", called), *likes("c", "more", sent), *likes("c", "p", met)]
    manners |= given("c", "bot", called, SENT) | given("c", "more", sent, SENT)
    manners |= given("c", "p", met, MET)
    judged = given("c", "bot", called, "fake")
    return Judged(tuple(rows), likes=judged, manners=manners if telling else {})


def row_of(log: Judged, content: str = "c") -> dict[str, Any]:
    return scored(log).contents[content]


@pytest.mark.parametrize(("called", "sent", "met"), [(20, 15, 30), (30, 0, 30), (12, 40, 3)])
def test_likes_that_came_about_as_the_called_ones_did_are_not_counted(
    called: int, sent: int, met: int
) -> None:
    row = row_of(market(called, sent, met))
    assert row["true_likes"] == pytest.approx(met, abs=1.5)
    assert row["low"] <= met <= row["high"]
    assert (row["likes"], row["removed"]) == (called + sent + met, called)


def test_where_all_likes_come_about_alike_nobody_knows_what_was_missed() -> None:
    row = row_of(market(20, 15, 30, telling=False))
    assert row["true_likes"] == pytest.approx(44.5, abs=1.0), "what was not called counts"
    assert row["low"] == 0.0
    assert row["high"] >= 45.0


def test_people_are_not_taken_for_missed_because_they_sought_the_content() -> None:
    log = market(20, 0, 20)
    sought = given("c", "p", 6, SOUGHT)
    row = row_of(replace(log, manners={**log.manners, **sought}))
    assert row["true_likes"] == pytest.approx(20, abs=1.0)


def test_where_nothing_was_found_nothing_is_assumed() -> None:
    row = row_of(market(0, 0, 60))
    assert row["high"] == row["likes"] == 60
    assert row["low"] > 57.0


def test_what_was_found_elsewhere_may_be_hidden_here() -> None:
    calm = row_of(market(0, 0, 60), "usual3")
    alarmed = row_of(market(200, 150, 60), "usual3")
    assert calm["true_likes"] == alarmed["true_likes"]
    assert alarmed["low"] < calm["low"]
    assert alarmed["high"] == calm["high"] == alarmed["likes"]


def test_no_more_is_hidden_than_there_is() -> None:
    assert hidden_share(0, 0.0, 100, WEIGHTS) == 0.0
    assert 0.0 < hidden_share(10, 0.0, 100, WEIGHTS) < hidden_share(10, 5.0, 100, WEIGHTS) < 1.0
    assert hidden_share(60, 40.0, 100, WEIGHTS) == 1.0
    assert hidden_share(0, 0.0, 0, WEIGHTS) == 0.0
