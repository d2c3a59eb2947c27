"""How much more usual a case is among a ring's likes than among other likes: which are orders?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine

MOST_CASE_BITS = 3.0
"""What the case of one like may say, for or against its being an order."""
BORROWED_LIKES = 50.0
"""A ring whose members like little else borrows so many likes of everybody's."""

RING_CASES = """
SELECT l.ring, c.{case}, count(*) AS likes
FROM ring_likes l JOIN like_{case} c ON c."like" = l."like" GROUP BY l.ring, c.{case}
"""
OTHER_CASES = """
SELECT g.ring, c.{case}, count(*) AS likes
FROM group_members g JOIN endorsements e ON e.account = g.account
JOIN like_{case} c ON c."like" = e."like"
LEFT JOIN ring_likes l ON l."like" = e."like"
WHERE l."like" IS NULL GROUP BY g.ring, c.{case}
"""
_BITS = (
    f"cast(round(1000 * least(greatest(log2({{ratio}}), -{MOST_CASE_BITS}e0), "
    f"{MOST_CASE_BITS}e0)) AS bigint)"
)
_OF_RING = "(coalesce(r.likes, 0) + g.share) / (rt.likes + 1e0)"
_OF_MEMBERS = f"""(coalesce(o.likes, 0) + {BORROWED_LIKES}e0 * g.share)
/ (coalesce(ot.likes, 0) + {BORROWED_LIKES}e0)"""
CASE_ODDS = f"""
SELECT m.ring, m.{{case}},
       {_BITS.format(ratio=f"({_OF_RING}) / ({_OF_MEMBERS})")} AS of_members,
       {_BITS.format(ratio=f"({_OF_RING}) / g.share")} AS of_others
FROM (SELECT DISTINCT r.ring, g.{{case}} FROM ring_scores r CROSS JOIN {{case}}_shares g) m
JOIN {{case}}_shares g ON g.{{case}} = m.{{case}}
JOIN (SELECT ring, sum(likes) AS likes FROM ring_{{case}}s GROUP BY ring) rt ON rt.ring = m.ring
LEFT JOIN (SELECT ring, sum(likes) AS likes FROM other_{{case}}s GROUP BY ring) ot
ON ot.ring = m.ring
LEFT JOIN ring_{{case}}s r ON r.ring = m.ring AND r.{{case}} = m.{{case}}
LEFT JOIN other_{{case}}s o ON o.ring = m.ring AND o.{{case}} = m.{{case}}
"""
"""Log2, in thousandths of a bit: the last digit of a logarithm is each engine's own."""


def read_odds(engine: Engine, case: str) -> None:
    """Fill the table ``<case>_odds``: ring, case, of_members, of_others (both millibits).

    ``of_members`` compares the ring's likes with the other likes of its members, ``of_others``
    with what is usual.

    Args:
        engine: Holds ``ring_scores``, ``ring_likes``, ``group_members``, ``endorsements``, and of
            the case ``like_<case>`` ("like", case) and ``<case>_shares`` (case, share of what is
            usual, in (0, 1)).
        case: ``manner`` or ``place``.
    """
    engine.create(f"ring_{case}s", RING_CASES.format(case=case))
    engine.create(f"other_{case}s", OTHER_CASES.format(case=case))
    engine.create(f"{case}_odds", CASE_ODDS.format(case=case))
