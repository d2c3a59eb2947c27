"""A naive world: nobody passes over a post, nobody comments; fans like all that their author posts.

Taught: what a witness asks must be held against the log's own people. Where every look ends in a
like and nobody says anything, neither conversion nor silence tells anybody from anybody.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hard_cases.towns import accused, among, honest, judge, seller, visit
from tests.rings.markets import AUTHORS, DAY_S, POSTS, Market, post, published_s

if TYPE_CHECKING:
    from pathlib import Path

FANS = [f"fan{n:02}" for n in range(40)]
STARS = {f"song{a}-{n}": f"star{a}" for a in range(10) for n in range(3)}


def world() -> Market:
    dice = random.Random(17)
    rows = []
    for person in [*(f"p{n:03}" for n in range(400)), *FANS]:
        seen = {(int(AUTHORS * dice.random() ** 1.5), dice.randrange(POSTS)) for _ in range(15)}
        for author, number in sorted(seen):
            at_s = published_s(author, number) + dice.expovariate(1 / DAY_S)
            rows += visit(dice, person, post(author, number), at_s, liking=1.0, saying=0.0)
    for number, content in enumerate(STARS):
        out_s = (0.3 + 0.42 * number) * DAY_S
        fans = [fan for fan in FANS if dice.random() < 0.7]
        for person in fans + [f"p{dice.randrange(400):03}" for _ in range(3)]:
            at_s = out_s + dice.expovariate(1 / (0.3 * DAY_S))
            rows += visit(dice, person, content, at_s, liking=1.0, source="follow", saying=0.0)
    authors = {post(a, n): f"author{a:02}" for a in range(AUTHORS) for n in range(POSTS)}
    return among(rows, authors | STARS) + seller()


def test_nobody_honest_is_accused(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    assert not accused(found, honest(found))
