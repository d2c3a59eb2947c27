"""Nurtured accounts: registered in one week, they like thirty posts as a cover beside their orders.

Taught: a cover is no life. Where registration shows that a ring's members are nobody, what they
like besides is cover too (养号); of people who lent their accounts it is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hard_cases.towns import CALLED, accused, honest, judge, seller, town
from tests.rings.scans import accounts_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rings.markets import Market
    from tests.rings.scans import Scanned


def world() -> Market:
    return town() + seller(orders=24, life=30)


def cover(found: Scanned) -> set[str]:
    """What is said of the likes that members were not paid for."""
    return {
        row["verdict"]
        for row in found.rows("likes")
        if row["account_id"] in found.market.pool
        and (row["account_id"], row["content_id"]) not in found.market.sold
    }


def test_the_cover_of_accounts_made_together_is_no_choice(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    assert cover(found) <= CALLED
    assert not accused(found, honest(found))


def test_the_life_of_lent_accounts_is_their_own(tmp_path: Path) -> None:
    market = world()
    found = judge(market, tmp_path, accounts=accounts_of(market, lent=True))
    assert cover(found) == {"genuine"}
