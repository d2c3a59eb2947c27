"""Each witness against small cases whose answer is known: signs and bounds, not exact weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.rings.choosing import POSTS, choices_of, crowd, group_of

from zhenzan.rings.witnesses import (
    CIRCLE,
    MOST_COURTESY_BITS,
    Times,
    Witness,
    ledger,
    order_times,
    ordered_posts,
    reciprocal,
    size,
    spreads,
    synchrony,
    unrelated_targets,
)

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt
    from tests.rings.choosing import Crowd

    from zhenzan.rings.choices import Choices

    Ints = npt.NDArray[np.int64]

HOUR_US = 3_600_000_000
CONTENTS, EACH = 12, 20
"""Targets, and the ring's likes of each."""


def times(delay_h: npt.NDArray[np.float64], audience_h: npt.NDArray[np.float64]) -> Times:
    """Likes of the ring by content (rows) beside other people's views, hours after publication."""
    content = np.repeat(np.arange(len(delay_h)), delay_h.shape[1])
    before = [
        int((others < like).sum())
        for likes, others in zip(delay_h, audience_h, strict=True)
        for like in likes
    ]
    return Times(
        content=content.astype(np.int64),
        delay=(delay_h.ravel() * HOUR_US).astype(np.int64),
        before=np.array(before, np.int64),
        audience=np.full(len(content), audience_h.shape[1], np.int64),
    )


def law(dice: np.random.Generator, count: int) -> npt.NDArray[np.float64]:
    """When people come: within a day or two of publication, one law for all contents."""
    return dice.exponential(20.0, (CONTENTS, count))


def test_deliveries_at_each_targets_own_moment_speak_against() -> None:
    dice = np.random.default_rng(1)
    moment = dice.uniform(1, 60, (CONTENTS, 1))
    found = order_times(times(moment + dice.uniform(0, 2, (CONTENTS, EACH)), law(dice, 80)))
    assert found.bits >= 3.0
    assert found.facts["contents"] == CONTENTS
    assert found.facts["effect_percent"] > 70.0


def test_one_law_for_all_targets_speaks_for() -> None:
    dice = np.random.default_rng(2)
    found = order_times(times(law(dice, EACH), law(dice, 80)))
    assert found.bits < 0.0
    assert found.facts["effect_percent"] < 20.0


def test_fans_who_are_always_first_speak_for() -> None:
    dice = np.random.default_rng(3)
    found = order_times(times(dice.exponential(0.2, (CONTENTS, EACH)), law(dice, 80)))
    assert found.bits < 0.0


def test_a_push_that_moves_everybodys_clock_is_no_delivery() -> None:
    """Each content is pushed at a time of its own, and its whole audience comes with the ring."""
    dice = np.random.default_rng(4)
    push = dice.uniform(1, 60, (CONTENTS, 1))
    ring, others = push + dice.exponential(1.0, (CONTENTS, EACH)), push + law(dice, 80) / 20.0
    found = order_times(times(ring, others))
    assert found.bits <= 0.0
    without_clock = times(ring, others[:, :5])
    assert order_times(without_clock).bits > 0.0, "without an audience the push cannot be seen"


def test_delays_alone_say_less_than_the_contents_own_clock() -> None:
    dice = np.random.default_rng(5)
    moment = dice.uniform(1, 60, (CONTENTS, 1))
    ring = moment + dice.uniform(0, 2, (CONTENTS, EACH))
    clocked = order_times(times(ring, law(dice, 80)))
    assert 0.0 < order_times(times(ring, law(dice, 5))).bits < clocked.bits


@pytest.mark.parametrize(("contents", "each"), [(0, 0), (2, 20), (12, 1)])
def test_too_little_to_tell_says_nothing(contents: int, each: int) -> None:
    ring = np.arange(contents * each, dtype=np.float64).reshape(contents, each)
    assert order_times(times(ring, np.zeros((contents, 40)))).bits == 0.0


def test_times_of_a_ring_are_rows_of_all() -> None:
    dice = np.random.default_rng(6)
    both = times(law(dice, EACH), law(dice, 80))
    part = both.at(slice(EACH, 3 * EACH))
    assert part.content.tolist() == [1] * EACH + [2] * EACH


def test_spreads_are_median_absolute_deviations() -> None:
    content = np.array([4, 9, 4, 4, 9, 4, 7])
    ts = np.array([10, 100, 14, 11, 300, 40, 5])
    names, spread = spreads(content, ts, 2)
    assert names.tolist() == [4, 9]
    assert spread.tolist() == [2.0, 100.0]
    assert spreads(content, ts, 3)[0].tolist() == [4]


