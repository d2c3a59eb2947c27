"""Nurtured accounts behind rotating proxies, some of which fill a few orders only; and villagers.

Taught: accounts that fill too few orders to be seen by what they choose keep their ring's company:
they come back to no address, and meet its members at theirs. As long as they count among the
others, that seems usual. A village whose phones get a new address each day has no homes either,
and likes what was boosted; it meets nobody there.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.hard_cases.towns import CALLED, accused, among, honest, judge, life, seller, town, visit
from tests.rings.markets import DAY_S
from tests.rings.scans import accounts_of

from zhenzan.detectors.examples import EXAMPLE_START_S

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rings.markets import Market
    from tests.rings.scans import Scanned

PROXIES = 900
VILLAGERS = tuple(f"v{n:02}" for n in range(60))
SPARE = tuple(f"spare{n:02}" for n in range(10))


def world() -> Market:
    """A town, a village, and a pool that has ten accounts to spare."""
    dice = random.Random(5)
    pool = seller(orders=24, life=10)
    orders = sorted(pool.orders)
    rows = []
    for account in SPARE:
        rows += life(dice, [account], visits=16)
        for order in dice.sample(orders, 3):
            at_s = dice.uniform(5, 13) * DAY_S
            rows += visit(dice, account, order, at_s, liking=1.0, source="search", saying=0.0)
    members = pool + replace(among(rows), pool=frozenset(SPARE))
    proxies = [f"10.{240 + n // 250}.{n % 250}.9" for n in range(PROXIES)]
    rented: defaultdict[tuple[str, int], str] = defaultdict(lambda: dice.choice(proxies))
    rotating = [
        replace(row, ip=rented[row.account_id, int((EXAMPLE_START_S + row.at_s) // DAY_S)])
        for row in members.rows
        if row.ip
    ]
    village = life(dice, VILLAGERS)
    for account in VILLAGERS[:20]:
        for order in dice.sample(orders, 2):
            village += visit(dice, account, order, dice.uniform(5, 13) * DAY_S, liking=1.0)
    roaming = [
        replace(row, ip=f"10.{200 + int(row.at_s // DAY_S)}.{int(row.account_id[1:])}.7")
        for row in village
    ]
    spoken = tuple(row for row in members.rows if not row.ip)
    return town() + replace(members, rows=(*rotating, *spoken)) + among(roaming)


def of_spare(found: Scanned) -> float:
    """Of all that the spare accounts like, how much is called fake or suspect, 0–1."""
    called = [row["verdict"] in CALLED for row in found.rows("likes") if row["account_id"] in SPARE]
    return sum(called) / len(called)


def test_who_keeps_the_rings_company_is_found(tmp_path: Path) -> None:
    market = world()
    found = judge(market, tmp_path, accounts=accounts_of(market, lent=True))
    assert of_spare(found) > 0.8
    assert not accused(found, honest(found))
