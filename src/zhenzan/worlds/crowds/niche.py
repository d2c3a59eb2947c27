"""Niche communities: people who follow the same few small authors and like most of their posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import FROM_FOLLOW, RECOMMEND, Ints
from zhenzan.worlds.crowds.publishing import busy_authors, groups, pairs, posts_of
from zhenzan.worlds.draws import between, heavy, some
from zhenzan.worlds.errands import Errands, Manner, errands, nothing, perform
from zhenzan.worlds.parameters import US_PER_HOUR

if TYPE_CHECKING:
    from zhenzan.worlds.world import Part, World

_COMMUNITY = (25, 120)  # people, our assumption
_AUTHORS = (3, 7)


def gather(rng: np.random.Generator, world: World, people: Ints) -> Part:
    """Communities made of ``people``: they come from the feed, in their own time, and watch."""
    authors, parts = world.authors, [nothing()]
    active = np.isin(authors.account, busy_authors(world, 1.0))
    small = np.flatnonzero(active & (authors.appeal <= np.median(authors.appeal)))
    small = small if len(small) else np.argsort(authors.appeal)[:4]
    for group in groups(rng, people, _COMMUNITY):
        topic = authors.topic[rng.choice(small)]
        near = small[authors.topic[small] == topic]
        own = some(rng, near, int(rng.integers(_AUTHORS[0], _AUTHORS[1] + 1)))
        world.people.tastes[group, 0] = topic
        posts = posts_of(world, authors.account[own])
        loyalty = rng.beta(6, 2.5, len(group)) * between(rng, (0.6, 1.0))
        come = rng.random((len(posts), len(group))) < loyalty[None, :]
        who, what = pairs(come, posts, group)
        delay = heavy(rng, len(who), between(rng, (5, 16)), 1.0) * US_PER_HOUR
        ts = world.contents.published[what] + delay.astype(np.int64)
        parts.append(errands(who, what, ts))
    manner = Manner(
        {FROM_FOLLOW: 0.7, RECOMMEND: 0.3},
        watch_share=(0.5, 1.0),
        like=between(rng, (0.65, 0.9)),
        comment=0.05,
        before=2.0,
        after=3.0,
    )
    return perform(rng, world, "niche", Errands.concat(parts), manner)