def test_likes_closer_together_than_anybodys_speak_against() -> None:
    elsewhere = np.random.default_rng(7).lognormal(np.log(5 * HOUR_US), 1.0, 500)
    close, usual = np.full(10, 2e6), np.full(10, 5.0 * HOUR_US)
    assert synchrony(close, elsewhere).bits > 2.0
    assert synchrony(usual, elsewhere).bits == 0.0
    assert synchrony(close[:2], elsewhere).bits == 0.0, "two targets are a coincidence"
    assert synchrony(close, elsewhere[:5]).bits == 0.0, "a log of five contents has no usual"


@pytest.fixture(scope="module")
def drawn() -> Crowd:
    return crowd(people=500, each=20)


@pytest.fixture(scope="module")
def choices(drawn: Crowd, tmp_path_factory: pytest.TempPathFactory) -> Choices:
    return choices_of(tmp_path_factory.mktemp("choices"), drawn.likes)


def followers(dice: np.random.Generator, accounts: range, authors: range) -> set[tuple[int, int]]:
    """People who like most posts of these authors."""
    posts = [author * POSTS + n for author in authors for n in range(POSTS)]
    return {(a, post) for a in accounts for post in posts if dice.random() < 0.7}


def test_single_posts_of_each_author_speak_against(drawn: Crowd, choices: Choices) -> None:
    found = ordered_posts(choices, group_of(choices, drawn.pool, drawn.orders))
    assert found.bits >= 3.0
    assert found.facts["authors"] == len(drawn.orders)


def test_likes_spread_over_the_posts_of_each_author_speak_for(tmp_path: Path) -> None:
    dice = np.random.default_rng(8)
    background = crowd(people=500, each=20, pool=0, orders=0)
    fans, authors = range(600, 640), range(90, 96)
    choices = choices_of(tmp_path, background.likes | followers(dice, fans, authors))
    targets = [author * POSTS + n for author in authors for n in range(POSTS)]
    assert ordered_posts(choices, group_of(choices, fans, targets)).bits < 0.0


def test_the_post_that_everybody_prefers_is_no_order(tmp_path: Path) -> None:
    """Each author has one hit; the group likes it as everybody does."""
    dice = np.random.default_rng(9)
    hits = [author * POSTS for author in range(10)]
    likes = {(a, hit) for a in range(400) for hit in hits if dice.random() < 0.5}
    likes |= {(a, hit + 1) for a in range(0, 400, 40) for hit in hits}
    choices = choices_of(tmp_path, likes)
    assert ordered_posts(choices, group_of(choices, range(40), hits)).bits < 0.0


def test_authors_of_one_post_say_nothing(tmp_path: Path) -> None:
    likes = {(a, POSTS * author) for a in range(20) for author in range(8)}
    choices = choices_of(tmp_path, likes)
    targets = [POSTS * author for author in range(8)]
    assert ordered_posts(choices, group_of(choices, range(10), targets)).bits == 0.0


