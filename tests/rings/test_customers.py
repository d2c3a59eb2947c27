"""Rings proposed by their orders, and by who likes whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.rings.choosing import POSTS

from zhenzan.kernels.overlap import surprising_overlap
from zhenzan.rings import customers
from zhenzan.rings.choices import Rows, choices
from zhenzan.rings.customers import FEWEST_ORDERS, pools, traders
from zhenzan.rings.groups import communities, refine
from zhenzan.rings.witnesses import CIRCLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

PEOPLE, CONTENTS, EACH = 1_500, 3_000, 8
POOL = range(PEOPLE, PEOPLE + 240)
ORDERS = range(1_000, 1_000 + 16 * POSTS, POSTS)
"""One post of each of sixteen authors."""


def rows_of(
    likes: Iterable[tuple[int, int]], posts: int = POSTS, first_author: int = 10_000
) -> Rows:
    """Likes (account, content); content c is by account ``first_author`` + c // ``posts``."""
    account, content = np.array(sorted(set(likes)), np.int64).T
    author = first_author + content // posts
    return Rows(account, content, author, np.zeros(len(account), bool))


def people(accounts: range = range(PEOPLE), seed: int = 1) -> set[tuple[int, int]]:
    """Everybody likes eight contents, more often popular ones."""
    dice = np.random.default_rng(seed)
    weights = 1.0 / (np.arange(CONTENTS) + 50.0)
    weights /= weights.sum()
    return {
        (account, int(content))
        for account in accounts
        for content in dice.choice(CONTENTS, EACH, replace=False, p=weights)
    }


def pool(orders: range = ORDERS, each: int = 5, seed: int = 2) -> set[tuple[int, int]]:
    """Each account serves five of sixteen orders, and likes as much besides as people do.

    Seventy-five on each order, twenty on two of them; two accounts share one or two.
    """
    dice = np.random.default_rng(seed)
    served = {(a, int(n)) for a in POOL for n in dice.choice(orders, each, replace=False)}
    return served | people(POOL, seed)


def proposed(rows: Rows) -> list[set[int]]:
    return [set(found.tolist()) for found in pools(rows, choices(rows))]


def test_a_large_pool_is_found_by_its_orders() -> None:
    rows = rows_of(people() | pool())
    found = proposed(rows)
    best = max(found, key=lambda accounts: len(accounts & set(POOL)))
    assert len(best & set(POOL)) >= 0.9 * len(POOL)
    assert len(best & set(POOL)) >= 0.8 * len(best)


def test_which_its_pairs_of_accounts_do_not_show() -> None:
    rows = rows_of(people() | pool())
    pairs = surprising_overlap(rows.account, rows.content)
    assert not len(pairs.left), "each pair for itself shares no more than chance"


def test_a_proposed_pool_is_refined_to_its_members_and_orders() -> None:
    rows = rows_of(people() | pool())
    chosen = choices(rows)
    groups = refine(chosen, pools(rows, chosen))
    best = max(groups, key=lambda group: len(np.intersect1d(group.members, POOL)))
    assert len(np.intersect1d(best.members, POOL)) >= 0.8 * len(POOL)
    assert np.isin(best.targets, ORDERS).mean() >= 0.9
    assert len(np.intersect1d(best.targets, ORDERS)) >= 0.9 * len(ORDERS)


def test_posts_of_one_author_are_no_pool() -> None:
    """An author's sixteen posts have an audience in common; that is what an audience is."""
    posts = range(1_008, 1_024)
    rows = rows_of(people() | pool(posts), posts=16)
    assert len(np.unique(rows.author[np.isin(rows.content, posts)])) == 1
    assert not any(accounts & set(POOL) for accounts in proposed(rows))


def test_only_posts_of_different_authors_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of authors with several ordered posts each, too."""
    rows = rows_of(people() | pool(range(1_000, 1_016)))
    chosen, joined = choices(rows), []

    def record(left: Ints, right: Ints, bits: Floats) -> list[Ints]:
        joined.append(chosen.author_of[left] != chosen.author_of[right])
        return communities(left, right, bits)

    monkeypatch.setattr(customers, "communities", record)
    assert pools(rows, chosen)
    assert len(joined[0]) > 20
    assert all(found.all() for found in joined)


def test_whoever_likes_a_single_order_is_no_seed() -> None:
    rows = rows_of(people() | pool())
    served = rows.where(np.isin(rows.content, ORDERS))
    once = np.flatnonzero(np.bincount(served.account, minlength=PEOPLE) < FEWEST_ORDERS)
    best = max(proposed(rows), key=lambda accounts: len(accounts & set(POOL)))
    assert not best & set(once[once < PEOPLE].tolist())


def test_where_nothing_is_ordered_nothing_is_proposed_that_stays() -> None:
    rows = rows_of(people())
    chosen = choices(rows)
    assert refine(chosen, pools(rows, chosen)) == []


def exchange(
    members: int, each: int = 8, *, returned: bool = False, seed: int = 3
) -> set[tuple[int, int]]:
    """Members like a post of some others each; nobody, or everybody, likes back."""
    dice = np.random.default_rng(seed)
    among: set[tuple[int, int]] = set()
    for giver in range(members):
        others = [m for m in range(members) if m != giver and (m, giver) not in among]
        chosen = dice.choice(others, min(each, len(others)), replace=False) if others else ()
        among |= {(giver, int(taker)) for taker in chosen}
    among |= {(taker, giver) for giver, taker in among} if returned else set()
    return {(giver, POSTS * taker) for giver, taker in among}


def trading(likes: set[tuple[int, int]]) -> list[list[int]]:
    """Communities that trade; member n writes contents 4n … 4n + 3."""
    rows = rows_of(likes, first_author=0)
    return [found.tolist() for found in traders(rows, choices(rows))]


def test_a_points_exchange_is_proposed_though_no_like_is_returned() -> None:
    likes = exchange(40)
    given = {(giver, post // POSTS) for giver, post in likes}
    assert not given & {(taker, giver) for giver, taker in given}
    audience = {(1_000 + n, POSTS * (n % 40)) for n in range(300)}
    assert trading(likes | audience) == [list(range(40))]


def test_returned_likes_count_as_well() -> None:
    assert trading(exchange(30, returned=True)) == [list(range(30))]


@pytest.mark.parametrize(("members", "found"), [(CIRCLE, 0), (CIRCLE + 1, 1)])
def test_a_circle_of_friends_is_not_proposed(members: int, found: int) -> None:
    everybody = exchange(members, each=members, returned=True)
    assert len(trading(everybody)) == found


def test_an_audience_that_writes_nothing_does_not_trade() -> None:
    assert trading({(1_000 + n, POSTS * k) for n in range(100) for k in range(30)}) == []


def test_who_likes_its_own_posts_trades_with_nobody() -> None:
    assert trading({(n, POSTS * n) for n in range(40)}) == []
