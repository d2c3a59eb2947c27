"""A niche community: forty people who follow ten small authors and like most they post.

Taught: co-action without time found every seller and 34–42% of such communities. That accounts
choose alike is no evidence; how unrelated the targets are, and whether others share the interest
a little, is.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hard_cases.towns import accused, honest, judge, seller, town
from tests.rings import markets

from zhenzan.detectors.examples import Row

if TYPE_CHECKING:
    from pathlib import Path


def world() -> markets.Market:
    dice = random.Random(15)
    niche = markets.niche()
    said = [
        Row("comment", row.account_id, row.content_id, row.at_s + 60)
        for row in niche.rows
        if row.event_type == "like" and dice.random() < 0.2
    ]
    return town() + seller() + niche + markets.Market(tuple(said), {})


def test_nobody_of_the_community_is_accused(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    assert not accused(found, honest(found))
    assert found.market.niche <= honest(found)
