"""People who know each other: friends, colleagues, families."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import FROM_FOLLOW, FROM_SHARE, PROFILE, RECOMMEND, Ints
from zhenzan.worlds.crowds.publishing import groups, pairs, posts_of, publish
from zhenzan.worlds.draws import between, heavy
from zhenzan.worlds.errands import Errands, Manner, errands, nothing, perform
from zhenzan.worlds.parameters import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE
from zhenzan.worlds.people import visit_clock

if TYPE_CHECKING:
    from zhenzan.worlds.world import Part, World

FRIENDS = (4, 12)
"""People in a circle of friends; human groups come in sizes of 3–5 and 9–15 (Zhou et al. 2005)."""
COLLEAGUES = (8, 30)


def shape_friends(rng: np.random.Generator, world: World, people: Ints) -> Ints:
    """Friends publish a little, for each other."""
    publish(rng, world, people, between(rng, (0.15, 0.35)), 0.1)
    return people


def friends(rng: np.random.Generator, world: World, people: Ints) -> Part:
    """Circles of friends who like each other's posts, and read them."""
    parts = [nothing()]
    for circle in groups(rng, people, FRIENDS):
        posts = posts_of(world, circle)
        warmth = rng.beta(5, 2.5, len(circle))
        come = rng.random((len(posts), len(circle))) < warmth[None, :]
        come &= world.contents.author[posts][:, None] != circle[None, :]
        who, what = pairs(come, posts, circle)
        delay = heavy(rng, len(who), between(rng, (3, 12)), 1.0) * US_PER_HOUR
        parts.append(errands(who, what, world.contents.published[what] + delay.astype(np.int64)))
    manner = Manner(
        {FROM_FOLLOW: 0.7, PROFILE: 0.2, FROM_SHARE: 0.1},
        watch_share=(0.6, 1.0),
        like=between(rng, (0.75, 0.95)),
        comment=0.12,
        before=1.5,
        after=3.0,
    )
    return perform(rng, world, "friends", Errands.concat(parts), manner)


def shape_colleagues(rng: np.random.Generator, world: World, people: Ints) -> Ints:
    """Colleagues share an office; one of them runs the company's account."""
    for team in groups(rng, people, COLLEAGUES):
        office = world.networks.pools.add_workplace(1 + int(rng.integers(0, 2)))
        world.people.work[team] = office
        publish(rng, world, team[:1], between(rng, (0.4, 1.0)), 0.15)
    return people


def colleagues(rng: np.random.Generator, world: World, people: Ints) -> Part:
    """Polite likes (人情点赞): a glance at the company's posts in working hours, and a like."""
    p, contents, parts = world.parameters, world.contents, [nothing()]
    known = set(world.authors.account.tolist())
    bosses = np.array([i for i, a in enumerate(people.tolist()) if a in known], dtype=np.int64)
    ends = np.append(bosses[1:], len(people))[: len(bosses)]  # a tiny world may have no boss
    for first, last in zip(bosses, ends, strict=True):
        team = people[first:last]
        posts = posts_of(world, team[:1])
        come = rng.random((len(posts), len(team))) < rng.beta(5, 3, len(team))[None, :]
        come[:, 0] = False
        who, what = pairs(come, posts, team)
        day = np.maximum(contents.published[what], p.start_us) // US_PER_DAY
        ts = day * US_PER_DAY + (rng.uniform(1, 10, len(who)) * US_PER_HOUR).astype(np.int64)
        ts = np.where(ts <= contents.published[what], ts + US_PER_DAY, ts)
        parts.append(errands(who, what, ts))
    manner = Manner({FROM_SHARE: 0.6, FROM_FOLLOW: 0.4}, watch_s=(2.0, 10.0), like=0.9, after=0.7)
    return perform(rng, world, "colleagues", Errands.concat(parts), manner)


def shape_family(rng: np.random.Generator, world: World, people: Ints) -> Ints:
    """Families share a tablet, a home address and some tastes."""
    families = groups(rng, people, (3, 5))
    for family in families:
        crowd, one = world.people, int(family[0])
        crowd.devices[family, 1] = crowd.devices[one, 0]
        tablet_first = family[rng.random(len(family)) < 0.6]
        crowd.devices[tablet_first, 0] = crowd.devices[one, 0]
        crowd.household[family] = crowd.household[one]
        crowd.lease_days[family] = crowd.lease_days[one]
        crowd.mobile_share[family] *= 0.4
        crowd.tastes[family, 0] = crowd.tastes[one, 0]
    return np.concatenate([people[:0], *families])


def family(rng: np.random.Generator, world: World, people: Ints) -> Part:
    """At the table, one shows a content to the others, who look at it on the same tablet."""
    p, parts = world.parameters, [nothing()]
    household = world.people.household[people]
    for home in [people[household == h] for h in np.unique(household)]:
        for day in np.flatnonzero(rng.random(p.days) < between(rng, (0.2, 0.6))).tolist():
            clock = int(visit_clock(rng, world.people, home[:1])[0])
            ts = np.array([p.start_us + day * US_PER_DAY + clock])
            content = int(world.shelves.recommend(rng, world.people.tastes[home[:1], 0], ts)[0])
            if content < 0:
                continue
            n = len(home)
            moments = ts[0] + np.cumsum(rng.exponential(2, n) * US_PER_MINUTE).astype(np.int64)
            parts.append(errands(home, np.full(n, content, dtype=np.int64), moments))
    manner = Manner(
        {FROM_SHARE: 0.6, RECOMMEND: 0.4}, watch_share=(0.4, 1.0), like=0.4, before=1, after=2
    )
    return perform(rng, world, "family", Errands.concat(parts), manner)
