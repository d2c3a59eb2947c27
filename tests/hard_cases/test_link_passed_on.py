"""A link that is passed on: twelve people come for a post which a seller boosted as well.

Taught: who came looking for what was ordered was sent, in part. But links are passed on where
nothing was ordered too; how often, and to how many, is learned from those, and no single like is
called fake.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hard_cases.towns import accused, among, honest, judge, seller, town, visit
from tests.rings.markets import DAY_S, post, published_s

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rings.markets import Market


def world() -> Market:
    market = town() + seller()
    dice = random.Random(24)
    passed_on = [*sorted(market.orders)[:2], *(post(9 * n + 1, 0) for n in range(8))]
    rows = []
    for content in passed_on:
        author, number = int(content[1:-2]), int(content[-1])
        at_s = published_s(author, number) + dice.uniform(0.2, 2) * DAY_S
        for person in dice.sample(range(400), 12):
            rows += visit(
                dice, f"p{person:03}", content, at_s + dice.expovariate(1 / 7_200),
                liking=0.8, source="search",
            )  # fmt: skip
    return market + among(rows)


def test_who_followed_a_link_is_not_called_fake(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    rows = [*found.rows("accounts"), *found.rows("likes")]
    fake = {row["account_id"] for row in rows if row["verdict"] == "fake"}
    assert fake <= found.market.pool
    seekers = [r for r in found.rows("likes") if r["account_id"] not in found.market.pool]
    assert max(row["score"] for row in seekers) <= 0.9501
    accounts = {r["account_id"] for r in found.rows("accounts") if r["verdict"] == "suspect"}
    assert not accounts & honest(found)
    assert accused(found, found.market.pool) == found.market.pool
