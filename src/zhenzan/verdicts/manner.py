"""How a ring's likes came about, beside its members' other likes: which single ones are orders?

Hired people and the owners of hijacked accounts have lives of their own, and like a customer's post
now and then because they do. Their errands come about in another manner: sought, not met; watched
briefly or not at all; without a comment. What is usual for either is read from the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.verdicts.odds import read_odds

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine

LIKE_MANNER = """
SELECT e."like", {way} + 4 * {seen} + 24 * {deeper} AS manner
FROM endorsements e {joins}
"""
"""Manner: how the account came there, how much it watched (in fifths of all
watched likes), whether it did more than like. What is not logged is one case more."""
WAY = "coalesce(1 + w.way, 0)"
WAY_JOIN = 'LEFT JOIN like_ways w ON w."like" = e."like"'
SEEN = """CASE WHEN p.unseen = 1 THEN 0 WHEN p.watched IS NULL THEN 5
WHEN p.watched <= q.fifth THEN 1 WHEN p.watched <= q.half THEN 2
WHEN p.watched <= q.most THEN 3 ELSE 4 END"""
SEEN_JOIN = """LEFT JOIN like_path p ON p."like" = e."like" CROSS JOIN (
    SELECT percentile_disc(0.2) WITHIN GROUP (ORDER BY watched) AS fifth,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY watched) AS half,
           percentile_disc(0.8) WITHIN GROUP (ORDER BY watched) AS most
    FROM like_path WHERE unseen = 0
) q"""
DEEPER_JOIN = "LEFT JOIN deeper d ON d.account = e.account AND d.content = e.content"
DEEPER = "CASE WHEN d.account IS NULL THEN 0 ELSE 1 END"

MANNER_SHARES = """
SELECT manner, (count(*) + 0.5e0) / max(t.likes) AS share FROM like_manner
CROSS JOIN (SELECT count(*) + 1e0 AS likes FROM like_manner) t
GROUP BY manner
"""


def read_manners(engine: Engine, present: frozenset[str]) -> None:
    """Fill ``like_manner`` ("like", manner) and ``manner_odds`` (ring, manner, odds).

    Args:
        engine: Holds ``ring_scores``, ``ring_likes``, ``group_members`` and the features.
        present: What the log holds.
    """
    ways, views = "source" in present, "view" in present
    joins = [DEEPER_JOIN, *([WAY_JOIN] if ways else []), *([SEEN_JOIN] if views else [])]
    query = LIKE_MANNER.format(
        way=WAY if ways else "0",
        seen=SEEN if views else "5",
        deeper=DEEPER,
        joins="\n".join(joins),
    )
    engine.create("like_manner", query)
    engine.create("manner_shares", MANNER_SHARES)
    read_odds(engine, "manner")
