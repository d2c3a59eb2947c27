"""Rushes: an official push, a viral repost, a post on the hour, a live stream.

Attention from outside peaks at once and decays by a heavy tail (Crane and Sornette 2008, PNAS);
shares and delays are our assumption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import FROM_FOLLOW, FROM_SHARE, PUSH, RECOMMEND, Ints
from zhenzan.worlds.crowds.publishing import busy_authors, groups, posts_of
from zhenzan.worlds.draws import between, heavy, some
from zhenzan.worlds.errands import Errands, Manner, errands, nothing, perform
from zhenzan.worlds.parameters import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND

if TYPE_CHECKING:
    from zhenzan.worlds.columns import Reals
    from zhenzan.worlds.world import Part, World


def _same(who: Ints, content: int, start: int, delay_us: Reals) -> Errands:
    target = np.full(len(who), content, dtype=np.int64)
    return errands(who, target, start + delay_us.astype(np.int64))


def _live(world: World) -> Ints:
    return posts_of(world, world.authors.account)


def push(rng: np.random.Generator, world: World, people: Ints) -> Part:
    """The platform pushes a content a day to everybody's lock screen; many open it at once."""
    p, parts = world.parameters, [nothing()]
    live = _live(world)
    for day in range(p.days):
        for _ in range(int(rng.integers(1, 3))):
            moment = p.start_us + day * US_PER_DAY + int(between(rng, (1, 14)) * US_PER_HOUR)
            known = live[world.contents.published[live] < moment - US_PER_HOUR]
            if len(known) == 0:
                continue
            who = people[rng.random(len(people)) < between(rng, (0.15, 0.45))]
            delay = heavy(rng, len(who), between(rng, (4, 15)), 1.2) * US_PER_MINUTE
            parts.append(_same(who, int(rng.choice(known)), moment, delay))
    manner = Manner({PUSH: 1.0}, like=between(rng, (0.2, 0.4)), after=2.0)
    return perform(rng, world, "push", Errands.concat(parts), manner)


def viral(rng: np.random.Generator, world: World, people: Ints) -> Part:
    """A celebrity reposts a content; her public arrives in a spike that fades over hours."""
    p, parts = world.parameters, [nothing()]
    live = _live(world)
    for content in some(rng, live, max(3, p.days // 2)).tolist():
        who = people[rng.random(len(people)) < between(rng, (0.2, 0.6))]
        moment = int(world.contents.published[content]) + int(between(rng, (2, 30)) * US_PER_HOUR)
        delay = heavy(rng, len(who), between(rng, (0.7, 3.0)), 1.3) * US_PER_HOUR
        parts.append(_same(who, content, moment, delay))
    manner = Manner(
        {FROM_SHARE: 0.7, RECOMMEND: 0.3}, like=between(rng, (0.3, 0.55)), comment=0.03, after=2.0
    )
    return perform(rng, world, "viral", Errands.concat(parts), manner)


def shape_scheduled(rng: np.random.Generator, world: World, people: Ints) -> Ints:
    """Some authors post at second :00 of a fixed hour; the crowd follows them."""
    contents, authors = world.contents, world.authors
    chosen = rng.choice(len(authors), max(2, len(people) // 60), replace=False)
    mine = np.isin(contents.author, authors.account[chosen])
    hours = int(rng.integers(9, 13)) * US_PER_HOUR
    day = contents.published[mine] // US_PER_DAY
    contents.published[mine] = day * US_PER_DAY + hours
    world.planned = authors.account[chosen]
    return people


def scheduled(rng: np.random.Generator, world: World, people: Ints) -> Part:
    """Followers of authors who post at second :00 come within seconds of the notice."""
    parts = [nothing()]
    fanbase = np.array_split(people, max(1, len(world.planned)))
    for author, followers in zip(world.planned.tolist(), fanbase, strict=False):
        for content in posts_of(world, np.array([author])).tolist():
            who = followers[rng.random(len(followers)) < between(rng, (0.25, 0.6))]
            delay = heavy(rng, len(who), 3.0, 1.1) * US_PER_MINUTE + US_PER_SECOND
            moment = int(world.contents.published[content])
            parts.append(_same(who, content, moment, delay))
    manner = Manner({PUSH: 0.7, FROM_FOLLOW: 0.3}, like=between(rng, (0.4, 0.7)), after=2.5)
    return perform(rng, world, "scheduled", Errands.concat(parts), manner)


def livestream(rng: np.random.Generator, world: World, people: Ints) -> Part:
    """Audiences of a live show: at the host's word they like its clips within half a minute."""
    p, parts = world.parameters, [nothing()]
    hosts = busy_authors(world, 3.0)
    for audience in groups(rng, people, (40, 200)):
        host = hosts[int(rng.integers(len(hosts)))]
        posts = posts_of(world, np.array([host]))
        for day in range(int(rng.integers(0, 3)), p.days, int(rng.integers(2, 6))):
            show = p.start_us + day * US_PER_DAY + int(between(rng, (11, 13.5)) * US_PER_HOUR)
            clips = posts[world.contents.published[posts] < show]
            here = audience[rng.random(len(audience)) < between(rng, (0.3, 0.7))]
            for content in some(rng, clips, int(rng.integers(2, 6))).tolist():
                call = show + int(between(rng, (5, 100)) * US_PER_MINUTE)
                who = here[rng.random(len(here)) < 0.7]
                delay = (2 + heavy(rng, len(who), 12.0, 0.7)) * US_PER_SECOND
                parts.append(_same(who, content, call, delay))
    manner = Manner({FROM_FOLLOW: 0.5, RECOMMEND: 0.5}, watch_s=(2.0, 12.0), like=0.85)
    return perform(rng, world, "livestream", Errands.concat(parts), manner)
