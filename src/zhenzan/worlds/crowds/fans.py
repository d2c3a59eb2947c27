"""Fan clubs: people who rush to every post of one author within minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import FROM_FOLLOW, PUSH, Ints
from zhenzan.worlds.crowds.publishing import busy_authors
from zhenzan.worlds.draws import between, heavy
from zhenzan.worlds.errands import Errands, Manner, errands, perform
from zhenzan.worlds.parameters import US_PER_MINUTE, US_PER_SECOND

if TYPE_CHECKING:
    from zhenzan.worlds.world import Part, World

_MANNER = Manner({FROM_FOLLOW: 0.6, PUSH: 0.4}, like=0.88, after=3.0)
_POSTS_A_DAY = 1.2  # that a fan keeps up with, our assumption
_CLUB = (40, 160)  # people a club, our assumption


def gather(rng: np.random.Generator, world: World, people: Ints) -> Part:
    """Clubs made of ``people``; each follows one or two authors with every post."""
    parts, first = [], 0
    contents, p = world.contents, world.parameters
    popular = busy_authors(world, 4.0)[: max(4, len(people) // 20)]
    while first < len(people):
        club = people[first : first + int(between(rng, _CLUB))]
        first += len(club)
        star = rng.choice(popular, 1 + int(rng.random() < 0.3), replace=False)
        posts = np.flatnonzero(np.isin(contents.author, star))
        posts = posts[contents.published[posts] >= p.start_us]
        keep_up = min(1.0, _POSTS_A_DAY * p.days / max(1, len(posts)))
        loyalty = rng.beta(5, 3, len(club)) * keep_up  # share of the posts a fan comes to
        minutes = between(rng, (2.0, 25.0))
        come = rng.random((len(posts), len(club))) < loyalty[None, :]
        which, who = np.nonzero(come)
        delay = heavy(rng, len(which), minutes, 1.0) * US_PER_MINUTE + 5 * US_PER_SECOND
        ts = contents.published[posts[which]] + delay.astype(np.int64)
        parts.append(errands(club[who], posts[which].astype(np.int64), ts))
    return perform(rng, world, "fans", Errands.concat(parts), _MANNER)
