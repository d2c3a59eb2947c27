"""Hijacked accounts: an attacker likes from honest people's accounts, beside their own life.

Attackers work through large numbers of taken-over accounts whose owners stay active (Thomas et al.
2014, CCS); where they come from and how long they look is our assumption.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.addresses import home_address
from zhenzan.worlds.columns import DIRECT, PROFILE, SEARCH
from zhenzan.worlds.draws import between, some
from zhenzan.worlds.errands import Manner, perform
from zhenzan.worlds.sellers.delivery import BATCH, BURST, DRIP, SCHEDULED
from zhenzan.worlds.sellers.market import Terms
from zhenzan.worlds.sellers.pool import assign, open_pool, plan_sellers, varied

if TYPE_CHECKING:
    from zhenzan.worlds.errands import Errands
    from zhenzan.worlds.sellers.market import Market
    from zhenzan.worlds.world import Part, World

MODE = HIJACKED = "hijacked"
TERMS = (
    Terms((80, 300), (0.5, 0.9), {BURST: 2, SCHEDULED: 1}, price=1.0),
    Terms((100, 400), (0.25, 0.5), {BATCH: 2, BURST: 1}, price=1.5),
    Terms((120, 500), (0.08, 0.2), {DRIP: 1}, (4, 20), price=3.0),
)
MANNERS = (
    Manner({DIRECT: 1.0}, watch_s=(0.8, 3.0), viewed=0.6),
    Manner({DIRECT: 0.5, SEARCH: 0.5}, watch_s=(2.0, 12.0), unlike=0.05, unlike_after_us=10**10),
    Manner({SEARCH: 0.5, PROFILE: 0.5}, watch_share=(0.3, 1.0), before=2, after=1),
)
_MOST_SHARE = 0.04  # of the honest accounts that one attacker may hold
_ATTACKER_DEVICES = 1 << 40


def plan(rng: np.random.Generator, world: World, market: Market, likes: int) -> list[Part]:
    """Attackers that sell ``likes`` likes of hijacked accounts between them."""
    skill = world.settings.skill
    parts = []
    most = max(8, int(world.honest * _MOST_SHARE))
    for size in plan_sellers(rng, world, likes, TERMS[skill], most):
        pool = open_pool(world, MODE)
        free = world.plain(np.arange(world.honest, dtype=np.int64))
        victims = some(rng, free, size.accounts)
        world.give_role(victims, HIJACKED, pool)
        orders = market.orders(rng, pool, TERMS[skill], accounts=len(victims), likes=size.likes)
        todo = assign(rng, orders, victims, MODE, in_turn=skill == 0)
        todo = _from_elsewhere(rng, world, todo, pool)
        parts.append(perform(rng, world, MODE, todo, varied(rng, MANNERS[skill])))
    return parts


def _from_elsewhere(rng: np.random.Generator, world: World, todo: Errands, pool: int) -> Errands:
    """The attacker's devices and addresses: rented servers, or a proxy near each victim."""
    skill = world.settings.skill
    _, victim = np.unique(todo.account, return_inverse=True)
    device = _ATTACKER_DEVICES + (pool << 24) + victim // (30, 5, 1)[skill]
    pools = world.networks.pools
    if skill == 0:
        addresses = pools.addresses(pools.add_hosting(3, 3))
    elif skill == 1:
        addresses = pools.addresses(pools.add_hosting(max(6, len(todo) // 60), 8))
    else:
        proxy = np.arange(max(20, len(todo) // 3), dtype=np.int64) + (pool << 24)
        addresses = home_address(proxy, proxy * 0, world.networks.providers)
    stay = (victim + int(between(rng, (0, 100)))) % len(addresses)
    ip = np.where(rng.random(len(todo)) < 0.7, addresses[stay],
                  addresses[rng.integers(0, len(addresses), len(todo))])  # fmt: skip
    return replace(todo, device=device.astype(np.int64), ip=ip)
