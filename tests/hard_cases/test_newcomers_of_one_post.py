"""Newcomers whom one post brought: sixty people come for it, look around a little, and leave.

Taught: throw-away accounts like once as well. These come at the audience's hours, and half of them
comment. Where nothing but their number speaks, a like is held at two to one, and nobody is called
fake.
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
    rows = life(dice, NEW, 1)
    for account in NEW:
        at_s = out_s + dice.expovariate(1 / markets.DAY_S)
        rows += visit(dice, account, POST, at_s, liking=0.9, source="share", saying=0.5)
    for person in dice.sample(range(400), 40):
        at_s = out_s + dice.expovariate(1 / markets.DAY_S)
        rows += visit(dice, f"p{person:03}", POST, at_s, liking=0.5)
    return town() + markets.visitors() + markets.once() + among(rows)


def test_no_newcomer_is_called_fake(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    rows = [*found.rows("accounts"), *found.rows("likes")]
    fake = {row["account_id"] for row in rows if row["verdict"] == "fake"}
    assert fake <= found.market.pool
    came = [r for r in found.rows("likes") if r["account_id"] in NEW and r["content_id"] == POST]
    assert max(row["score"] for row in came) <= 0.667
    assert not [
        row
        for row in found.rows("contents")
        if row["verdict"] == "boosted" and row["content_id"] not in found.market.orders
    ]
