"""How many likes are real: of each content and each author, with an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenzan.scores.weights import UnseenShares

LIKE_SHARES = """
SELECT v."like", v.content, c.author, cast(round(1000000 * (1.0 - v.score)) AS bigint) AS genuine,
       CASE WHEN v.verdict = 'fake' THEN 1 ELSE 0 END AS fake,
       CASE WHEN v.verdict = 'suspect' THEN 1 ELSE 0 END AS suspect,
       CASE WHEN t.verdict IN ('boosted', 'suspect') THEN 1 ELSE 0 END AS delivered,
       r.ring, coalesce(r.score, 0.0) AS p
FROM like_verdicts v
JOIN contents_in c ON c.content = v.content
JOIN content_verdicts t ON t.content = v.content
LEFT JOIN (
    SELECT l.account, l.content, l.ring, s.score FROM ring_likes l
    JOIN ring_scores s ON s.ring = l.ring
) r ON r.account = v.account AND r.content = v.content
"""
"""Per like: its genuine share in millionths, whether its verdict is fake or suspect, whether its
content got a delivery, and its ring."""

TRUE_LIKES = """
SELECT {whose}, likes, discounted, removed, true_likes,
       greatest(0.0, true_likes - deviation
                     - kept * CASE WHEN delivered = 1 THEN {delivered} ELSE {clean} END) AS low,
       least(cast(likes AS double), true_likes + deviation) AS high
FROM (
    SELECT {whose}, cast(sum(likes) AS bigint) AS likes, cast(sum(suspect) AS bigint) AS discounted,
           cast(sum(fake) AS bigint) AS removed, sum(genuine) / 1000000.0 AS true_likes,
           sum(kept) / 1000000.0 AS kept, max(delivered) AS delivered,
           1.645 * sqrt(sum(variance) / 1000000.0) AS deviation
    FROM (
        SELECT {whose}, ring, count(*) AS likes, cast(sum(suspect) AS bigint) AS suspect,
               cast(sum(fake) AS bigint) AS fake, cast(sum(genuine) AS bigint) AS genuine,
               cast(sum(CASE WHEN fake + suspect = 0 THEN genuine ELSE 0 END) AS bigint) AS kept,
               max(delivered) AS delivered,
               CASE WHEN ring IS NULL
                    THEN cast(sum(cast(floor(genuine * (1000000 - genuine) / 1000000.0) AS bigint))
                              AS bigint)
                    ELSE cast(round(1000000 * max(p) * (1.0 - max(p)) * count(*) * count(*))
                              AS bigint) END AS variance
        FROM like_shares WHERE {whose} IS NOT NULL GROUP BY {whose}, ring
    ) GROUP BY {whose}
)
"""
"""Two things are unsure. What was called may be wrong: likes are real or not one by one, those of
one ring together, with variance p(1-p)n². And what was not called may be fake: detection sees part
of a delivery, or nothing of it. How much it misses is measured on simulated worlds."""


def true_likes_query(whose: str, unseen: UnseenShares) -> str:
    """The query of ``content_likes`` or ``author_likes``.

    Args:
        whose: content or author.
        unseen: Of likes that were not called, the share that may be fake.
    """
    clean, delivered = unseen.of(whose)
    return TRUE_LIKES.format(whose=whose, clean=clean, delivered=delivered)
