"""A class that its teacher sends: twenty-four pupils follow links to nine posts of three teachers.

Taught: they go there in order to like, and do little else, as hired accounts do; on a world by a
naive hand six of such a class were accused. A class is no seller: orders of fewer than five
authors are none, and conversion does not corroborate there.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hard_cases.towns import accused, among, honest, judge, life, seller, town, visit
from tests.rings.markets import DAY_S, Market

if TYPE_CHECKING:
    from pathlib import Path

PUPILS = [f"pupil{n:02}" for n in range(24)]
POSTS = {f"lesson{n}": f"teacher{n % 3}" for n in range(9)}


def world() -> Market:
    dice = random.Random(16)
    rows = life(dice, PUPILS, 6)
    for n, content in enumerate(POSTS):
        told_s = (1.0 + 1.3 * n) * DAY_S
        for pupil in PUPILS:
            if dice.random() < 0.9:
                at_s = told_s + dice.uniform(0, 3 * 3_600)
                rows += visit(dice, pupil, content, at_s, liking=1.0, source="direct", saying=0.0)
        for _ in range(5):
            stranger = f"p{dice.randrange(400):03}"
            rows += visit(dice, stranger, content, told_s + dice.uniform(0, DAY_S))
    return town() + seller() + among(rows, dict(POSTS))


def test_no_pupil_is_called_fake(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    fake = {row["account_id"] for row in found.rows("accounts") if row["verdict"] == "fake"}
    assert fake <= found.market.pool
    assert not accused(found, honest(found) - set(PUPILS))
