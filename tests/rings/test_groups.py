"""From pairs to communities, their targets and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rings.choosing import POSTS, choices_of, crowd, odds_of

from zhenzan.rings.groups import communities, find_targets, refine

if TYPE_CHECKING:
    import random
    from pathlib import Path

    import numpy.typing as npt
    from tests.rings.choosing import Crowd

    from zhenzan.rings.choices import Choices

Edges = list[tuple[int, int]]


def clique(members: range, share: float = 1.0, seed: int = 1) -> Edges:
    """Every pair of the members, or a random share of them."""
    dice = np.random.default_rng(seed)
    return [(a, b) for a in members for b in members if a < b and dice.random() < share]


def found(edges: Edges, bits: float = 20.0) -> list[list[int]]:
    left, right = (np.array([edge[i] for edge in edges], np.int64) for i in (0, 1))
    return [c.tolist() for c in communities(left, right, np.full(len(edges), bits))]


def test_no_pairs_make_no_community() -> None:
    assert found([]) == []


def test_one_pair_is_a_community_of_two() -> None:
    assert found([(3, 8)]) == [[3, 8]]


@pytest.mark.parametrize("bridges", [1, 3, 6])
def test_two_cliques_that_touch_are_two(bridges: int) -> None:
    edges = clique(range(15)) + clique(range(15, 30)) + [(i, 15 + i) for i in range(bridges)]
    assert found(edges) == [list(range(15)), list(range(15, 30))]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("share", [0.3, 0.6, 1.0])
@pytest.mark.parametrize("members", [12, 40])
def test_one_homogeneous_group_stays_one(members: int, share: float, seed: int) -> None:
    edges = clique(range(members), share, seed)
    assert max(map(len, found(edges))) >= 0.9 * members


def test_homogeneous_groups_stay_whole_beside_each_other() -> None:
    edges = [
        edge for n in range(6) for edge in clique(range(40 * n, 40 * n + 20 + 3 * n), 0.6, seed=n)
    ]
    assert found(edges) == [list(range(40 * n, 40 * n + 20 + 3 * n)) for n in reversed(range(6))]


def test_a_few_pairs_of_overwhelming_weight_tear_no_group_apart() -> None:
    edges = clique(range(16))
    left, right = (np.array([edge[i] for edge in edges], np.int64) for i in (0, 1))
    bits = np.where((left // 2 == right // 2), 5_000.0, 30.0)
    assert [c.tolist() for c in communities(left, right, bits)] == [list(range(16))]


def test_every_account_is_in_at_most_one_community() -> None:
    dice = np.random.default_rng(2)
    edges = sorted({tuple(sorted(pair)) for pair in dice.integers(0, 80, (300, 2)).tolist()})
    members = [a for c in found([(a, b) for a, b in edges if a != b]) for a in c]
    assert len(members) == len(set(members))


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_pairs_does_not_matter(dice: random.Random) -> None:
    """A circle can be divided in many ways that are equally good; every order gives the same."""
    circle = [(a, (a + step) % 60) for a in range(60) for step in (1, 2)]
    edges = sorted((min(pair), max(pair)) for pair in circle)
    bits = np.full(len(edges), 20.0)

    def divided(order: list[int]) -> list[list[int]]:
        left, right = np.array(edges, np.int64)[order].T
        return [c.tolist() for c in communities(left, right, bits[order])]

    shuffled = dice.sample(range(len(edges)), len(edges))
    assert divided(shuffled) == divided(list(range(len(edges))))
    assert len(divided(shuffled)) > 2


@pytest.fixture(scope="module")
def drawn() -> Crowd:
    return crowd()


@pytest.fixture(scope="module")
def choices(drawn: Crowd, tmp_path_factory: pytest.TempPathFactory) -> Choices:
    return choices_of(tmp_path_factory.mktemp("choices"), drawn.likes)


def of(accounts: tuple[int, ...]) -> npt.NDArray[np.int64]:
    return np.array(accounts, np.int64)


def test_targets_are_what_the_group_hits_beyond_popularity(drawn: Crowd, choices: Choices) -> None:
    targets, hits = find_targets(choices, of(drawn.pool))
    assert targets.tolist() == list(drawn.orders)
    for content, count in zip(targets.tolist(), hits.tolist(), strict=True):
        assert count == sum((account, content) in drawn.likes for account in drawn.pool)


def test_people_drawn_at_random_have_no_targets(choices: Choices) -> None:
    for start in range(0, 280, 40):
        assert len(find_targets(choices, np.arange(start, start + 20))[0]) <= 1


def test_members_belong_and_others_do_not(drawn: Crowd, choices: Choices) -> None:
    odds = odds_of(choices, of(drawn.pool), of(drawn.orders))
    assert odds.shape == (choices.accounts,)
    assert odds[list(drawn.pool)].min() > 6.0
    assert odds[: drawn.people].max() < 0.0


def test_who_hits_hardly_any_target_cannot_belong(drawn: Crowd, choices: Choices) -> None:
    odds = odds_of(choices, of(drawn.pool), of(drawn.orders))
    for account in range(choices.accounts):
        if sum((account, content) in drawn.likes for content in drawn.orders) < 3:
            assert odds[account] == -np.inf


def test_many_posts_of_one_author_are_one_coincidence(tmp_path: Path, drawn: Crowd) -> None:
    """A fan who likes four posts of one target author hits one author, not four targets."""
    fan = 5
    posts = {(fan, drawn.orders[0] + n) for n in range(POSTS)}
    choices = choices_of(tmp_path, {(a, c) for a, c in drawn.likes if a != fan} | posts)
    targets = [*drawn.orders, *(drawn.orders[0] + n for n in range(1, POSTS))]
    assert odds_of(choices, of(drawn.pool), of(tuple(sorted(targets))))[fan] == -np.inf


def test_who_likes_everything_belongs_less_surely(tmp_path: Path, drawn: Crowd) -> None:
    """The same hits mean less of an account that likes a quarter of all there is."""
    calm, heavy = 7, 8
    others = {(a, c) for a, c in drawn.likes if a not in (calm, heavy)}
    hits = {(a, c) for a in (calm, heavy) for c in drawn.orders[:9]}
    more = {(heavy, content) for content in range(0, 290, 2)}
    odds = odds_of(choices_of(tmp_path, others | hits | more), of(drawn.pool), of(drawn.orders))
    assert odds[calm] > odds[heavy] + 3.0


def test_refining_adds_who_was_missed_and_drops_who_is_not(drawn: Crowd, choices: Choices) -> None:
    seed = of((*range(3), *drawn.pool[:12]))
    [group] = refine(choices, [seed])
    assert group.members.tolist() == list(drawn.pool)
    assert group.targets.tolist() == list(drawn.orders)
    assert (group.belonging > 0.0).all()


def test_parts_of_one_group_do_not_share_members(drawn: Crowd, choices: Choices) -> None:
    groups = refine(choices, [of(drawn.pool[:10]), of(drawn.pool[10:]), of(drawn.pool[5:15])])
    members = [account for group in groups for account in group.members.tolist()]
    assert len(members) == len(set(members))
    assert set(members) == set(drawn.pool)


def test_people_drawn_at_random_refine_to_nothing(choices: Choices) -> None:
    assert refine(choices, [np.arange(0, 15), np.arange(100, 130)]) == []


def test_a_log_without_likes_has_no_choices(tmp_path: Path) -> None:
    assert choices_of(tmp_path, []).accounts == 0
