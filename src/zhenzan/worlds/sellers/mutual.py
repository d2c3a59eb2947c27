"""Mutual groups (互赞群): 50–200 creators who like each other's posts and read little."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import DIRECT, FROM_FOLLOW, FROM_SHARE, PROFILE, Ints, full
from zhenzan.worlds.draws import between, some
from zhenzan.worlds.errands import Errands, Manner, errands, nothing, perform
from zhenzan.worlds.parameters import US_PER_HOUR, US_PER_MINUTE
from zhenzan.worlds.sellers.pool import open_pool, varied
from zhenzan.worlds.settings import ALL_MODES
from zhenzan.worlds.world import Campaign

if TYPE_CHECKING:
    from zhenzan.worlds.world import Part, World

MODE = "mutual"
MEMBER = "member"
MEMBERS = (50, 200)
"""Members of a group: 50–200, as the groups' own advertisements say; pods on Instagram have a
few dozen to hundreds (Weerasinghe et al. 2020, WWW)."""
_FEWEST = 12  # members of a group in a world too small for more
_MOST_SHARE = 0.3  # of the creators that are in one group
DUTY = ((0.6, 0.95), (0.35, 0.65), (0.12, 0.3))
"""Share of the group that likes a posted content, by skill."""
DELAY_HOURS = (1.0, 4.0, 14.0)
MANNERS = (
    Manner({FROM_SHARE: 0.5, DIRECT: 0.5}, watch_s=(0.8, 3.0)),
    Manner({FROM_SHARE: 0.7, PROFILE: 0.3}, watch_s=(1.5, 8.0), after=0.5),
    Manner({FROM_SHARE: 0.3, PROFILE: 0.3, FROM_FOLLOW: 0.4}, watch_s=(4, 40), before=1.5, after=1),
)


def plan(rng: np.random.Generator, world: World, likes: int) -> list[Part]:
    """Groups that trade ``likes`` fake likes between them."""
    count = world.settings.sellers or max(1, round(likes / 4_000))
    parts = []
    for share in rng.dirichlet(np.full(count, 8.0)):
        todo = _group(rng, world, int(likes * share))
        manner = varied(rng, MANNERS[world.settings.skill])
        parts.append(perform(rng, world, MODE, todo, manner))
    return parts


def _group(rng: np.random.Generator, world: World, likes: int) -> Errands:
    skill, end = world.settings.skill, world.parameters.end_us
    duty = between(rng, DUTY[skill])
    size = int(min(between(rng, MEMBERS), max(_FEWEST, (likes / duty / 2) ** 0.5)))
    creators = world.creators()
    members = some(rng, creators, min(size, max(_FEWEST, int(len(creators) * _MOST_SHARE))))
    pool = open_pool(world, MODE)
    world.give_role(members, MEMBER, pool)
    posts = recent_posts(rng, world, members, 1 + int(likes / max(1.0, duty * (size - 1))))
    parts = [nothing()]
    for content in posts.tolist():
        others = members[members != world.contents.author[content]]
        keen = others[rng.random(len(others)) < duty]
        n, campaign = len(keen), len(world.campaigns)
        if n == 0:
            continue
        start = int(world.contents.published[content]) + 5 * US_PER_MINUTE
        world.campaigns.append(Campaign(MODE, pool, content, n, start, "group", 0.0, rival=False))
        delay = rng.exponential(DELAY_HOURS[skill] * US_PER_HOUR, n)
        ts = np.minimum(start + delay.astype(np.int64), end - 1)
        code = ALL_MODES.index(MODE)
        parts.append(errands(keen, full(n, content), ts, mode=code, campaign=full(n, campaign)))
    return Errands.concat(parts)


def recent_posts(rng: np.random.Generator, world: World, members: Ints, n: int) -> Ints:
    """Up to ``n`` of the members' contents published during the log, those of all in turn."""
    contents, p = world.contents, world.parameters
    theirs = np.flatnonzero(np.isin(contents.author, members))
    when = contents.published[theirs]
    theirs = rng.permutation(theirs[(when >= p.start_us) & (when < p.end_us - 6 * US_PER_HOUR)])
    by_author = np.argsort(contents.author[theirs], kind="stable")
    author = contents.author[theirs][by_author]
    first = np.searchsorted(author, author)
    turn = np.arange(len(author)) - first
    return np.asarray(theirs[by_author][np.argsort(turn, kind="stable")][:n], dtype=np.int64)
