"""A lecture hall behind one address: forty students like twenty posts there, on their own phones.

Taught: a shared address and shared hours are one fact, not two, and it is explained by a room
that people leave again: they go home to addresses of their own.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hard_cases.towns import accused, among, honest, judge, life, seller, town, visit
from tests.rings.markets import DAY_S, Market, post, published_s

if TYPE_CHECKING:
    from pathlib import Path

STUDENTS = [f"student{n:02}" for n in range(40)]
SHOWN = [(7 * n + 4, 2) for n in range(20)]


def world() -> Market:
    dice = random.Random(12)
    rows = life(dice, STUDENTS, 20)
    for author, number in SHOWN:
        lecture_s = published_s(author, number) + dice.uniform(0.2, 2.0) * DAY_S
        for student in STUDENTS:
            if dice.random() < 0.9:
                at = {"device_id": f"phone of {student}", "ip": "10.251.0.1"}
                at_s = lecture_s + dice.uniform(0, 900)
                what = post(author, number)
                rows += visit(dice, student, what, at_s, liking=0.9, source="share", at=at)
    return town() + seller() + among(rows)


def test_no_student_is_called_fake(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    fake = {row["account_id"] for row in found.rows("accounts") if row["verdict"] == "fake"}
    assert fake <= found.market.pool
    assert not accused(found, honest(found) - set(STUDENTS))