def outsiders(choices: Choices, members: range | tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """True for the ring's members."""
    inside = np.zeros(choices.accounts, bool)
    inside[list(members)] = True
    return inside


def test_targets_that_strangers_do_not_combine_are_unrelated(
    drawn: Crowd, choices: Choices
) -> None:
    group = group_of(choices, drawn.pool, drawn.orders)
    found = unrelated_targets(choices, group, outsiders(choices, drawn.pool))
    assert found.bits > 0.0
    assert 0.5 < found.facts["pairs"] / found.facts["expected"] < 2.0


def test_targets_with_a_common_audience_are_related(tmp_path: Path) -> None:
    """Beside the core there are fifty looser followers, who like one post of three authors."""
    dice = np.random.default_rng(10)
    background = crowd(people=500, each=12, contents=2_000, pool=0, orders=0)
    fans, authors = range(600, 640), range(400, 406)
    loose = {
        (700 + n, POSTS * int(author) + n % POSTS)
        for n in range(50)
        for author in dice.choice(authors, 3, replace=False)
    }
    loose |= {(700 + n, int(post)) for n in range(50) for post in dice.choice(300, 10)}
    choices = choices_of(tmp_path, background.likes | followers(dice, fans, authors) | loose)
    targets = [author * POSTS + n for author in authors for n in range(POSTS)]
    found = unrelated_targets(choices, group_of(choices, fans, targets), outsiders(choices, fans))
    assert found.bits <= -2.0
    assert found.facts["pairs"] > 5 * found.facts["expected"]


def test_targets_nobody_else_knows_say_nothing(tmp_path: Path) -> None:
    likes = {(a, c) for a in range(10) for c in range(0, 40, POSTS)} | {(20, 100), (21, 104)}
    choices = choices_of(tmp_path, likes)
    group = group_of(choices, range(10), range(0, 40, POSTS))
    assert unrelated_targets(choices, group, outsiders(choices, range(10))).bits == 0.0


def mutual(folder: Path, members: int, share: float) -> Witness:
    """Members 10,000 … write as well (see ``choices_of``), and each likes a share of the others."""
    dice = np.random.default_rng(11)
    likes = {
        (10_000 + giver, POSTS * taker)
        for giver in range(members)
        for taker in range(members)
        if giver != taker and dice.random() < share
    }
    choices = choices_of(folder, likes | {(1, POSTS * taker) for taker in range(members)})
    group = group_of(
        choices,
        range(10_000, 10_000 + members),
        [POSTS * taker for taker in range(members)],
    )
    return reciprocal(choices, group)


def test_a_large_group_in_which_all_like_all_has_agreed_to(tmp_path: Path) -> None:
    found = mutual(tmp_path, 50, 0.8)
    assert found.bits >= 3.0
    assert found.facts["authors"] == 50
    assert found.facts["density_percent"] == pytest.approx(80.0, abs=3.0)
    assert found.facts["returned_percent"] == pytest.approx(80.0, abs=3.0)


@pytest.mark.parametrize(
    ("members", "share"), [(8, 1.0), (50, 0.1)], ids=["circle of friends", "neighbours of taste"]
)
def test_friends_and_neighbours_of_taste_say_nothing(
    tmp_path: Path, members: int, share: float
) -> None:
    assert mutual(tmp_path, members, share).bits == 0.0


def test_a_group_that_writes_nothing_has_not_agreed(drawn: Crowd, choices: Choices) -> None:
    assert reciprocal(choices, group_of(choices, drawn.pool, drawn.orders)).bits == 0.0


def points(folder: Path, members: int, authors: int, inside: float) -> Witness:
    """What the ledger of a ring says that likes ``authors``, of whom ``inside`` are members.

    Accounts 10,000 … write; of those, members are the first.
    """
    own = round(inside * authors)
    ring = [*range(10_000, 10_000 + own), *range(members - own)]
    dice = np.random.default_rng(12)
    likes = {(who, POSTS * a) for who in ring for a in range(authors) if dice.random() < 0.3}
    likes |= {(20_000 + a, POSTS * a) for a in range(authors)}
    choices = choices_of(folder, likes)
    return ledger(choices, group_of(choices, ring, [POSTS * a for a in range(authors)]))


def test_a_points_exchange_is_a_closed_ledger(tmp_path: Path) -> None:
    found = points(tmp_path, 40, 40, 1.0)
    assert found == Witness("ring_ledger", 6.0, {"percent": 100.0, "authors": 40, "members": 40})


def test_some_leave_the_exchange_and_the_ledger_still_closes(tmp_path: Path) -> None:
    assert 2.0 <= points(tmp_path, 40, 40, 0.7).bits < 6.0


@pytest.mark.parametrize(
    ("members", "authors", "inside"),
    [(60, 8, 1.0), (60, 30, 0.0), (60, 30, 0.3)],
    ids=["few authors", "audience", "some fans write too"],
)
def test_audiences_have_no_ledger(
    tmp_path: Path, members: int, authors: int, inside: float
) -> None:
    assert points(tmp_path, members, authors, inside).bits == 0.0


def test_a_circle_of_friends_likes_its_own_posts_out_of_courtesy(tmp_path: Path) -> None:
    friends = points(tmp_path, CIRCLE, CIRCLE, 1.0)
    assert (friends.reason_code, friends.bits) == ("ring_courtesy", -MOST_COURTESY_BITS)


@pytest.mark.parametrize("inside", [0.0, 0.3], ids=["an audience", "some write too"])
def test_a_small_group_that_likes_others_is_no_circle(tmp_path: Path, inside: float) -> None:
    found = points(tmp_path, CIRCLE, CIRCLE, inside)
    assert (found.reason_code, found.bits) == ("ring_courtesy", 0.0)


def test_small_groups_are_families() -> None:
    bits = [size(members).bits for members in range(2, 60)]
    assert bits == sorted(bits)
    assert bits[0] <= -6.0
    assert bits[-1] == 0.0
