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


class Plain:
    """The odds of one account at a time, counted account by account."""

    def __init__(
        self, chosen: Choices, ring: Group, cell: Ints, outside: Floats, prior: float
    ) -> None:
        self.outside: list[float] = outside.tolist()
        self.cell: list[int] = cell.tolist()
        self.prior = prior
        self.likes = [set(chosen.contents[a].indices.tolist()) for a in range(chosen.accounts)]
        self.share = exposure(chosen, ring.members, ring.targets)[2]
        orders, customers = set(WORLD.orders), {order // POSTS for order in WORLD.orders}
        self.hits = [min(len(liked & orders), MOST_HITS) for liked in self.likes]
        of_others = [{c // POSTS for c in liked - orders} for liked in self.likes]
        self.control = [len(authors & customers) for authors in of_others]
        alike: dict[int, list[int]] = {}
        bins = []
        for liked in self.likes:
            size = max(len(liked), 1)
            bins.append(math.floor(math.log2(size) * BINS_PER_DOUBLING))
            alike.setdefault(bins[-1], []).append(size)
        self.usual = [sum(alike[number]) / len(alike[number]) for number in bins]
        self.tastes = [self.taste(where) for where in (0, 1)]

    def people(self, where: int, each: list[float] | None = None) -> float:
        """How many of a cell are outside, or what they come to."""
        return sum(
            self.outside[a] * (each[a] if each else 1.0)
            for a in range(len(self.likes))
            if self.cell[a] == where
        )

    def taste(self, where: int) -> float:
        control = [float(number) for number in self.control]
        scale = (self.people(0, self.usual) + self.people(1, self.usual)) / max(
            self.people(0, control) + self.people(1, control), 1.0
        )
        own = self.people(where, control) * scale
        return max(1.0, (own + 1.0) / (self.people(where, self.usual) + 1.0))

    def chance(self, account: int, count: int) -> float:
        mean = self.tastes[self.cell[account]] * self.usual[account] * self.share
        more = mean / (1.0 + mean)
        return math.pow(more, count) * (1.0 if count == MOST_HITS else 1.0 - more)

    def expected(self, where: int, count: int) -> float:
        return self.people(where, [self.chance(a, count) for a in range(len(self.likes))])

    def met(self, where: int, count: int, *, known: bool = True) -> int:
        pairs = zip(self.cell, self.hits, self.outside, strict=True)
        return sum((c, h) == (where, count) and (known or o > 0.0) for c, h, o in pairs)

    def honest(self, count: int) -> float:
        beyond = (self.met(0, count) + 1.0) / (self.expected(0, count) + 1.0)
        return self.expected(1, count) * max(1.0, beyond)

    def likelier(self, count: int) -> float:
        """How much likelier who was sent hits so many, of those who hit any."""
        honest = {k: self.honest(k) for k in range(1, MOST_HITS + 1)}
        sent = {k: max(self.met(1, k, known=False) - honest[k], 0.0) + 1.0 for k in honest}
        return sent[count] / sum(sent.values()) / (honest[count] / sum(honest.values()))

    def odds(self, account: int) -> float:
        count = self.hits[account]
        met, honest = self.met(1, count), self.honest(count)
        before = self.prior * self.likelier(count)
        known = min(max((met - honest) / (met + 1.0), 0.0), SUREST_SHARE)
        sent = max(known, before / (1.0 + before))
        of_cell = (max(met - honest, 0.0) + sent) / (min(honest, met) + 1.0 - sent)
        usual = self.expected(1, count) / self.people(1)
        return math.log2(of_cell * usual / self.chance(account, count))


@pytest.mark.parametrize("company", [0.0, 6.0])
def test_beside_a_plain_count(world: tuple[Choices, Group, Ints, Floats], company: float) -> None:
    chosen, ring, cell, outside = world
    found = Recruits(chosen, {5: ring}, FAR).odds(
        {5: ring}, lambda _: cell, {5: np.full(2, company)}, outside
    )[5]
    share = len(ring.members) / chosen.accounts * 2.0**company
    plain = Plain(chosen, ring, cell, outside, share)
    hit = set(exposure(chosen, ring.members, ring.targets)[0].tolist())
    near = [a for a in np.flatnonzero(cell == 1).tolist() if a in hit]
    assert len(near) > 25
    assert found[0].tolist() == near
    assert found[1] == pytest.approx([plain.odds(account) for account in near], rel=1e-5)


def test_the_pools_rest_is_told_from_people(world: tuple[Choices, Group, Ints, Floats]) -> None:
    chosen, ring, cell, outside = world
    company = {5: np.array([-5.0, 5.0])}
    odds = Recruits(chosen, {5: ring}, FAR).odds({5: ring}, lambda _: cell, company, outside)
    account, found = odds[5]
    pool = np.isin(account, WORLD.pool[20:])
    assert pool.sum() == 10
    assert (found[pool] > found[account < 60].max()).all()
