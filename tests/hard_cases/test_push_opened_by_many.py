"""A push that many open: the platform sends twenty posts to eighty accounts, each at its own hour.

Taught: delays after publication convicted all of them (81 of 81, above 0.99), since a push has
its own moment for each post, as an order has. Time is told by the clock of the post's whole
audience, and what the platform delivered explains which posts and when.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hard_cases.towns import accused, among, honest, judge, life, seller, town, visit
from tests.rings.markets import DAY_S, Market, post, published_s

if TYPE_CHECKING:
    from pathlib import Path

PUSHED = [f"u{n:02}" for n in range(80)]
POSTS = [(7 * n + 3, 1) for n in range(20)]


def world() -> Market:
    dice = random.Random(11)
    rows = life(dice, PUSHED, 25)
    for author, number in POSTS:
        sent_s = published_s(author, number) + dice.uniform(0.3, 3.0) * DAY_S
        for account in PUSHED:
            if dice.random() < 0.9:
                at_s = sent_s + dice.expovariate(1 / 1_200)
                rows += visit(dice, account, post(author, number), at_s, liking=0.85, source="push")
    return town() + seller() + among(rows)


def test_who_opened_the_push_is_not_accused(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    assert not accused(found, honest(found))
    boosted = {r["content_id"] for r in found.rows("contents") if r["verdict"] == "boosted"}
    assert boosted <= found.market.orders
