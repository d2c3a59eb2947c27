"""Sellers by the contents that are sought far more than their peers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest

from zhenzan.rings.choices import Rows
from zhenzan.rings.orders import FEWEST_CUSTOMERS, orders

Ints = npt.NDArray[np.int64]

POSTS = 2
"""Posts of each author: content c is by author c // POSTS."""
PEOPLE, CONTENTS = 2_000, 400


@dataclass
class Log:
    """Likes: account, content, and whether the account sought the content."""

    likes: list[tuple[int, int, bool]]

    def rows(self) -> Rows:
        account, content, sought = (
            np.array(part) for part in zip(*sorted(self.likes), strict=True)
        )
        return Rows(account, content, content // POSTS, sought.astype(bool))

    def groups(self) -> list[tuple[set[int], set[int]]]:
        rows = self.rows()
        found = orders(rows, rows.where(rows.sought))
        return [(set(g.members.tolist()), set(g.targets.tolist())) for g in found]


def people(seed: int = 1) -> list[tuple[int, int, bool]]:
    """Everybody likes ten of four hundred posts, a tenth of them sought."""
    dice = np.random.default_rng(seed)
    return [
        (account, int(content), bool(dice.random() < 0.1))
        for account in range(PEOPLE)
        for content in dice.choice(CONTENTS, 10, replace=False)
    ]


def seller(first: int, accounts: int, customers: list[int], each: int, seed: int = 1) -> Log:
    """Every order takes ``each`` of the seller's accounts, drawn anew."""
    dice = np.random.default_rng(seed)
    drawn = [(dice.choice(accounts, each, replace=False), c * POSTS) for c in customers]
    return Log([(first + int(a), content, True) for chosen, content in drawn for a in chosen])


def purity(members: set[int], first: int, accounts: int) -> float:
    return sum(first <= m < first + accounts for m in members) / len(members)


def test_accounts_that_share_hardly_an_order_are_one_seller() -> None:
    """Three hundred accounts fill ten orders of sixty: two each, and two orders share twelve."""
    pool = seller(5_000, 300, list(range(0, 100, 10)), 60)
    [(members, targets)] = Log(people() + pool.likes).groups()
    assert targets == {c * POSTS for c in range(0, 100, 10)}
    assert purity(members, 5_000, 300) > 0.99
    filled = np.unique([a for a, _, _ in pool.likes], return_counts=True)
    twice = set(filled[0][filled[1] >= 2].tolist())
    assert len(members & twice) > 0.5 * len(twice)


def test_each_of_two_sellers_orders_is_found_and_nobody_else() -> None:
    one = seller(5_000, 200, list(range(0, 80, 10)), 50, seed=1)
    other = seller(6_000, 200, list(range(105, 185, 10)), 50, seed=2)
    found = Log(people() + one.likes + other.likes).groups()
    assert set().union(*(targets for _, targets in found)) == {
        content for _, content, _ in one.likes + other.likes
    }
    assert min(purity(members, 5_000, 2_000) for members, _ in found) > 0.99


def test_people_who_seek_now_and_then_are_no_seller() -> None:
    assert Log(people()).groups() == []


@pytest.mark.parametrize("customers", [FEWEST_CUSTOMERS - 1, FEWEST_CUSTOMERS])
def test_a_class_that_passes_on_its_teachers_posts_is_no_seller(customers: int) -> None:
    """Few authors, however many of their posts."""
    dice = np.random.default_rng(3)
    posts = [c * POSTS + n for c in range(customers) for n in range(POSTS)]
    links = [(7_000 + s, post, True) for s in range(60) for post in posts if dice.random() < 0.6]
    assert bool(Log(people() + links).groups()) == (customers >= FEWEST_CUSTOMERS)


def test_who_seeks_many_other_things_is_not_drawn_in() -> None:
    """Two of forty posts that somebody sought were orders: that happens."""
    pool = seller(5_000, 300, list(range(0, 100, 10)), 60)
    dice = np.random.default_rng(4)
    seekers = [
        (8_000 + s, int(c), True)
        for s in range(40)
        for c in {0, 20, *dice.choice(range(200, CONTENTS), 60, replace=False).tolist()}
    ]
    groups = Log(people() + pool.likes + seekers).groups()
    assert not {member for members, _ in groups for member in members if member >= 8_000}


def test_a_like_of_a_seller_once_is_too_little() -> None:
    once = [(5_000 + 10 * order + n, order * POSTS, True) for order in range(10) for n in range(9)]
    assert Log(people() + once).groups() == []


def test_without_ways_nothing_is_sought() -> None:
    rows = Log([(a, c, False) for a, c, _ in people()]).rows()
    assert orders(rows, rows.where(rows.sought)) == []
