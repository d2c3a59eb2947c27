"""Fragments of a seller's pool join the ring whose orders they fill; nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.rings.choosing import POSTS, choices_of, crowd, group_of

from zhenzan.rings.fragments import FEWEST_CUSTOMERS, joined, same_orders, whole
from zhenzan.rings.groups import Group

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from zhenzan.rings.choices import Choices

WORLD = crowd(pool=24, orders=12, share=0.9)
RING, FRAGMENT = WORLD.pool[:20], WORLD.pool[20:]
ORDERS = WORLD.orders


def market(folder: Path, fragment: Iterable[int], fans: Iterable[int] = ()) -> Choices:
    """The ring fills all orders, four more accounts those of ``fragment``; fans like ``fans``."""
    likes = {
        (account, content)
        for account, content in WORLD.likes
        if account not in FRAGMENT or content not in ORDERS
    }
    likes |= {(account, order) for account in FRAGMENT for order in fragment}
    # Everybody likes the customers' other posts more than those that they order.
    posts = {order + k for order in ORDERS for k in range(1, POSTS)}
    likes |= {(int(who), post) for n, post in enumerate(sorted(posts)) for who in range(n, n + 9)}
    return choices_of(folder, likes | {(who, post) for who in range(4) for post in fans})


def parts(everything: Choices, groups: list[Group], *bought: bool) -> list[list[int]]:
    return whole(everything, groups, np.array(bought, bool))


def test_accounts_that_fill_a_few_of_the_orders_are_of_the_ring(tmp_path: Path) -> None:
    everything = market(tmp_path, ORDERS[:4])
    groups = [group_of(everything, FRAGMENT, ORDERS[:4]), group_of(everything, RING, ORDERS)]
    assert parts(everything, groups, False, True) == [[1, 0]]


def test_a_group_that_may_mean_it_takes_nobody_in(tmp_path: Path) -> None:
    everything = market(tmp_path, ORDERS[:4])
    groups = [group_of(everything, FRAGMENT, ORDERS[:4]), group_of(everything, RING, ORDERS)]
    assert parts(everything, groups, True, False) == [[0], [1]]


def test_the_staff_of_two_customers_are_not_the_seller(tmp_path: Path) -> None:
    few = ORDERS[: FEWEST_CUSTOMERS - 1]
    everything = market(tmp_path, few)
    groups = [group_of(everything, FRAGMENT, few), group_of(everything, RING, ORDERS)]
    assert parts(everything, groups, True, True) == [[0], [1]]


def test_an_audience_of_the_customers_likes_their_other_posts_too(tmp_path: Path) -> None:
    liked = [order + k for order in ORDERS[:4] for k in range(POSTS)]
    everything = market(tmp_path, ORDERS[:4], fans=liked)
    fans = group_of(everything, range(4), liked)
    assert parts(everything, [fans, group_of(everything, RING, ORDERS)], True, True) == [[0], [1]]


def test_where_customers_order_for_each_post_an_audience_looks_the_same(tmp_path: Path) -> None:
    """So nobody can be told to pick the orders."""
    posts = [order + k for order in ORDERS[:4] for k in range(POSTS)]
    everything = market(tmp_path, posts, fans=posts)
    ring = Group(np.array(RING), np.array(posts), np.full(len(RING), 20.0))
    assert not same_orders(everything, group_of(everything, range(4), posts), ring)


@pytest.mark.parametrize("shared", [4, 7])
def test_two_sellers_have_some_customers_in_common(tmp_path: Path, shared: int) -> None:
    everything = market(tmp_path, ORDERS[:shared])
    others = [POSTS * n for n in range(shared)]
    fragment = group_of(everything, FRAGMENT, [*ORDERS[:shared], *others])
    assert parts(everything, [fragment, group_of(everything, RING, ORDERS)], True, True) == [
        [0],
        [1],
    ]


def test_no_groups_are_no_rings(tmp_path: Path) -> None:
    assert parts(market(tmp_path, ()), []) == []


def test_who_is_in_two_parts_is_as_sure_as_in_the_surer() -> None:
    ring = joined(
        [
            Group(np.array([3, 5]), np.array([10, 30]), np.array([9.0, 8.0])),
            Group(np.array([1, 5]), np.array([20, 30]), np.array([7.0, 12.0])),
        ]
    )
    assert ring.members.tolist() == [1, 3, 5]
    assert ring.belonging.tolist() == [7.0, 9.0, 12.0]
    assert ring.targets.tolist() == [10, 20, 30]
