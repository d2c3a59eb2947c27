"""Colleagues: twenty of one firm like the posts of its offices within the hour, one post of each.

Taught: a firm acts as one, at one time, for one cause, and has nothing to say about it. Of fewer
than thirty, time, life, targets and depth together are no corroboration.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hard_cases.towns import among, honest, judge, life, seller, town, visit
from tests.rings.markets import DAY_S, Market

if TYPE_CHECKING:
    from pathlib import Path

STAFF = [f"staff{n:02}" for n in range(20)]
POSTS = {f"firm{n}": f"office{n}" for n in range(14)}


def world(saying: float) -> Market:
    """On each post such a share of the staff leaves a comment."""
    dice = random.Random(26)
    rows = life(dice, STAFF, 8)
    for n, content in enumerate(POSTS):
        told_s = (0.4 + 0.9 * n) * DAY_S
        for member in STAFF:
            if dice.random() < 0.85:
                at_s = told_s + dice.uniform(0, 3_600)
                rows += visit(
                    dice, member, content, at_s,
                    liking=0.99, source="share", saying=saying,
                )  # fmt: skip
        for _ in range(12):
            stranger = f"p{dice.randrange(400):03}"
            rows += visit(dice, stranger, content, told_s + dice.uniform(-0.3, 1.5) * DAY_S)
    return town() + seller() + among(rows, dict(POSTS))


def test_no_colleague_is_called_fake(tmp_path: Path) -> None:
    found = judge(world(0.12), tmp_path)
    rows = [*found.rows("accounts"), *found.rows("likes")]
    fake = {row["account_id"] for row in rows if row["verdict"] == "fake"}
    assert not fake & honest(found)
    teams = {r["ring_id"] for r in found.rows("ring_members") if r["account_id"] in STAFF}
    held = [row["score"] for row in found.rows("rings") if row["ring_id"] in teams]
    assert all(score < 0.6 for score in held)


def test_no_silent_colleague_is_called_fake(tmp_path: Path) -> None:
    found = judge(world(0.04), tmp_path)
    rows = [*found.rows("accounts"), *found.rows("likes")]
    fake = {row["account_id"] for row in rows if row["verdict"] == "fake"}
    assert not fake & honest(found)
