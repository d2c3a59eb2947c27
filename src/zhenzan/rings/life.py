"""Witness on the rest of members' lives: do they like hardly anything but the targets?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from zhenzan.arrays import column
from zhenzan.rings.habits import group_rate_bits
from zhenzan.rings.witnesses import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenzan.engines.base import Engine

    Ints = npt.NDArray[np.int64]

MOST_DEDICATED_BITS = 4.0
RARE = 0.1
"""A member is dedicated if so few of those who are as active as its hits make it like so little."""
FEWEST_OTHERS = 100
"""With fewer accounts outside rings, nothing is known of how much people like."""

RING_LIVES = """
SELECT r.ring, r.account, count(*) AS hits, max(a.likes) AS likes
FROM ring_likes r JOIN account_activity a ON a.account = r.account
GROUP BY r.ring, r.account ORDER BY r.ring, r.account
"""
OUTSIDER_LIVES = """
SELECT likes FROM account_activity WHERE account NOT IN (SELECT account FROM group_members)
ORDER BY likes
"""


def hear_lives(engine: Engine) -> Iterator[tuple[int, Witness]]:
    """Do more members like hardly anything else than activity in this log explains?

    In a sparse log everybody's few likes may be all on targets. So a member with h hits among n
    likes is compared with accounts outside rings that have at least h likes: how many of them have
    no more than n?

    Args:
        engine: Holds ``ring_likes``, ``group_members`` and ``account_activity``.
    """
    others = column(engine.query(OUTSIDER_LIVES), "likes")
    if len(others) < FEWEST_OTHERS:
        return
    lives = engine.query(RING_LIVES)
    ring = column(lives, "ring")
    dedicated = rarity(column(lives, "hits"), column(lives, "likes"), others) <= RARE
    for number in np.unique(ring).tolist():
        of_ring = dedicated[slice(*np.searchsorted(ring, [number, number + 1]))]
        hits, members = int(of_ring.sum()), len(of_ring)
        bits = max(group_rate_bits(hits, members, RARE, MOST_DEDICATED_BITS), 0.0)
        facts: dict[str, float | int] = {"dedicated": hits, "members": members}
        yield number, Witness("ring_dedicated", bits, facts)


def rarity(hits: Ints, likes: Ints, others: Ints) -> npt.NDArray[np.float64]:
    """Of ``others`` (likes per account, ascending) with at least ``hits``, who has ≤ ``likes``?"""
    active = len(others) - np.searchsorted(others, hits, side="left")
    no_more = np.searchsorted(others, likes, side="right") - np.searchsorted(others, hits, "left")
    return np.asarray((no_more + 1.0) / (active + 1.0))
