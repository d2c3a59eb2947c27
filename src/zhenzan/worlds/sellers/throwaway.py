"""Throw-away accounts: each exists for one like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import DIRECT, RECOMMEND, SEARCH, full
from zhenzan.worlds.draws import between
from zhenzan.worlds.errands import Errands, Manner, errands, nothing, perform
from zhenzan.worlds.parameters import US_PER_DAY, US_PER_MINUTE
from zhenzan.worlds.sellers.delivery import BATCH, BURST, DRIP
from zhenzan.worlds.sellers.market import Terms
from zhenzan.worlds.sellers.panel import proxied
from zhenzan.worlds.sellers.pool import (
    Plan,
    open_pool,
    own,
    plan_sellers,
    varied,
)
from zhenzan.worlds.settings import ALL_MODES

if TYPE_CHECKING:
    from zhenzan.worlds.people import People
    from zhenzan.worlds.sellers.market import Market
    from zhenzan.worlds.world import Part, World

MODE = "throwaway"
TERMS = (
    Terms((150, 600), (0.3, 0.8), {BURST: 1}, price=0.6),
    Terms((150, 600), (0.2, 0.6), {BURST: 1, BATCH: 2}, price=0.8),
    Terms((150, 600), (0.1, 0.3), {DRIP: 2, BATCH: 1}, (2, 10), (0.0, 0.6), 2.0),
)
MANNERS = (
    Manner({DIRECT: 1.0}, watch_s=(0.8, 3.0), viewed=0.6),
    Manner({DIRECT: 0.6, RECOMMEND: 0.4}, watch_s=(2.0, 10.0)),
    Manner({SEARCH: 0.5, RECOMMEND: 0.5}, watch_share=(0.3, 1.0), before=3, after=2),
)
AGE_DAYS = (0.01, 1.0, 45.0)
"""Mean age of an account at its like, by skill. GitHub's throw-away stargazers registered, starred
and fell silent on one day (He et al. 2024, arXiv:2412.13459)."""


def plan(rng: np.random.Generator, world: World, market: Market, likes: int) -> list[Part]:
    """Makers of ``likes`` accounts between them, one for each like."""
    skill = world.settings.skill
    parts = []
    for size in plan_sellers(rng, world, likes, TERMS[skill]):
        pool = open_pool(world, MODE)
        # An order takes new accounts, as many as it asks likes: the pool is its working size.
        orders = market.orders(rng, pool, TERMS[skill], accounts=size.accounts, likes=size.likes)
        n = sum(len(order.times) for order in orders)
        if n == 0:
            continue
        batch = [
            errands(full(len(o.times)), full(len(o.times), o.content), o.times,
                    mode=ALL_MODES.index(MODE), campaign=full(len(o.times), o.campaign))
            for o in orders
        ]  # fmt: skip
        todo = Errands.concat([nothing(), *batch])
        single = Plan(n, n, size.life)
        recruits = _disposable(rng, world, single, todo)
        todo.account = world.enrol(rng, recruits, pool, (0.01, 0.08, 0.6)[skill])
        manner = varied(rng, MANNERS[skill])
        parts.append(perform(rng, world, MODE, todo, manner, residents=todo.account))
    return parts


def _disposable(rng: np.random.Generator, world: World, size: Plan, todo: Errands) -> People:
    skill, n = world.settings.skill, size.accounts
    age = rng.exponential(AGE_DAYS[skill] * US_PER_DAY, n).astype(np.int64) + US_PER_MINUTE
    people = own(world, world.recruit(rng, n), MODE, size, todo.ts - age)
    people.present_from = np.maximum(people.created, world.parameters.start_us)
    people.present_until = np.minimum(
        todo.ts + int(between(rng, (0.2, 3)) * US_PER_DAY), world.parameters.end_us
    )
    people = proxied(rng, world, people, (0.05, 0.3, 1.5)[skill])
    seat = np.arange(n) // (8, 3, 1)[skill]
    people.devices = np.repeat(people.devices[seat, 0][:, None], 3, axis=1)
    return people
