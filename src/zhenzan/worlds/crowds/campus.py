"""Lecture halls: a hundred people behind one address open the same content in the same minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import FROM_SHARE, SEARCH, Ints
from zhenzan.worlds.draws import between, heavy, some
from zhenzan.worlds.errands import Errands, Manner, errands, perform
from zhenzan.worlds.parameters import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE

if TYPE_CHECKING:
    from zhenzan.worlds.world import Part, World

_MANNER = Manner({FROM_SHARE: 0.6, SEARCH: 0.4}, like=0.45, after=1.0)
_HALL = (40, 180)  # people a lecture, our assumption
_LECTURE_HOURS_UTC = (0, 2, 6, 8)  # 8, 10, 14 and 16 o'clock in the main time zone


def gather(rng: np.random.Generator, world: World, people: Ints) -> Part:
    """Courses made of ``people``; each meets twice a week and opens what the lecturer shows."""
    parts, first = [], 0
    p, contents = world.parameters, world.contents
    while first < len(people):
        hall = people[first : first + int(between(rng, _HALL))]
        first += len(hall)
        campus = world.networks.pools.add_workplace(1 + int(rng.integers(0, 3)))
        world.people.work[hall] = campus
        world.people.mobile[hall] = campus  # phones are on the campus network, too
        lecturers = some(rng, world.authors.account, 3)
        shown = np.flatnonzero(np.isin(contents.author, lecturers))
        for day in range(0, p.days, 3):
            hour = int(rng.choice(_LECTURE_HOURS_UTC))
            start = p.start_us + day * US_PER_DAY + hour * US_PER_HOUR
            known = shown[contents.published[shown] < start]
            if len(known) == 0:
                continue
            for content in some(rng, known.astype(np.int64), int(rng.integers(1, 3))).tolist():
                here = hall[rng.random(len(hall)) < between(rng, (0.5, 0.9))]
                moment = start + int(between(rng, (5, 80)) * US_PER_MINUTE)
                delay = heavy(rng, len(here), 1.5, 0.8) * US_PER_MINUTE
                ts = moment + delay.astype(np.int64)
                target = np.full(len(here), content, dtype=np.int64)
                parts.append(errands(here, target, ts))
    if not parts:
        parts = [errands(people[:0], people[:0], people[:0])]
    return perform(rng, world, "campus", Errands.concat(parts), _MANNER)
