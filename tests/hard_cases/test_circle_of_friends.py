"""A circle of ten friends who like nearly all of each other's posts; one's phone loses views.

Taught: friends return likes as mutual groups do (人情点赞). They are few, and look at others too:
such a circle is courtesy, and nobody's to punish. Members have habits, not likes: counted by
likes, the one phone gave the circle eight bits.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.hard_cases.towns import accused, among, honest, judge, life, seller, town, visit
from tests.rings.markets import DAY_S, Market

if TYPE_CHECKING:
    from pathlib import Path

FRIENDS = [f"friend{n}" for n in range(10)]
POSTS = {f"{friend}-{n}": friend for friend in FRIENDS for n in range(3)}


def world() -> Market:
    dice = random.Random(13)
    rows = life(dice, FRIENDS, 40)
    for n, (content, author) in enumerate(POSTS.items()):
        out_s = (0.3 + 0.4 * n) * DAY_S
        for friend in FRIENDS:
            if friend != author and dice.random() < 0.9:
                at_s = out_s + dice.expovariate(1 / (0.4 * DAY_S))
                rows += visit(dice, friend, content, at_s, liking=0.9, source="follow", saying=0.3)
        for _ in range(4):
            stranger = f"p{dice.randrange(400):03}"
            rows += visit(dice, stranger, content, out_s + dice.uniform(0, DAY_S))
    lost = [row for row in rows if row.account_id != FRIENDS[0] or row.event_type != "view"]
    circle = replace(among(lost), authors=dict(POSTS))
    return town() + seller() + circle


def test_friends_are_courtesy_at_most(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    assert not accused(found, honest(found))
    for row in found.rows("accounts"):
        assert row["account_id"] not in FRIENDS or row["credit"] == 100
