"""The odds of recruits are those that a plain count of people gives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.rings.choosing import POSTS, choices_of, crowd, group_of

from zhenzan.rings.groups import exposure
from zhenzan.rings.recruits import BINS_PER_DOUBLING, MOST_HITS, SUREST_SHARE, Recruits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhenzan.rings.choices import Choices
    from zhenzan.rings.groups import Floats, Group, Ints

FAR = np.array([True, False])
"""Two cells: no member is near, or some are."""
WORLD = crowd(people=400, contents=900, pool=30, orders=10, share=0.5, seed=3)
MEMBERS = WORLD.pool[:20]


@pytest.fixture
def world(tmp_path: Path) -> tuple[Choices, Group, Ints, Floats]:
    chosen = choices_of(tmp_path, WORLD.likes)
    cell = np.zeros(chosen.accounts, np.int64)
    cell[list(WORLD.pool)] = 1
    cell[:60:2] = 1
    outside = np.ones(chosen.accounts)
    outside[list(MEMBERS)] = 0.0
    return chosen, group_of(chosen, MEMBERS, WORLD.orders), cell, outside


def plain(
    chosen: Choices, ring: Group, cell: Ints, outside: Floats, prior: float
) -> Callable[[int], float]:
    """One account's odds, counted account by account."""
    likes = {a: set(chosen.contents[a].indices.tolist()) for a in range(chosen.accounts)}
    customers = {c // POSTS for c in WORLD.orders}
    share = exposure(chosen, ring.members, ring.targets)[2]
    hits = {a: min(len(liked & set(WORLD.orders)), MOST_HITS) for a, liked in likes.items()}
    control = {
        a: len({c // POSTS for c in liked - set(WORLD.orders)} & customers)
        for a, liked in likes.items()
    }
    alike: dict[int, list[int]] = {}
    for liked in likes.values():
        size = max(len(liked), 1)
        alike.setdefault(math.floor(math.log2(size) * BINS_PER_DOUBLING), []).append(size)

    def usual(account: int) -> float:
        sizes = alike[math.floor(math.log2(max(len(likes[account]), 1)) * BINS_PER_DOUBLING)]
        return sum(sizes) / len(sizes)

    total = sum(outside[a] * control[a] for a in likes)
    scale = sum(outside[a] * usual(a) for a in likes) / max(total, 1.0)

    def taste(where: int) -> float:
        there = [a for a in likes if cell[a] == where]
        liked = sum(outside[a] * control[a] for a in there) * scale
        expected_likes = sum(outside[a] * usual(a) for a in there)
        return max(1.0, float((liked + 1.0) / (expected_likes + 1.0)))

    def chance(account: int, count: int) -> float:
        mean = taste(cell[account]) * usual(account) * share
        more = mean / (1.0 + mean)
        return more**count * (1.0 if count == MOST_HITS else 1.0 - more)

    def expected(where: int, count: int) -> float:
        return float(sum(outside[a] * chance(a, count) for a in likes if cell[a] == where))

    def met(where: int, count: int) -> int:
        return sum(cell[a] == where and hits[a] == count for a in likes)

    def odds(account: int) -> float:
        count = hits[account]
        beyond = max(1.0, (met(0, count) + 1.0) / (expected(0, count) + 1.0))
        honest = expected(1, count) * beyond
        known = (met(1, count) - honest) / (met(1, count) + 1.0)
        sent = max(min(max(known, 0.0), SUREST_SHARE), prior)
        of_cell = max(met(1, count) - honest, 0.0) + sent
        of_cell /= min(honest, met(1, count)) + 1.0 - sent
        people = sum(outside[a] for a in likes if cell[a] == 1)
        return math.log2(of_cell * expected(1, count) / people / chance(account, count))

    return odds


@pytest.mark.parametrize("company", [0.0, 6.0])
def test_beside_a_plain_count(world: tuple[Choices, Group, Ints, Floats], company: float) -> None:
    chosen, ring, cell, outside = world
    found = Recruits(chosen, {5: ring}, FAR).odds(
        {5: ring}, {5: cell}, {5: np.full(2, company)}, outside
    )[5]
    share = len(ring.members) / chosen.accounts * 2.0**company
    odds = plain(chosen, ring, cell, outside, share / (1.0 + share))
    hit = set(exposure(chosen, ring.members, ring.targets)[0].tolist())
    near = [a for a in np.flatnonzero(cell == 1).tolist() if a in hit]
    assert len(near) > 25
    assert found[near] == pytest.approx([odds(account) for account in near])
    others = np.setdiff1d(np.arange(chosen.accounts), near)
    assert np.isneginf(found[others]).all()


def test_the_pools_rest_is_told_from_people(world: tuple[Choices, Group, Ints, Floats]) -> None:
    chosen, ring, cell, outside = world
    company = {5: np.array([-5.0, 5.0])}
    found = Recruits(chosen, {5: ring}, FAR).odds({5: ring}, {5: cell}, company, outside)[5]
    assert (found[list(WORLD.pool[20:])] > found[:60].max()).all()
