"""A market in which two posts get likes from the same group: one author is of it, one is not."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
from tests.rings import markets
from tests.rings.scans import events_of

from zhenzan.detectors.examples import Row

if TYPE_CHECKING:
    from tests.rings.markets import Market

TRADER_POST = markets.post(20, 1)
"""Its author is ``s00``, one of those who sell likes."""
RIVAL_POST = markets.post(21, 1)
"""Its author has nothing to do with them: somebody else paid."""
AMOUNTS = (0, 14, 21, 28)
DEEDS = {"comment": 0.06, "share": 0.03, "favorite": 0.05, "follow": 0.02}


def market(bought: int) -> Market:
    """People, a pool of 30 accounts with 12 orders, and as many likes more on each of two posts."""
    dice = random.Random(9)
    drawn = markets.people(300, visits=60) + markets.pool()
    extra: list[Row] = []
    for post in (TRADER_POST, RIVAL_POST):
        extra += audience(dice, post)
    for row in drawn.rows:
        if row.event_type == "view" and not row.account_id.startswith("s"):
            extra += deeds(dice, row)
    sold = set(drawn.sold)
    for number, post in enumerate((TRADER_POST, RIVAL_POST)):
        at_s = markets.published_s(20 + number, 1) + (1 + number) * markets.DAY_S
        for seller in random.Random(number).sample(sorted(drawn.pool - {"s00"}), bought):
            phone = f"rack {int(seller[1:]) // 6}"
            at_s += dice.uniform(30, 300)
            extra.append(Row("like", seller, post, at_s, device_id=phone, ip="10.250.0.1"))
            sold.add((seller, post))
    authors = {**drawn.authors, TRADER_POST: "s00"}
    return replace(drawn, rows=drawn.rows + tuple(extra), authors=authors, sold=frozenset(sold))


def audience(dice: random.Random, post: str) -> list[Row]:
    """Sixty people who come of their own accord; one in four likes it."""
    rows: list[Row] = []
    for n, person in enumerate(dice.sample(range(300), 60)):
        at_s = dice.uniform(5, 12) * markets.DAY_S
        rows.append(Row("view", f"p{person:03}", post, at_s, dice.betavariate(4, 2)))
        rows += deeds(dice, rows[-1])
        if n % 4 == 0:
            rows.append(Row("like", f"p{person:03}", post, at_s + 30))
    return rows


def deeds(dice: random.Random, seen: Row) -> list[Row]:
    """What a viewer does besides."""
    return [
        replace(seen, event_type=deed, at_s=seen.at_s + 60, progress=None)
        for deed, share in DEEDS.items()
        if dice.random() < share
    ]


def tables(bought: int) -> tuple[pa.Table, pa.Table]:
    """Events and contents as a user would hand them in."""
    made = market(bought)
    contents = pa.table(
        {"content_id": list(made.authors), "author_id": list(made.authors.values())}
    )
    return events_of(made), contents
