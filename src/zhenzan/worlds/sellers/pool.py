"""A seller's pool of accounts, and how many of them an amount of likes takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from zhenzan.worlds.columns import Ints, full
from zhenzan.worlds.draws import between, some
from zhenzan.worlds.errands import Errands, Manner, errands, nothing, perform
from zhenzan.worlds.parameters import US_PER_DAY, US_PER_HOUR
from zhenzan.worlds.settings import ALL_MODES

if TYPE_CHECKING:
    from zhenzan.worlds.people import People
    from zhenzan.worlds.sellers.market import Market, Order, Terms
    from zhenzan.worlds.world import Part, World

STANDING = (0.05, 0.35, 1.0)
"""Followed authors and followers of a seller's account, by those of a person, by skill; our
assumption, as are the numbers of orders."""
_ORDERS_A_SELLER = 18
_FEWEST_ORDERS = 9


@dataclass(frozen=True)
class Plan:
    """The size of one seller.

    Attributes:
        accounts: Accounts in the pool.
        likes: Likes to sell.
        life: Camouflage likes a sold like.
    """

    accounts: int
    likes: int
    life: float

    @property
    def likes_per_account(self) -> float:
        """Sold likes an account."""
        return self.likes / self.accounts


def plan_sellers(
    rng: np.random.Generator, world: World, likes: int, terms: Terms, most: int | None = None
) -> list[Plan]:
    """Split an amount of fake likes (camouflage included) between sellers.

    Args:
        rng: Random stream.
        world: The world.
        likes: Fake likes of the mode in the whole log.
        terms: What the mode offers.
        most: No pool is larger, for modes that use accounts which exist.
    """
    typical = (terms.pool[0] + terms.pool[1]) / 2 * (terms.coverage[0] + terms.coverage[1]) / 2
    count = world.settings.sellers or max(1, round(likes / (typical * _ORDERS_A_SELLER)))
    plans = []
    for share in rng.dirichlet(np.full(count, 8.0)):
        life = between(rng, terms.life)
        sold = max(10, int(likes * share / (1 + life)))
        coverage = (terms.coverage[0] + terms.coverage[1]) / 2
        fits = int(sold / (_FEWEST_ORDERS * coverage))
        accounts = min(int(between(rng, terms.pool)), fits, most or fits)
        plans.append(Plan(max(6, accounts), sold, life))
    return plans


def open_pool(world: World, mode: str) -> int:
    """Number of a new pool."""
    world.pools.append(mode)
    return len(world.pools) - 1


def registered(
    rng: np.random.Generator, world: World, n: int, cohorts: int, spread_days: float
) -> Ints:
    """Registration times of a pool that was made in a few goes, µs.

    Args:
        rng: Random stream.
        world: The world.
        n: Number of accounts.
        cohorts: In how many goes.
        spread_days: How long one go takes, days.
    """
    start = world.parameters.start_us
    goes = start - (rng.exponential(90, cohorts) + 3) * US_PER_DAY
    offset = rng.random(n) * spread_days * US_PER_DAY
    made = goes[rng.integers(0, cohorts, n)] + offset
    return np.minimum(made, start - US_PER_HOUR).astype(np.int64)


def own(world: World, people: People, mode: str, plan: Plan, created: Ints | None) -> People:
    """Make ordinary recruits a seller's: always present, and as busy as camouflage asks."""
    n = len(people)
    p = world.parameters
    people.mode = full(n, ALL_MODES.index(mode))
    if created is not None:
        people.created = created
    people.present_from = full(n, p.start_us)
    people.present_until = full(n, p.end_us)
    likes_a_day = plan.likes_per_account * plan.life / p.days
    visits = likes_a_day / (p.like_rate * people.views)
    spread = people.visits / max(people.visits.mean(), 1e-9)
    people.visits = visits * np.sqrt(spread)
    return people


def assign(
    rng: np.random.Generator, orders: list[Order], accounts: Ints, mode: str, *, in_turn: bool
) -> Errands:
    """Choose accounts for each order: the next in turn, or at random."""
    parts = [nothing()]
    cursor = 0
    for order in orders:
        n = min(len(order.times), len(accounts))
        if in_turn:
            chosen = accounts[(cursor + np.arange(n)) % len(accounts)]
            cursor += n
        else:
            chosen = some(rng, accounts, n)
        target, campaign = full(n, order.content), full(n, order.campaign)
        code = ALL_MODES.index(mode)
        parts.append(errands(chosen, target, order.times[:n], mode=code, campaign=campaign))
    return Errands.concat(parts)


def varied(rng: np.random.Generator, manner: Manner) -> Manner:
    """A seller's own way within a manner: nobody works exactly like the next."""
    watch = manner.watch_s
    if watch is not None:
        pace = float(rng.lognormal(0, 0.25))
        watch = (watch[0] * pace, watch[1] * pace)
    weights = rng.dirichlet(8 * np.array(list(manner.sources.values())) + 0.2)
    return replace(
        manner,
        sources=dict(zip(manner.sources, weights.tolist(), strict=True)),
        watch_s=watch,
        before=manner.before * between(rng, (0.6, 1.5)),
        after=manner.after * between(rng, (0.6, 1.5)),
        unlike=manner.unlike * between(rng, (0.0, 2.0)),
    )


class Recruit(Protocol):
    """Makes the accounts of one seller."""

    def __call__(self, rng: np.random.Generator, world: World, size: Plan) -> People:
        """The accounts, not yet enrolled."""


@dataclass(frozen=True)
class Trade:
    """A mode that sells likes by accounts of its own.

    Attributes:
        mode: Its word.
        terms: What is offered, by skill.
        manners: How a like is done, by skill.
        recruit: Makes a seller's accounts.
    """

    mode: str
    terms: tuple[Terms, Terms, Terms]
    manners: tuple[Manner, Manner, Manner]
    recruit: Recruit

    def plan(
        self, rng: np.random.Generator, world: World, market: Market, likes: int
    ) -> list[Part]:
        """Sellers that deliver ``likes`` fake likes between them, camouflage included."""
        skill = world.settings.skill
        terms = self.terms[skill]
        parts = []
        for size in plan_sellers(rng, world, likes, terms):
            pool = open_pool(world, self.mode)
            accounts = world.enrol(rng, self.recruit(rng, world, size), pool, STANDING[skill])
            orders = market.orders(rng, pool, terms, accounts=size.accounts, likes=size.likes)
            todo = assign(rng, orders, accounts, self.mode, in_turn=skill == 0)
            manner = varied(rng, self.manners[skill])
            parts.append(perform(rng, world, self.mode, todo, manner, residents=accounts))
        return parts
