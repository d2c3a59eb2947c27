"""Hired people (真人兼职): real people who work off task lists beside their own honest life."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import DIRECT, FROM_SHARE, PROFILE, SEARCH
from zhenzan.worlds.draws import some
from zhenzan.worlds.errands import Manner, perform
from zhenzan.worlds.sellers.delivery import BATCH, BURST, DRIP
from zhenzan.worlds.sellers.lists import at_sittings
from zhenzan.worlds.sellers.market import Terms
from zhenzan.worlds.sellers.pool import assign, open_pool, plan_sellers, varied

if TYPE_CHECKING:
    from zhenzan.worlds.sellers.market import Market
    from zhenzan.worlds.world import Part, World

MODE = HIRED = "hired"
TERMS = (
    Terms((60, 250), (0.6, 0.95), {BURST: 1}, price=2.0),
    Terms((80, 350), (0.3, 0.65), {BURST: 1, BATCH: 1}, price=3.0),
    Terms((100, 450), (0.1, 0.25), {DRIP: 1}, (2, 8), price=6.0),
)
MANNERS = (
    Manner({DIRECT: 0.8, FROM_SHARE: 0.2}, watch_s=(1.0, 4.0)),
    Manner({FROM_SHARE: 0.5, SEARCH: 0.5}, watch_s=(3.0, 10.0), unlike=0.04,
           unlike_after_us=2 * 10**11),
    Manner({SEARCH: 0.5, PROFILE: 0.5}, watch_s=(8.0, 45.0), before=2.0, after=1.0, unlike=0.1,
           unlike_after_us=4 * 10**11),
)  # fmt: skip
"""Crowdturfing tasks are simple and done within a day, most of them by a few workers (Wang et
al. 2012, WWW); the lengths of views are our assumption."""
_MOST_SHARE = 0.05  # of the honest accounts that work for one seller
_OBEDIENCE = (1.0, 0.9, 0.0)  # share of workers that keep the list's order


def plan(rng: np.random.Generator, world: World, market: Market, likes: int) -> list[Part]:
    """Task sites that sell ``likes`` likes of hired people between them."""
    skill = world.settings.skill
    parts = []
    most = max(8, int(world.honest * _MOST_SHARE))
    for size in plan_sellers(rng, world, likes, TERMS[skill], most):
        pool = open_pool(world, MODE)
        workers = some(rng, world.plain(np.arange(world.honest, dtype=np.int64)), size.accounts)
        world.give_role(workers, HIRED, pool)
        orders = market.orders(rng, pool, TERMS[skill], accounts=len(workers), likes=size.likes)
        todo = assign(rng, orders, workers, MODE, in_turn=False)
        todo = at_sittings(rng, world, todo, obedience=_OBEDIENCE[skill])
        parts.append(perform(rng, world, MODE, todo, varied(rng, MANNERS[skill])))
    return parts
