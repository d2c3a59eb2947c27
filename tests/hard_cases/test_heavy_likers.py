"""Heavy likers: fifteen people who look at everything popular and like nearly all of it.

Taught: whoever likes three hundred posts shares dozens with every other who does. Meetings and
overlap are held against how much each of the two does, not against what is usual in town. More
than one rule keeps them from being accused.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hard_cases.towns import accused, among, honest, judge, seller, town, visit
from tests.rings.markets import DAY_S, POSTS, Market, post, published_s

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = [f"heavy{n:02}" for n in range(15)]


def world() -> Market:
    dice = random.Random(21)
    rows = []
    for account in HEAVY:
        seen = {(int(150 * dice.random() ** 1.5), dice.randrange(POSTS)) for _ in range(450)}
        for author, number in sorted(seen):
            at_s = published_s(author, number) + dice.expovariate(1 / DAY_S)
            rows += visit(dice, account, post(author, number), at_s, liking=0.9)
    return town() + seller() + among(rows)


def test_who_likes_much_is_not_accused(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    assert not accused(found, honest(found))
