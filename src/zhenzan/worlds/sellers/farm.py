"""Emulator farm (群控): many accounts on few devices behind few addresses.

That one operator's accounts share addresses and act loosely in step is what costs force on them
(Cao et al. 2014, CCS); accounts a device are our assumption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import DIRECT, NONE, PROFILE, RECOMMEND, SEARCH, full
from zhenzan.worlds.draws import between, whole_between
from zhenzan.worlds.errands import Manner
from zhenzan.worlds.sellers.delivery import BATCH, BURST, DRIP, SCHEDULED
from zhenzan.worlds.sellers.market import Terms
from zhenzan.worlds.sellers.pool import Plan, Trade, own, registered

if TYPE_CHECKING:
    from zhenzan.worlds.people import People
    from zhenzan.worlds.world import World

MODE = "farm"
TERMS = (
    Terms((80, 300), (0.7, 0.98), {BURST: 3, SCHEDULED: 1}),
    Terms((100, 400), (0.4, 0.8), {BURST: 2, BATCH: 2, SCHEDULED: 1}, life=(0.1, 0.5)),
    Terms((120, 500), (0.15, 0.35), {BATCH: 1, DRIP: 2, BURST: 1}, life=(0.5, 1.5), price=1.5),
)
ACCOUNTS_PER_DEVICE = ((20, 40), (5, 12), (2, 4))
MANNERS = (
    Manner({DIRECT: 1.0}, watch_s=(0.8, 3.0)),
    Manner({DIRECT: 0.5, SEARCH: 0.5}, watch_s=(2.5, 9.0), after=0.2),
    Manner({SEARCH: 0.4, PROFILE: 0.3, RECOMMEND: 0.3}, watch_s=(6.0, 40.0), before=3, after=2),
)


def _machines(rng: np.random.Generator, world: World, size: Plan) -> People:
    skill, n = world.settings.skill, size.accounts
    created = registered(rng, world, n, (1, 3, 12)[skill], (0.2, 4, 30)[skill])
    people = own(world, world.recruit(rng, n), MODE, size, created)
    per_device = whole_between(rng, ACCOUNTS_PER_DEVICE[skill])
    device = people.devices[:: max(1, per_device), 0]
    seat = np.arange(n) // max(1, per_device)
    people.devices = np.repeat(device[seat][:, None], 3, axis=1)
    pools = world.networks.pools
    if skill == 0:
        pool = pools.add_hosting(whole_between(rng, (1, 3)), 3)
    elif skill == 1:
        pool = pools.add_hosting(max(3, n // 12), 8)
    else:
        pool = pools.add_hosting(max(6, n // 4), 2)
    people.mobile, people.mobile_share = full(n, pool), np.ones(n)
    people.work = full(n, NONE)
    people.sleepless = np.full(n, (0.9, 0.5, 0.1)[skill])
    people.like_bias = people.like_bias * 0.5
    people.haste = people.haste + (1.5, 0.8, 0.2)[skill]
    people.lost = np.full(n, between(rng, (0.0, 0.03)))
    return people


TRADE = Trade(MODE, TERMS, MANNERS, _machines)
