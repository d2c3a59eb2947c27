"""Hijacked accounts: thirty people's accounts fill orders at night, and by day the people use them.

Taught: owner and thief are one account. The errands are told by how they came about, sought and
hardly watched; the owner's likes, shown and watched, stay genuine, and the owner is not called
fake.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hard_cases.towns import accused, honest, judge, life, share_found, town, visit
from tests.rings.markets import DAY_S, Market, post, published_s
from tests.rings.scans import accounts_of

if TYPE_CHECKING:
    from pathlib import Path

STOLEN = [f"h{n:02}" for n in range(30)]
ORDERS = [(8 * n + 2, 3) for n in range(18)]


def world() -> Market:
    dice = random.Random(23)
    rows = life(dice, STOLEN, 80)
    sold = set()
    for author, number in ORDERS:
        night_s = (published_s(author, number) // DAY_S + 1 + dice.randrange(2)) * DAY_S
        for account in dice.sample(STOLEN, 24):
            at_s = night_s + dice.uniform(0, 2 * 3_600)
            rows += visit(
                dice, account, post(author, number), at_s,
                liking=1.0, source="search", watching=(1, 12), saying=0.0,
            )  # fmt: skip
            sold.add((account, post(author, number)))
        for account in STOLEN:
            if (account, post(author, number)) not in sold and dice.random() < 0.3:
                at_s = night_s + dice.uniform(0.3, 0.9) * DAY_S
                rows += visit(dice, account, post(author, number), at_s, liking=0.9)
    orders = frozenset(post(*order) for order in ORDERS)
    return town() + Market(tuple(rows), {}, frozenset(STOLEN), orders=orders, sold=frozenset(sold))


def test_owners_keep_their_likes(tmp_path: Path) -> None:
    market = world()
    found = judge(market, tmp_path, accounts=accounts_of(market, lent=True))
    own = [
        row
        for row in found.rows("likes")
        if row["account_id"] in market.pool
        and (row["account_id"], row["content_id"]) not in market.sold
    ]
    other = [row for row in own if row["content_id"] not in market.orders]
    assert sum(row["verdict"] == "genuine" for row in other) >= 0.99 * len(other) > 300
    # Orders that an owner met in the feed, watched and liked: doubtful, and no more than that.
    assert len(own) - len(other) > 20
    assert "fake" not in {row["verdict"] for row in own}
    assert share_found(found) >= 0.9
    owners = [row for row in found.rows("accounts") if row["account_id"] in market.pool]
    assert "fake" not in {row["verdict"] for row in owners}
    assert not accused(found, honest(found))
