"""Honest crowds that look like fakes: what each does, by the word in ``truth/accounts.hard``.

Crowds are made to be as odd as honest people get, so that a detector that accuses the odd is
caught; where a file names no source, how odd they are is our assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.crowds import campus, causes, circles, fans, habits, niche, rushes
from zhenzan.worlds.people import LOSSY_FROM
from zhenzan.worlds.settings import ALL_CROWDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenzan.worlds.columns import Ints
    from zhenzan.worlds.world import Part, World

_QUOTA = 1.0 / (2 * len(ALL_CROWDS))
"""Share of the honest accounts that one crowd may take: half of them are in no crowd."""


@dataclass(frozen=True)
class Crowd:
    """One honest crowd.

    Attributes:
        shape: Changes people and contents before anything is drawn; returns its members.
        visits: Plans what they do beyond their ordinary life.
    """

    shape: Callable[[np.random.Generator, World, Ints], Ints] | None = None
    visits: Callable[[np.random.Generator, World, Ints], Part] | None = None


CROWDS: dict[str, Crowd] = {
    "fans": Crowd(visits=fans.gather),
    "niche": Crowd(visits=niche.gather),
    "push": Crowd(visits=rushes.push),
    "viral": Crowd(visits=rushes.viral),
    "giveaway": Crowd(visits=causes.giveaway),
    "campus": Crowd(visits=campus.gather),
    "family": Crowd(circles.shape_family, circles.family),
    "scheduled": Crowd(rushes.shape_scheduled, rushes.scheduled),
    "heavy": Crowd(shape=habits.shape_heavy),
    "scrollers": Crowd(shape=habits.shape_scrollers),
    "friends": Crowd(circles.shape_friends, circles.friends),
    "colleagues": Crowd(circles.shape_colleagues, circles.colleagues),
    "news": Crowd(habits.shape_news, habits.news),
    "livestream": Crowd(visits=rushes.livestream),
    "critics": Crowd(visits=causes.critics),
    "carrier": Crowd(shape=habits.shape_carrier),
    "lossy": Crowd(shape=habits.shape_lossy),
}


def gather(world: World) -> None:
    """Add the honest crowds of a world; each has its own people, whichever others there are."""
    everyone = world.rng("crowds").permutation(world.honest).astype(np.int64)
    size = int(world.honest * _QUOTA)
    members: dict[str, Ints] = {}
    for place, word in enumerate(ALL_CROWDS):
        if word not in world.settings.crowds:
            continue
        people = everyone[place * size : (place + 1) * size]
        shape = CROWDS[word].shape
        members[word] = shape(world.rng("shape", word), world, people) if shape else people
        world.label(members[word], word)
    world.stock_shelves()
    for word, people in members.items():
        visits = CROWDS[word].visits
        if visits is not None and len(people):
            world.parts.append(visits(world.rng("crowd", word), world, people))
    if "lossy" in members:
        world.label(np.flatnonzero(world.people.lost >= LOSSY_FROM).astype(np.int64), "lossy")
