"""The organic tail of a bought spike: what was boosted reaches people, who like it because they do.

Taught: a target of a ring is no evidence against whoever else likes it. After an order people
meet the post in the feed; their likes stay genuine, and only what was ordered is discounted.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from tests.hard_cases.towns import accused, among, honest, judge, seller, share_found, town, visit
from tests.rings.markets import DAY_S

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rings.markets import Market


def world(orders: int, people: int) -> Market:
    """After so many of the orders, so many people meet the post, and half of them like it."""
    market = town() + seller()
    dice = random.Random(19)
    rows = []
    for order in sorted(market.orders)[:orders]:
        sold = [r for r in market.rows if r.content_id == order and r.account_id in market.pool]
        for person in dice.sample(range(400), people):
            at_s = max(row.at_s for row in sold) + dice.expovariate(1 / (0.3 * DAY_S))
            rows += visit(dice, f"p{person:03}", order, at_s, liking=0.5)
    return market + among(rows)


def test_the_tail_is_organic(tmp_path: Path) -> None:
    found = judge(world(6, 30), tmp_path)
    assert not accused(found, honest(found))
    assert share_found(found) >= 0.9
    tailed = sorted(found.market.orders)[:6]
    for row in found.rows("contents"):
        if row["content_id"] in tailed:
            assert row["verdict"] == "boosted"
            assert row["true_likes"] >= 8


@pytest.mark.xfail(
    reason="Every account of the pool hits 19 of 24 orders, and all pairs are found. But where the "
    "orders are the most popular posts of a small town, each account's hits may be a person's "
    "taste for what is popular (a gamma of shape 1): all stay below 64 to 1, and the group is gone."
)
def test_a_tail_on_every_order_does_not_hide_the_seller(tmp_path: Path) -> None:
    found = judge(world(24, 20), tmp_path)
    assert not accused(found, honest(found))
    assert share_found(found) >= 0.9
