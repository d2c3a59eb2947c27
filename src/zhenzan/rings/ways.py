"""Witnesses on how members came to the targets: brought by the platform, or by themselves?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.arrays import column
from zhenzan.rings.habits import habits_of_rings
from zhenzan.rings.witnesses import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenzan.engines.base import Engine

MOST_DELIVERED_BITS = 10.0
"""What it speaks for a ring that the platform brought it to four in five of its targets."""
MOST_SOUGHT_BITS = 3.0

RING_DELIVERED = """
SELECT r.ring, count(*) AS likes, count(*) FILTER (WHERE w.way = 2 {seen}) AS delivered
FROM ring_likes r JOIN like_ways w ON w."like" = r."like" {path}
GROUP BY r.ring ORDER BY r.ring
"""
SEEN, SEEN_PATH = "AND p.unseen = 0", 'JOIN like_path p ON p."like" = r."like"'
"""A script may claim any source. What the platform showed has a view, where views are logged."""
SOUGHT = "count(*) AS likes, count(*) FILTER (WHERE w.way = 0 AND w.passed_on = 0) AS sought"
RING_SOUGHT = f"""
SELECT r.ring, r.account, {SOUGHT} FROM ring_likes r JOIN like_ways w ON w."like" = r."like"
GROUP BY r.ring, r.account ORDER BY r.ring, r.account
"""
OUTSIDER_SOUGHT = f"""
SELECT f.account, {SOUGHT} FROM firsts f JOIN like_ways w ON w."like" = f."like"
WHERE f.account NOT IN (SELECT account FROM group_members)
GROUP BY f.account ORDER BY f.account
"""


def hear_ways(engine: Engine, present: frozenset[str]) -> Iterator[tuple[int, Witness]]:
    """What both witnesses say, ring by ring.

    Args:
        engine: Holds ``group_members``, ``ring_likes`` and the features.
        present: What the log holds.
    """
    if "source" not in present:
        return
    seen, path = (SEEN, SEEN_PATH) if "view" in present else ("", "")
    known = engine.query(RING_DELIVERED.format(seen=seen, path=path))
    for ring, likes, by_platform in zip(
        *(column(known, name).tolist() for name in ("ring", "likes", "delivered")), strict=True
    ):
        yield ring, delivered(by_platform, likes)
    if "contents.author_id" not in present:
        # Of how many authors the targets are is what tells a house from a class.
        return
    rings, outsiders = engine.query(RING_SOUGHT), engine.query(OUTSIDER_SOUGHT)
    for ring, sought in habits_of_rings(
        "ring_sought", rings, outsiders, ("sought", "likes"), MOST_SOUGHT_BITS
    ):
        # Most honest groups have no such habit, and a ring may follow those it is to like.
        yield ring, replace(sought, bits=max(sought.bits, 0.0))


def delivered(by_platform: int, likes: int) -> Witness:
    """Did the platform itself bring the members to the targets?

    A seller can send accounts to an ordered post by link, search or profile; it cannot make the
    feed or a push deliver that post to each of them. (Following the author is within its reach.)
    What the platform delivered speaks for the group; that it did not says nothing, since links and
    searches are honest too.

    Args:
        by_platform: Likes of targets reached by recommendation or push.
        likes: Likes of targets whose way is known.
    """
    share = by_platform / max(likes, 1)
    bits = -MOST_DELIVERED_BITS * float(np.clip((share - 0.2) / 0.6, 0.0, 1.0))
    return Witness("ring_delivered", bits, {"percent": 100.0 * share, "likes": likes})
