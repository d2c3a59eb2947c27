"""Families on one device each: five people share a tablet, an address, and a taste for some series.

Taught: sharing alone proves nothing. Households share in every log, so crowding on devices counts
beyond what the log's households do, and a handful of accounts is as small as a family.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hard_cases.towns import accused, among, honest, judge, life, seller, town, visit
from tests.rings.markets import DAY_S, Market, post, published_s

if TYPE_CHECKING:
    from pathlib import Path

FAMILIES = [[f"family{f}-{n}" for n in range(5)] for f in range(12)]


def world() -> Market:
    dice = random.Random(20)
    rows = []
    for number, family in enumerate(FAMILIES):
        at = {"device_id": f"tablet {number}", "ip": f"10.252.{number}.1"}
        rows += life(dice, family, 15)
        for series in dice.sample(range(150), 12):
            for episode in range(1, 3):
                evening_s = published_s(series, episode) + dice.uniform(0, 2) * DAY_S
                for member in family:
                    if dice.random() < 0.95:
                        at_s = evening_s + dice.uniform(0, 1_800)
                        rows += visit(dice, member, post(series, episode), at_s, liking=0.9, at=at)
    return town() + seller(skill=0) + among(rows)


def test_no_family_is_accused(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    assert not accused(found, honest(found))
