"""Task lists: people sit down once a day and work off what has come in, in the list's order.

The pace, and that everybody keeps an hour of their own to the minute, is our assumption.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.parameters import US_PER_DAY, US_PER_SECOND
from zhenzan.worlds.people import visit_clock

if TYPE_CHECKING:
    from zhenzan.worlds.errands import Errands
    from zhenzan.worlds.world import World

_SECONDS_A_TASK = 20


def at_sittings(
    rng: np.random.Generator, world: World, todo: Errands, *, obedience: float
) -> Errands:
    """Move errands to their accounts' next sitting.

    Args:
        rng: Random stream.
        world: The world.
        todo: Errands with the time from which they are on the list.
        obedience: Share of the accounts that keep the list's order; others shuffle it.

    Returns:
        The same errands at the time that they are done.
    """
    n = len(todo)
    accounts, whose = np.unique(todo.account, return_inverse=True)
    habit = visit_clock(rng, world.people, accounts)[whose]
    day = todo.ts // US_PER_DAY
    sitting = day * US_PER_DAY + habit
    sitting = np.where(sitting < todo.ts, sitting + US_PER_DAY, sitting)
    shuffles = (rng.random(len(accounts)) >= obedience)[whose]
    position = np.where(shuffles, rng.random(n), 0.0)
    # number the tasks of each sitting: by the list (older orders first), or shuffled
    order = np.lexsort((todo.campaign, position, sitting, whose))
    first = np.ones(n, dtype=np.bool_)
    first[1:] = (np.diff(whose[order]) != 0) | (np.diff(sitting[order]) != 0)
    start = np.flatnonzero(first)
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n) - np.repeat(start, np.diff(np.append(start, n)))
    ts = sitting + place * _SECONDS_A_TASK * US_PER_SECOND
    return replace(todo, ts=np.minimum(ts, world.parameters.end_us - 1))
