"""Small authors that a crowd brings along: friends, colleagues, news desks.

What they publish is of the same shapes as other contents (catalogue.py), a little shorter, our
assumption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.catalogue import Authors, Contents
from zhenzan.worlds.draws import heavy, spans
from zhenzan.worlds.parameters import US_PER_DAY, US_PER_HOUR
from zhenzan.worlds.people import visit_clock

if TYPE_CHECKING:
    from zhenzan.worlds.columns import Ints
    from zhenzan.worlds.world import World

DAYS_BEFORE = 7


def publish(
    rng: np.random.Generator,
    world: World,
    accounts: Ints,
    a_day: float,
    appeal: float,
    *,
    day_and_night: bool = False,
) -> Ints:
    """Let some accounts publish a few contents of their own.

    Args:
        rng: Random stream.
        world: The world, before its shelves are stocked.
        accounts: Who publishes.
        a_day: Mean contents an account and day.
        appeal: Weight with which the contents are shown; an ordinary author's is 1.
        day_and_night: Whether posts come round the clock.

    Returns:
        Indices of the new contents.
    """
    p, n = world.parameters, len(accounts)
    days = p.days + DAYS_BEFORE
    which, _ = spans(rng.poisson(a_day * days, n).astype(np.int64))
    who = accounts[which]
    clock = visit_clock(rng, world.people, who)
    if day_and_night:
        clock = rng.integers(0, 24, len(who)) * US_PER_HOUR + rng.integers(0, 4, len(who)) * (
            US_PER_HOUR // 4
        )
    day = rng.integers(-DAYS_BEFORE, p.days, len(who))
    topic = world.people.tastes[who, 0]
    contents = Contents(
        author=who,
        topic=topic,
        published=p.start_us + day * US_PER_DAY + clock,
        duration_ms=np.clip(rng.lognormal(np.log(20_000), 0.7, len(who)), 4_000, 300_000).astype(
            np.int64
        ),
        quality=appeal * heavy(rng, len(who), 1.0, p.quality_sigma),
        charm=rng.normal(0, p.content_sigma, len(who)),
    )
    authors = Authors(
        account=accounts,
        topic=world.people.tastes[accounts, 0],
        appeal=np.full(n, appeal),
        output=np.full(n, a_day),
    )
    return world.publish(contents, authors)


def busy_authors(world: World, a_week: float) -> Ints:
    """Authors with at least so many posts a week of the log, the most appealing first.

    If fewer than four are that busy, the four busiest.
    """
    authors, n = world.authors, len(world.people)
    counts = np.bincount(world.contents.author[posts_of(world, authors.account)], minlength=n)
    mine = counts[authors.account]
    busy = np.flatnonzero(mine >= a_week * world.parameters.days / 7)
    if len(busy) < 4:
        busy = np.argsort(-mine, kind="stable")[:4]
    return authors.account[busy[np.argsort(-authors.appeal[busy], kind="stable")]]


def groups(rng: np.random.Generator, people: Ints, sizes: tuple[int, int]) -> list[Ints]:
    """Split people into groups of a size between two bounds; a last small rest is left out."""
    parts, first = [], 0
    while True:
        size = int(rng.integers(sizes[0], sizes[1] + 1))
        if first + size > len(people):
            break
        parts.append(people[first : first + size])
        first += size
    if not parts and len(people) >= 3:
        parts.append(people)
    return parts


def posts_of(world: World, authors: Ints) -> Ints:
    """Contents of some authors that come out during the log."""
    contents, p = world.contents, world.parameters
    live = (contents.published >= p.start_us) & (contents.published < p.end_us)
    return np.flatnonzero(live & np.isin(contents.author, authors)).astype(np.int64)


def pairs(come: np.ndarray, posts: Ints, group: Ints) -> tuple[Ints, Ints]:
    """Accounts and contents of a (posts, group) table of who comes to what."""
    which, who = np.nonzero(come)
    return group[who], posts[which]
