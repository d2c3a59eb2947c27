"""Paid panel: nurtured accounts (养号) behind rotating proxies, with a simulated click path.

Markets sell from accounts that look lived-in (Stringhini et al. 2013, IMC); proxies in homes are
sold as a service (Mi et al. 2019, S&P). The numbers are our assumption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.addresses import home_address
from zhenzan.worlds.columns import DIRECT, NONE, PROFILE, RECOMMEND, SEARCH, full
from zhenzan.worlds.draws import between, whole_between
from zhenzan.worlds.errands import Manner
from zhenzan.worlds.sellers.delivery import BATCH, BURST, DRIP
from zhenzan.worlds.sellers.market import Terms
from zhenzan.worlds.sellers.pool import Plan, Trade, own, registered

if TYPE_CHECKING:
    from zhenzan.worlds.people import People
    from zhenzan.worlds.world import World

MODE = "panel"
TERMS = (
    Terms((150, 500), (0.5, 0.9), {BURST: 1, BATCH: 2}, life=(0.2, 0.6), price=1.5),
    Terms((200, 700), (0.25, 0.5), {DRIP: 3, BATCH: 1}, (4, 25), life=(0.6, 1.5), price=2.0),
    Terms((250, 900), (0.1, 0.22), {DRIP: 1}, (8, 100), life=(1.0, 2.5), price=4.0),
)
MANNERS = (
    Manner({DIRECT: 0.5, SEARCH: 0.5}, watch_s=(2.0, 8.0)),
    Manner({SEARCH: 0.6, PROFILE: 0.4}, watch_s=(5.0, 25.0), before=1.5, after=0.5),
    Manner({SEARCH: 0.3, PROFILE: 0.3, RECOMMEND: 0.4}, before=4, after=3),
)


def nurtured(rng: np.random.Generator, world: World, size: Plan) -> People:
    """Accounts with a device of their own each, a little life, and rotating proxies."""
    skill, n = world.settings.skill, size.accounts
    cohorts = max(1, n // (200, 40, 10)[skill])
    created = registered(rng, world, n, cohorts, (1, 5, 40)[skill])
    people = own(world, world.recruit(rng, n), MODE, size, created)
    people = proxied(rng, world, people, (0.2, 2.0, 5.0)[skill])
    people.devices[:, 1:] = people.devices[:, :1]
    people.sleepless = np.full(n, (0.6, 0.3, 0.05)[skill])
    people.haste = people.haste + (1.0, 0.5, 0.1)[skill]
    people.lost = np.minimum(people.lost, between(rng, (0.01, 0.05)))
    return people


def proxied(rng: np.random.Generator, world: World, people: People, addresses: float) -> People:
    """Put accounts behind rotating addresses, ``addresses`` for each account.

    Clumsy sellers rent servers; others rent proxies in homes, some of which honest people have.
    """
    n = len(people)
    count = max(4, int(n * addresses))
    if world.settings.skill == 0:
        pool = world.networks.pools.add_hosting(count, whole_between(rng, (4, 24)))
    else:
        proxies = np.arange(count, dtype=np.int64) + (len(world.people) << 8)
        homes = home_address(proxies, proxies * 0, world.networks.providers)
        pool = world.networks.pools.add(homes)
    people.mobile, people.mobile_share = full(n, pool), np.ones(n)
    people.work = full(n, NONE)
    return people


TRADE = Trade(MODE, TERMS, MANNERS, nurtured)
