"""A giveaway: fifty players like twenty posts of twenty sponsors, nine in ten that they look at.

Taught: players convert like errands. Their targets are named by one event: it is on one day, the
posts are shown to others too, and the keenest honest group sets the bound of what conversion may
say.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hard_cases.towns import accused, among, honest, judge, life, seller, town, visit
from tests.rings.markets import DAY_S, Market

if TYPE_CHECKING:
    from pathlib import Path

PLAYERS = [f"player{n:02}" for n in range(50)]
PRIZES = {f"prize{n}": f"sponsor{n}" for n in range(20)}


def world() -> Market:
    dice = random.Random(25)
    rows = life(dice, PLAYERS, 25)
    for content in PRIZES:
        for player in PLAYERS:
            if dice.random() < 0.85:
                at_s = 6 * DAY_S + dice.uniform(0, 0.6) * DAY_S
                rows += visit(dice, player, content, at_s, liking=0.9, source="share", saying=0.5)
        for person in dice.sample(range(400), 15):
            at_s = 6 * DAY_S + dice.expovariate(1 / DAY_S)
            rows += visit(dice, f"p{person:03}", content, at_s)
    return town() + seller() + among(rows, dict(PRIZES))


def test_no_player_is_accused(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    assert not accused(found, honest(found))
