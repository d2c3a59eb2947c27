"""A creator whose rival bought likes for a post: the pool delivers, and the creator did nothing.

Taught: receiving is no guilt. The post is boosted and its likes are discounted; the creator is a
beneficiary, keeps its verdict and its credit, unless something ties it to the sellers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hard_cases.towns import judge, seller, town

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rings.markets import Market


def world() -> Market:
    return town() + seller(skill=0)


def test_the_creator_keeps_verdict_and_credit(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    victims = {found.market.authors[order] for order in found.market.orders}
    boosted = {r["content_id"] for r in found.rows("contents") if r["verdict"] == "boosted"}
    assert boosted == found.market.orders
    rows = [row for row in found.rows("accounts") if row["account_id"] in victims]
    assert {row["role"] for row in rows} == {"beneficiary"}
    assert {row["verdict"] for row in rows} <= {"genuine", "unknown"}
    assert {row["credit"] for row in rows} == {100}
