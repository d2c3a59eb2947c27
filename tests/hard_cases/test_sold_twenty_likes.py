"""People who sold twenty likes each, and gave more because they wanted to.

Taught: evidence flows from a ring to a like of its target and stops there. What such a person
likes besides is genuine, and the account is not fake: most of what it does is not sold.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hard_cases.towns import accused, among, honest, judge, life, seller, share_found, town
from tests.rings.scans import accounts_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rings.markets import Market


def world() -> Market:
    pool = seller(life=0)
    dice = random.Random(18)
    return town() + pool + among(life(dice, sorted(pool.pool), 90))


def test_what_was_not_sold_stays_genuine(tmp_path: Path) -> None:
    market = world()
    found = judge(market, tmp_path, accounts=accounts_of(market, lent=True))
    given = [row for row in found.rows("likes") if row["account_id"] in market.pool]
    own = [row for row in given if (row["account_id"], row["content_id"]) not in market.sold]
    assert len(own) > len(given) / 2
    assert sum(row["verdict"] == "genuine" for row in own) >= 0.98 * len(own)
    assert share_found(found) >= 0.95
    sellers = [row for row in found.rows("accounts") if row["account_id"] in market.pool]
    assert "fake" not in {row["verdict"] for row in sellers}
    assert not accused(found, honest(found))
