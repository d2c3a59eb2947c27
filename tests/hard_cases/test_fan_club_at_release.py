"""A fan club at release hour: forty fans like every post of ten stars within minutes.

Taught: fans are denser and faster than bots, so density and timing alone convict them. They
follow one law of delay whatever the post, like every post of an author instead of single ones,
and comment.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hard_cases.towns import accused, among, honest, judge, life, seller, town, visit
from tests.rings.markets import DAY_S, Market

if TYPE_CHECKING:
    from pathlib import Path

FANS = [f"fan{n:02}" for n in range(40)]
POSTS = {f"song{a}-{n}": f"star{a}" for a in range(10) for n in range(3)}


def world() -> Market:
    dice = random.Random(14)
    rows = life(dice, FANS, 25)
    for number, content in enumerate(POSTS):
        out_s = (0.3 + 0.42 * number) * DAY_S
        for fan in FANS:
            if dice.random() < 0.8:
                at_s = out_s + dice.expovariate(1 / 300)
                rows += visit(dice, fan, content, at_s, liking=0.8, source="follow", saying=0.3)
        for _ in range(6):
            stranger = f"p{dice.randrange(400):03}"
            rows += visit(dice, stranger, content, out_s + dice.expovariate(1 / DAY_S))
    return town() + seller() + among(rows, dict(POSTS))


def test_no_fan_is_accused(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    assert not accused(found, honest(found))
