"""Newcomers whom one post brought: sixty people come for it, look around a little, and leave.

Taught: throw-away accounts like once as well. These come at the audience's hours, some of them
comment, and they look at other posts: that holds the number against its peers, and nobody is
called fake.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hard_cases.towns import among, judge, life, town, visit
from tests.rings import markets

if TYPE_CHECKING:
    from pathlib import Path

NEW = [f"new{n:02}" for n in range(60)]
POST = markets.post(33, 2)


def world() -> markets.Market:
    dice = random.Random(22)
    out_s = markets.published_s(33, 2)
    rows = life(dice, NEW, 2)
    for account in NEW:
        at_s = out_s + dice.expovariate(1 / markets.DAY_S)
        rows += visit(dice, account, POST, at_s, liking=0.9, source="share", saying=0.3)
    for person in dice.sample(range(400), 40):
        at_s = out_s + dice.expovariate(1 / markets.DAY_S)
        rows += visit(dice, f"p{person:03}", POST, at_s, liking=0.5)
    return town() + markets.visitors() + markets.once() + among(rows)


def test_no_newcomer_is_called_fake(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    rows = [*found.rows("accounts"), *found.rows("likes")]
    fake = {row["account_id"] for row in rows if row["verdict"] == "fake"}
    assert fake <= found.market.pool
    assert not [
        row
        for row in found.rows("contents")
        if row["verdict"] == "boosted" and row["content_id"] not in found.market.orders
    ]
