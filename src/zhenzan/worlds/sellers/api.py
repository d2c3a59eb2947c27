"""API calls: a script that likes without an app; no view, no device.

Collusion networks send likes by leaked access tokens, through few addresses until they are limited
(Farooqi et al. 2017, IMC); the numbers are our assumption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import DIRECT, NONE, RECOMMEND, SEARCH, full
from zhenzan.worlds.draws import whole_between
from zhenzan.worlds.errands import Manner
from zhenzan.worlds.sellers.delivery import BATCH, BURST, DRIP, SCHEDULED
from zhenzan.worlds.sellers.market import Terms
from zhenzan.worlds.sellers.pool import Plan, Trade, own, registered

if TYPE_CHECKING:
    from zhenzan.worlds.people import People
    from zhenzan.worlds.world import World

MODE = "api"
TERMS = (
    Terms((80, 400), (0.7, 0.98), {BURST: 3, SCHEDULED: 1}, price=0.5),
    Terms((100, 500), (0.4, 0.8), {BURST: 2, BATCH: 2, SCHEDULED: 1}, price=0.6),
    Terms((150, 600), (0.15, 0.4), {BATCH: 1, DRIP: 3}, life=(0.0, 0.4), price=0.9),
)
MANNERS = (
    Manner({DIRECT: 1.0}, viewed=0.0, device=False, session=False),
    Manner({DIRECT: 0.6, RECOMMEND: 0.4}, viewed=0.05, watch_s=(1, 4), device=False, session=False),
    Manner({RECOMMEND: 0.8, SEARCH: 0.2}, viewed=0.7, watch_s=(5.0, 30.0)),
)


def _scripted(rng: np.random.Generator, world: World, size: Plan) -> People:
    skill, n = world.settings.skill, size.accounts
    created = registered(rng, world, n, (1, 4, 20)[skill], (0.1, 3, 40)[skill])
    people = own(world, world.recruit(rng, n), MODE, size, created)
    if skill < 2:
        people.devices = np.full((n, 3), NONE, dtype=np.int64)
    addresses = (whole_between(rng, (1, 4)), max(6, n // 6), max(20, n))[skill]
    pool = world.networks.pools.add_hosting(addresses, (4, 16, 2)[skill])
    people.mobile, people.mobile_share = full(n, pool), np.ones(n)
    people.work = full(n, NONE)
    people.sleepless = np.full(n, (1.0, 0.8, 0.2)[skill])
    people.lost = np.zeros(n)
    return people


TRADE = Trade(MODE, TERMS, MANNERS, _scripted)
