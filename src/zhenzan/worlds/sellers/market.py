"""Who buys: customers, the contents they buy for, and the orders that a seller gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.draws import between
from zhenzan.worlds.parameters import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE
from zhenzan.worlds.sellers.delivery import delivery_times
from zhenzan.worlds.world import Campaign

if TYPE_CHECKING:
    from zhenzan.worlds.columns import Ints, Reals
    from zhenzan.worlds.world import World

BENEFICIARY, VICTIM = "beneficiary", "victim"
_RIVAL_SHARE = 0.06  # orders that somebody pays for another author, our assumption
_SECOND_SELLER_SHARE = 0.1  # orders for what another seller serves too, our assumption
_LAST_CHANCE_US = 12 * US_PER_HOUR
_LONGEST_DRIP = 0.7  # of the log, so that a log shows most of an order
PRICES_PER_LIKE = (5 / 1000, 20 / 1000, 10 / 100, 1 / 100, 5 / 1000)
"""Yuan: offers of 1000 for 5–20, 100 for 10, 100 for 1 and 1000 for 5; they differ twentyfold."""


@dataclass(frozen=True)
class Terms:
    """What one mode offers at one skill.

    Attributes:
        pool: Bounds of the number of accounts a seller has.
        coverage: Bounds of the share of the pool that serves one order.
        shapes: Delivery shapes and how often each is chosen.
        days: Bounds of the length of a drip, days.
        life: Bounds of camouflage likes a bought like (养号).
        price: Factor on the going price.
    """

    pool: tuple[int, int]
    coverage: tuple[float, float]
    shapes: dict[str, float]
    days: tuple[float, float] = (3.0, 20.0)
    life: tuple[float, float] = (0.0, 0.0)
    price: float = 1.0


@dataclass(frozen=True)
class Order:
    """One campaign as its seller sees it.

    Attributes:
        campaign: Campaign number.
        content: Index of the content.
        times: When each like is to arrive, µs.
    """

    campaign: int
    content: int
    times: Ints


class Market:
    """The customers of a world; sellers meet the same ones, so that orders overlap."""

    def __init__(self, world: World) -> None:
        rng = world.rng("market")
        self._world = world
        contents, p = world.contents, world.parameters
        ripe = contents.published >= p.start_us - US_PER_DAY
        ripe &= contents.published < p.end_us - _LAST_CHANCE_US
        owned = np.flatnonzero(ripe)
        owned = owned[np.argsort(contents.author[owned], kind="stable")]
        who, first, counts = np.unique(
            contents.author[owned], return_index=True, return_counts=True
        )
        n = max(4, int(len(who) * between(rng, (0.1, 0.2))))
        chosen = rng.choice(len(who), min(n, len(who)), replace=False)
        self._author: Ints = who[chosen]
        self._owned = owned
        self._first: Ints = first[chosen]
        self._count: Ints = counts[chosen]
        zeal = rng.pareto(1.5, len(chosen)) + 0.3
        self._zeal: Reals = zeal / zeal.sum()
        going_price = float(rng.choice(PRICES_PER_LIKE))
        world.parameters = p.with_going_price(going_price)

    def contents(self, rng: np.random.Generator, n: int) -> Ints:
        """Contents that customers buy for, those of zealous customers more often."""
        if len(self._author) == 0:
            return np.zeros(0, dtype=np.int64)
        which = rng.choice(len(self._author), n, p=self._zeal)
        place = (rng.random(n) * self._count[which]).astype(np.int64)
        return np.asarray(self._owned[self._first[which] + place])

    def orders(
        self,
        rng: np.random.Generator,
        pool: int,
        terms: Terms,
        *,
        accounts: int,
        likes: int,
    ) -> list[Order]:
        """Orders for one seller until about ``likes`` are sold; each becomes a campaign.

        Args:
            rng: Random stream.
            pool: Number of the seller's pool.
            terms: What is offered.
            accounts: Accounts in the pool.
            likes: Likes to sell.
        """
        world = self._world
        orders: list[Order] = []
        sold, taken = 0, set[int]()
        for wish in self.contents(rng, 60 + 20 * likes // max(1, accounts)).tolist():
            if sold >= likes:
                break
            content = wish
            if world.campaigns and rng.random() < _SECOND_SELLER_SHARE:
                content = world.campaigns[int(rng.integers(len(world.campaigns)))].content
            if content in taken:
                continue
            taken.add(content)
            n = max(3, int(accounts * between(rng, terms.coverage)))
            n = min(n, accounts, max(3, likes - sold))
            shape, start, times = self._delivery(rng, content, terms, n)
            if len(times) == 0:
                continue
            orders.append(Order(len(world.campaigns), content, times))
            rival = bool(rng.random() < _RIVAL_SHARE)
            price = world.parameters.going_price_yuan * terms.price * between(rng, (0.8, 1.25))
            mode, size = world.pools[pool], len(times)
            world.campaigns.append(Campaign(mode, pool, content, size, start, shape, price, rival))
            self._mark(int(world.contents.author[content]), rival=rival)
            sold += size
        return orders

    def _delivery(
        self, rng: np.random.Generator, content: int, terms: Terms, n: int
    ) -> tuple[str, int, Ints]:
        """Shape, start (µs) and times (µs) of an order; no times if the log ends before."""
        p, skill = self._world.parameters, self._world.settings.skill
        published = int(self._world.contents.published[content])
        wait = rng.exponential((2, 5, 10)[skill] * US_PER_HOUR) + 3 * US_PER_MINUTE
        start = max(published + int(wait), p.start_us + US_PER_HOUR)
        odds = np.array(list(terms.shapes.values()))
        shape = list(terms.shapes)[int(rng.choice(len(odds), p=odds / odds.sum()))]
        days = min(between(rng, terms.days), _LONGEST_DRIP * p.days)
        times = delivery_times(rng, shape, start, n=n, days=days, skill=skill)
        late = start > p.end_us - US_PER_HOUR
        return shape, start, times[:0] if late else times[times < p.end_us]

    def _mark(self, author: int, *, rival: bool) -> None:
        """An author is a victim as long as only rivals buy."""
        if self._world.role[author] == VICTIM and not rival:
            self._world.role[author] = BENEFICIARY
        self._world.give_role(np.array([author]), VICTIM if rival else BENEFICIARY)
