"""What must hold of scores whatever the log: no gain by false likes, no loss by true interest."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scores.judged import DAY_S, Judged, Scored, scored
from tests.scores.streets import CONTENTS, DEEDS, devoted, order, street, with_rows

from zhenzan.detectors.examples import Row

SEEDS = st.integers(0, 3)
NUMBERS = st.integers(0, CONTENTS - 1)
DICE = st.integers(0, 10**6)
FEW = settings(max_examples=10)
MOVED = ("engagement_score", "engagement_low", "engagement_high", "exposure", "health")


@cache
def before(seed: int) -> Scored:
    return scored(street(seed))


@FEW
@given(SEEDS, NUMBERS, DICE, st.integers(1, 30), st.sampled_from(("fake", "suspect")))
def test_false_likes_raise_no_score_of_what_they_are_bought_for(
    seed: int, number: int, dice: int, likes: int, verdict: str
) -> None:
    content, drawn = f"c{number:02}", random.Random(dice)
    bought = [row for n in range(likes) for row in order(drawn, f"new{n:02}", content)]
    was = before(seed).contents[content]
    now = scored(with_rows(street(seed), bought, verdict)).contents[content]
    for name in ("engagement_score", "engagement_low", "engagement_high", "exposure"):
        assert now[name] == was[name], "nothing of an order counts, its views included"
    if was["health"] is not None:
        assert now["health"] <= was["health"]
    assert now["true_likes"] - was["true_likes"] <= 0.31 * likes
    assert now["likes"] == was["likes"] + likes


@FEW
@given(SEEDS, NUMBERS, DICE, st.integers(1, 25))
def test_viewers_who_do_all_there_is_lower_no_score(
    seed: int, number: int, dice: int, viewers: int
) -> None:
    content, drawn = f"c{number:02}", random.Random(dice)
    keen = [
        row
        for n in range(viewers)
        for row in devoted(f"new{n:02}", content, drawn.uniform(0, 13 * DAY_S))
    ]
    no_lower(before(seed), scored(with_rows(street(seed), keen)), content)


@FEW
@given(SEEDS, NUMBERS, DICE, st.integers(1, 12))
def test_more_by_those_who_came_lowers_no_score(
    seed: int, number: int, dice: int, deeds: int
) -> None:
    content, drawn = f"c{number:02}", random.Random(dice)
    log = street(seed)
    came = [row for row in log.rows if row.content_id == content and row.event_type == "view"]
    more = [
        Row(drawn.choice(DEEDS), who.account_id, content, who.at_s + 90 + n)
        for n, who in enumerate(drawn.choices(came, k=deeds))
    ]
    again = [replace(who, at_s=who.at_s + 300, progress=1.0) for who in drawn.choices(came, k=3)]
    no_lower(before(seed), scored(with_rows(log, more + again)), content)


def no_lower(was: Scored, now: Scored, content: str) -> None:
    for name in ("engagement_score", "exposure", "health"):
        old, new = was.contents[content][name], now.contents[content][name]
        assert old is None or new >= old, name


@FEW
@given(SEEDS, DICE)
def test_names_and_the_order_of_rows_move_nothing(seed: int, dice: int) -> None:
    log, drawn = street(seed), random.Random(dice)
    names = sorted({r.account_id for r in log.rows} | set(log.authors.values()))
    accounts = dict(zip(names, drawn.sample(range(10**6), len(names)), strict=True))
    contents = dict(zip(log.authors, drawn.sample(range(10**6), len(log.authors)), strict=True))

    def called(row: Row) -> Row:
        name, of = f"x{accounts[row.account_id]}", f"y{contents[row.content_id]}"
        return replace(row, account_id=name, content_id=of)

    rows = [called(row) for row in log.rows]
    drawn.shuffle(rows)
    other = Judged(
        tuple(rows),
        {f"y{contents[c]}": f"x{accounts[a]}" for c, a in log.authors.items()},
        {(f"x{accounts[a]}", f"y{contents[c]}"): v for (a, c), v in log.likes.items()},
    )
    was, now = before(seed), scored(other)
    for name in log.authors:
        assert now.contents.get(f"y{contents[name]}") == was.contents.get(name)
    for name in names:
        assert now.accounts[f"x{accounts[name]}"] == was.accounts[name]
    for name in set(log.authors.values()):
        assert now.authors.get(f"x{accounts[name]}") == was.authors.get(name)


@pytest.mark.parametrize("seed", range(4))
def test_the_parts_of_a_score_add_up_to_it(seed: int) -> None:
    seen = 0
    for row in (*before(seed).contents.values(), *before(seed).authors.values()):
        for score, parts in (("engagement_score", "engagement_parts"), ("health", "health_parts")):
            if row.get(parts) is None:
                assert row[score] is None or parts not in row
                continue
            points = json.loads(row[parts])
            assert sum(points.values()) == pytest.approx(row[score], abs=1e-9)
            assert all(value >= 0 for value in points.values())
            seen += 1
    assert seen > 60


def test_likes_are_those_counted_in_full_discounted_and_removed() -> None:
    for row in before(0).contents.values():
        full = row["likes"] - row["discounted"] - row["removed"]
        assert full >= 0
        assert row["true_likes"] <= full + row["discounted"] + 0.02 * row["removed"]
