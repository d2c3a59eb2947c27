"""Each witness against small cases whose answer is known: signs and bounds, not exact weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.rings.choosing import POSTS, choices_of, crowd, group_of

from zhenzan.rings.witnesses import (
    CIRCLE,
    MOST_COURTESY_BITS,
    Outsiders,
    Witness,
    fringeless,
    ledger,
    ordered_posts,
    reciprocal,
    size,
    unrelated_targets,
)

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt
    from tests.rings.choosing import Crowd

    from zhenzan.rings.choices import Choices

    Ints = npt.NDArray[np.int64]


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


def outsiders(choices: Choices, members: range | tuple[int, ...]) -> Outsiders:
    """Everybody but the ring's members."""
    inside = np.zeros(choices.accounts, bool)
    inside[list(members)] = True
    return Outsiders.of(choices, inside)


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


def test_who_is_on_the_list_takes_part_and_nobody_else(tmp_path: Path) -> None:
    """Chance brings some of the crowd to two targets; that is no fringe."""
    listed = crowd(people=500, each=12, contents=1_000, pool=150)
    choices = choices_of(tmp_path, listed.likes)
    found = fringeless(choices, group_of(choices, listed.pool, listed.orders), days=9)
    assert found.bits > 2.0
    assert found.facts["fringe"] < 3.0 * found.facts["expected"] + 5.0
    assert found.facts["days"] == 9


@pytest.mark.parametrize("fringe", [40, 80])
def test_around_an_interest_there_are_others_who_share_it_a_little(
    tmp_path: Path, fringe: int
) -> None:
    dice = np.random.default_rng(11)
    listed = crowd(people=500, each=12, contents=1_000, pool=150)
    around = {
        (5_000 + n, int(target))
        for n in range(fringe)
        for target in dice.choice(listed.orders, 3, replace=False)
    }
    choices = choices_of(tmp_path, listed.likes | around)
    group = group_of(choices, listed.pool, listed.orders)
    found = fringeless(choices, group, days=9)
    assert found.bits == 0.0
    assert found.facts["fringe"] >= fringe


def test_a_small_group_has_room_for_no_fringe(tmp_path: Path) -> None:
    likes = {(a, c) for a in range(8) for c in range(0, 40, POSTS)}
    choices = choices_of(tmp_path, likes)
    group = group_of(choices, range(8), range(0, 40, POSTS))
    assert fringeless(choices, group, days=9).bits == 0.0


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
