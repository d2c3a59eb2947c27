"""Honest habits that look odd: heavy likers, fast scrollers, news desks, NAT users, lost logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import FROM_FOLLOW, RECOMMEND, Ints
from zhenzan.worlds.crowds.publishing import publish
from zhenzan.worlds.draws import between
from zhenzan.worlds.errands import Manner, errands, perform
from zhenzan.worlds.parameters import US_PER_HOUR, US_PER_MINUTE

if TYPE_CHECKING:
    from zhenzan.worlds.world import Part, World

_DESKS_AT_MOST = 0.002  # of the accounts that are news desks, our assumption


def shape_heavy(rng: np.random.Generator, world: World, people: Ints) -> Ints:
    """Heavy likers: they like a third to a half of what they see, and come often."""
    world.people.like_bias[people] += between(rng, (2.3, 3.2))
    world.people.visits[people] *= between(rng, (1.2, 2.0))
    return people


def shape_scrollers(rng: np.random.Generator, world: World, people: Ints) -> Ints:
    """Fast scrollers: a glance of a second or two, and a like all the same."""
    world.people.haste[people] += between(rng, (1.4, 2.2))
    world.people.like_bias[people] += between(rng, (2.0, 2.8))
    return people


def shape_carrier(rng: np.random.Generator, world: World, people: Ints) -> Ints:
    """Subscribers of a small carrier: hundreds of people behind one or two addresses."""
    for part in np.array_split(people, max(1, len(people) // 400)):
        pool = world.networks.pools.add_carrier(int(rng.integers(1, 3)))
        world.people.mobile[part] = pool
        world.people.mobile_share[part] = rng.uniform(0.8, 1.0, len(part))
        world.people.work[part] = -1
    return people


def shape_lossy(rng: np.random.Generator, world: World, people: Ints) -> Ints:
    """Clients that fail to log most of their views."""
    world.people.lost[people] = rng.uniform(0.55, 0.98, len(people))
    return people


def shape_news(rng: np.random.Generator, world: World, people: Ints) -> Ints:
    """News desks: staff in shifts publish and like round the clock on one account."""
    desks = people[: max(2, int(world.honest * _DESKS_AT_MOST))]
    publish(rng, world, desks, between(rng, (6, 20)), 1.0, day_and_night=True)
    world.people.sleepless[desks] = rng.uniform(0.8, 1.0, len(desks))
    world.people.visits[desks] = rng.uniform(4, 10, len(desks))
    office = [world.networks.pools.add_workplace(2) for _ in desks]
    world.people.work[desks] = np.array(office)
    world.people.mobile[desks] = np.array(office)
    world.people.mobile_share[desks] = 0.95
    return desks


def news(rng: np.random.Generator, world: World, people: Ints) -> Part:
    """Each desk likes what the public posts on its topic, on the quarter of an hour."""
    p = world.parameters
    quarters = np.arange(p.start_us + US_PER_HOUR, p.end_us, 15 * US_PER_MINUTE)
    moment = np.tile(quarters, len(people))
    desk = np.repeat(people, len(quarters))
    works = rng.random(len(desk)) < between(rng, (0.1, 0.3))
    desk, moment = desk[works], moment[works] + rng.integers(0, US_PER_MINUTE, int(works.sum()))
    content = world.shelves.recommend(rng, world.people.tastes[desk, 0], moment)
    found = content >= 0
    todo = errands(desk[found], content[found], moment[found])
    manner = Manner({FROM_FOLLOW: 0.4, RECOMMEND: 0.6}, watch_s=(4.0, 30.0), like=0.7, comment=0.1)
    return perform(rng, world, "news", todo, manner)
