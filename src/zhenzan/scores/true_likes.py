"""How many likes are real: of each content, each author and the log, with an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.scores.missed import MILLION, estimate_missed

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine
    from zhenzan.scores.weights import TrueLikesWeights

LIKE_SHARES = """
SELECT v."like", v.content, c.author, 0 AS log,
       cast(round(1000000 * (1e0 - v.score)) AS bigint) AS genuine,
       CASE WHEN v.verdict = 'fake' THEN 1 ELSE 0 END AS fake,
       CASE WHEN v.verdict = 'suspect' THEN 1 ELSE 0 END AS suspect,
       CASE WHEN t.verdict IN ('boosted', 'suspect') THEN 1 ELSE 0 END AS delivered,
       r.ring, coalesce(r.score, 0e0) AS p
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

CALLED = """
SELECT cast(coalesce(sum(fake + suspect), 0) AS bigint) AS called, count(*) AS likes,
       (SELECT cast(coalesce(sum(missed), 0) AS bigint) FROM content_missed) AS missed
FROM like_shares
"""

CONTENT_DOUBTS = """
SELECT k.content, k.author, 0 AS log, coalesce(m.missed, 0) AS missed,
       coalesce(m.unsure, 0) AS unsure,
       k.doubt + coalesce(m.unsure, 0)
       + cast(round({wrongly}e0 * coalesce(m.missed, 0)) AS bigint) AS more,
       coalesce(m.unsure, 0)
       + cast(round(CASE WHEN k.delivered = 1 THEN {alike:.9f}e0 ELSE {hidden:.9f}e0 END
                    * (k.kept - coalesce(m.missed, 0))) AS bigint) AS fewer
FROM (
    SELECT content, author, max(delivered) AS delivered,
           cast(sum(CASE WHEN fake + suspect = 0 THEN genuine ELSE 0 END) AS bigint) AS kept,
           cast(sum(CASE WHEN fake + suspect = 0 THEN 1000000 - genuine ELSE 0 END) AS bigint)
           AS doubt
    FROM like_shares GROUP BY content, author
) k LEFT JOIN content_missed m ON m.content = k.content
"""
"""Per content, in millionths of likes: what was missed of a delivery, the variance of that, and by
how much there may be ``more`` genuine likes, or ``fewer``, for a reason that its likes share. More:
what raises no suspicion may all be genuine, and so may some of what seems missed. Fewer: deliveries
of which nothing was seen, and what comes about just as honest likes do."""

TRUE_LIKES = """
SELECT l.{whose}, l.likes, l.discounted, l.removed,
       (l.genuine - d.missed) / 1e6 AS true_likes,
       greatest(0e0, (l.genuine - d.missed - d.fewer) / 1e6
                     - 1.645e0 * sqrt((l.variance + d.unsure) / 1e6)) AS low,
       least(cast(l.likes AS double), (l.genuine - d.missed + d.more) / 1e6
                                      + 1.645e0 * sqrt((l.variance + d.unsure) / 1e6)) AS high
FROM (
    SELECT {whose}, cast(sum(likes) AS bigint) AS likes, cast(sum(suspect) AS bigint) AS discounted,
           cast(sum(fake) AS bigint) AS removed, cast(sum(genuine) AS bigint) AS genuine,
           cast(sum(variance) AS bigint) AS variance
    FROM (
        SELECT {whose}, ring, count(*) AS likes, cast(sum(suspect) AS bigint) AS suspect,
               cast(sum(fake) AS bigint) AS fake, cast(sum(genuine) AS bigint) AS genuine,
               CASE WHEN ring IS NULL
                    THEN cast(sum(cast(floor(genuine * (1000000 - genuine) / 1e6) AS bigint))
                              AS bigint)
                    ELSE cast(round(1000000 * max(p) * (1e0 - max(p)) * count(*) * count(*))
                              AS bigint) END AS variance
        FROM like_shares WHERE {whose} IS NOT NULL GROUP BY {whose}, ring
    ) GROUP BY {whose}
) l
JOIN (
    SELECT {whose}, cast(sum(missed) AS bigint) AS missed, cast(sum(unsure) AS bigint) AS unsure,
           cast(sum(more) AS bigint) AS more, cast(sum(fewer) AS bigint) AS fewer
    FROM content_doubts WHERE {whose} IS NOT NULL GROUP BY {whose}
) d ON d.{whose} = l.{whose}
"""
"""What was called may be wrong: likes are real or not one by one, those of one ring together, with
variance p(1-p)n². To that comes what the likes of a content share."""


def count_true_likes(engine: Engine, weights: TrueLikesWeights) -> None:
    """Fill ``like_shares``, ``content_likes``, ``author_likes`` and ``log_likes`` (one row).

    Args:
        engine: Holds the verdicts, the rings and ``like_manner``.
        weights: What is borrowed, and how much may be hidden.
    """
    engine.create("like_shares", LIKE_SHARES)
    apart = estimate_missed(engine, weights)
    row = engine.query(CALLED).to_pylist()[0]
    hidden = hidden_share(row["called"], row["missed"] / MILLION, row["likes"], weights)
    query = CONTENT_DOUBTS.format(
        wrongly=weights.wrongly_missed, hidden=hidden, alike=max(hidden, 1.0 - apart)
    )
    engine.create("content_doubts", query)
    for whose in ("content", "author", "log"):
        engine.create(f"{whose}_likes", TRUE_LIKES.format(whose=whose))


def hidden_share(called: int, missed: float, likes: int, weights: TrueLikesWeights) -> float:
    """Of the likes of a content on which nothing was seen, the share that may be a delivery's.

    It follows from what the log shows: nothing where nothing was found, more where much was, and
    much more where much of what was found had been missed at first.

    Args:
        called: Likes called fake or suspect.
        missed: Likes missed where deliveries were seen.
        likes: All likes.
        weights: How much may be hidden by what was found and by what was missed.
    """
    found = weights.hidden_per_found * (called + missed) + weights.hidden_per_missed * missed
    return min(1.0, found / max(likes, 1))
