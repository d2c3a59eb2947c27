"""Points exchange (积分互赞): a like given earns a point, a like received costs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import DIRECT, FROM_SHARE, PROFILE, SEARCH, Ints, full
from zhenzan.worlds.draws import between, heavy, some
from zhenzan.worlds.errands import Errands, Manner, errands, nothing, perform
from zhenzan.worlds.parameters import US_PER_HOUR
from zhenzan.worlds.sellers.lists import at_sittings
from zhenzan.worlds.sellers.mutual import MEMBER, recent_posts
from zhenzan.worlds.sellers.pool import open_pool, varied
from zhenzan.worlds.settings import ALL_MODES
from zhenzan.worlds.world import Campaign

if TYPE_CHECKING:
    from zhenzan.worlds.columns import Flags, Reals
    from zhenzan.worlds.world import Part, World

MODE = "exchange"
MANNERS = (
    Manner({DIRECT: 1.0}, watch_s=(1.5, 6.0)),
    Manner({FROM_SHARE: 0.5, SEARCH: 0.5}, watch_s=(10.0, 16.0)),
    Manner({SEARCH: 0.5, PROFILE: 0.5}, watch_s=(12.0, 40.0), before=1.5, after=1.0),
)
"""Sites ask for a minimum watch, such as 10 s; collusion networks trade likes for likes by the
million (Farooqi et al. 2017, IMC)."""
MEMBERS = (120, 600)
COVERAGE = ((0.2, 0.5), (0.1, 0.3), (0.04, 0.12))
_MOST_SHARE = 0.3  # of the authors that one site has
_ORDERS_A_MEMBER = 0.6


def plan(rng: np.random.Generator, world: World, likes: int) -> list[Part]:
    """Sites on which ``likes`` likes are traded between them."""
    skill = world.settings.skill
    count = world.settings.sellers or max(1, round(likes / 8_000))
    parts = []
    for share in rng.dirichlet(np.full(count, 8.0)):
        todo = _site(rng, world, int(likes * share))
        todo = at_sittings(rng, world, todo, obedience=(1.0, 0.8, 0.0)[skill])
        parts.append(perform(rng, world, MODE, todo, varied(rng, MANNERS[skill])))
    return parts


class Ledger:
    """Points of a site's members, and who has liked whom."""

    def __init__(self, rng: np.random.Generator, members: int) -> None:
        self.points: Reals = np.zeros(members)
        self._diligence = heavy(rng, members, 1.0, 0.6)
        self._liked: Flags = np.eye(members, dtype=np.bool_)

    def serve(self, rng: np.random.Generator, owner: int, wanted: int) -> Ints:
        """Members who like the owner's content: those short of points first, nobody it liked."""
        weight = self._diligence * np.exp(-np.clip(self.points, -40, 40) / 20)
        weight[self._liked[owner]] = 0
        n = min(int(np.count_nonzero(weight)), wanted)
        if n == 0:
            return full(0)
        chosen = rng.choice(len(weight), n, replace=False, p=weight / weight.sum())
        self.points[owner] -= n
        self.points[chosen] += 1
        self._liked[chosen, owner] = True
        return np.asarray(chosen, dtype=np.int64)


def _site(rng: np.random.Generator, world: World, likes: int) -> Errands:
    coverage = between(rng, COVERAGE[world.settings.skill])
    free = world.creators()
    fits = max(12, int((likes / (coverage * _ORDERS_A_MEMBER)) ** 0.5))
    size = min(int(between(rng, MEMBERS)), fits, max(8, int(len(free) * _MOST_SHARE)))
    members = some(rng, free, size)
    world.give_role(members, MEMBER, open_pool(world, MODE))
    ledger = Ledger(rng, len(members))
    parts, sold = [nothing()], 0
    for content in recent_posts(rng, world, members, 10 * len(members)).tolist():
        if sold >= likes:
            break
        owner = int(np.flatnonzero(members == world.contents.author[content])[0])
        wanted = max(3, int(coverage * len(members) * rng.uniform(0.5, 1.5)))
        givers = ledger.serve(rng, owner, wanted)
        if len(givers):
            parts.append(_order(rng, world, content, members[givers]))
            sold += len(givers)
    return Errands.concat(parts)


def _order(rng: np.random.Generator, world: World, content: int, givers: Ints) -> Errands:
    n, pool = len(givers), int(world.pool[givers[0]])
    start = int(world.contents.published[content]) + int(rng.exponential(3) * US_PER_HOUR)
    start = max(start, world.parameters.start_us) + US_PER_HOUR // 4
    campaign = len(world.campaigns)
    price = world.parameters.point_price_yuan
    world.campaigns.append(Campaign(MODE, pool, content, n, start, "list", price, rival=False))
    hours = between(rng, (4, 48))
    ts = start + (rng.random(n) * hours * US_PER_HOUR).astype(np.int64)
    return errands(
        givers, full(n, content), ts, mode=ALL_MODES.index(MODE), campaign=full(n, campaign)
    )
