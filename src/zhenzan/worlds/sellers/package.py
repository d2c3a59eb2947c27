"""Self-service packages: "1000 likes + 50 comments" from a pool that many storefronts resell.

Accounts are bought from several makers, each with its own registrations (Thomas et al. 2013, USENIX
Security); cohorts, devices and stocks of comments are our assumption.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import DIRECT, PROFILE, SEARCH, full
from zhenzan.worlds.draws import between, whole_between
from zhenzan.worlds.errands import Errands, Manner, perform
from zhenzan.worlds.sellers.delivery import BATCH, BURST, DRIP, SCHEDULED
from zhenzan.worlds.sellers.market import Terms
from zhenzan.worlds.sellers.panel import proxied
from zhenzan.worlds.sellers.pool import (
    STANDING,
    assign,
    open_pool,
    own,
    plan_sellers,
    registered,
    varied,
)

if TYPE_CHECKING:
    from zhenzan.worlds.people import People
    from zhenzan.worlds.sellers.market import Market
    from zhenzan.worlds.sellers.pool import Plan
    from zhenzan.worlds.world import Part, World

MODE = "package"
TERMS = (
    Terms((150, 500), (0.4, 0.8), {BURST: 2, BATCH: 1, SCHEDULED: 1}, price=1.2),
    Terms((200, 700), (0.25, 0.5), {BATCH: 2, BURST: 1, DRIP: 1}, (2, 8), (0.2, 0.8), 1.5),
    Terms((300, 900), (0.12, 0.25), {DRIP: 2, BATCH: 1}, (4, 30), (0.6, 1.6), 3.0),
)
MANNERS = (
    Manner({DIRECT: 1.0}, watch_s=(1.0, 5.0), viewed=0.7),
    Manner({DIRECT: 0.5, SEARCH: 0.5}, watch_s=(3.0, 15.0), before=0.5, unlike=0.03),
    Manner({SEARCH: 0.5, PROFILE: 0.5}, watch_share=(0.3, 1.0), before=3, after=2, unlike=0.05),
)
COMMENT_SHARE = (0.03, 0.08)
"""Comments a like; the packages on offer say 50 with 1000."""
STOCK = ((12, 25), (25, 50), (40, 80))
PARAPHRASES = (0, 2, 8)


def plan(rng: np.random.Generator, world: World, market: Market, likes: int) -> list[Part]:
    """Pools that deliver ``likes`` fake likes between them, some with a comment."""
    skill = world.settings.skill
    parts = []
    for size in plan_sellers(rng, world, likes, TERMS[skill]):
        pool = open_pool(world, MODE)
        accounts = world.enrol(rng, _mixed(rng, world, size), pool, STANDING[skill])
        orders = market.orders(rng, pool, TERMS[skill], accounts=size.accounts, likes=size.likes)
        todo = assign(rng, orders, accounts, MODE, in_turn=False)
        stock = world.texts.add_stock(rng, whole_between(rng, STOCK[skill]), PARAPHRASES[skill])
        todo = _with_comments(rng, todo, stock)
        parts.append(
            perform(rng, world, MODE, todo, varied(rng, MANNERS[skill]), residents=accounts)
        )
    return parts


def _with_comments(rng: np.random.Generator, todo: Errands, stock: np.ndarray) -> Errands:
    says = rng.random(len(todo)) < between(rng, COMMENT_SHARE)
    text = np.where(says, stock[rng.integers(0, len(stock), len(todo))], full(len(todo)))
    return replace(todo, text=text)


def _mixed(rng: np.random.Generator, world: World, size: Plan) -> People:
    """Accounts bought from several makers: a few cohorts, a device for one to four of them."""
    skill, n = world.settings.skill, size.accounts
    cohorts = whole_between(rng, ((2, 4), (4, 10), (12, 40))[skill])
    created = registered(rng, world, n, cohorts, (1, 4, 30)[skill])
    people = own(world, world.recruit(rng, n), MODE, size, created)
    people = proxied(rng, world, people, (0.1, 0.6, 3.0)[skill])
    seat = np.arange(n) // (4, 2, 1)[skill]
    people.devices = np.repeat(people.devices[seat, 0][:, None], 3, axis=1)
    people.sleepless = np.full(n, (0.6, 0.3, 0.08)[skill])
    return people
