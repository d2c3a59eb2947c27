"""How many likes are real: of each content and each author, with an interval."""

from __future__ import annotations

LIKE_SHARES = """
SELECT v."like", v.content, c.author, cast(round(1000000 * (1.0 - v.score)) AS bigint) AS genuine,
       CASE WHEN v.verdict = 'fake' THEN 1 ELSE 0 END AS fake,
       CASE WHEN v.verdict = 'suspect' THEN 1 ELSE 0 END AS suspect,
       r.ring, coalesce(r.score, 0.0) AS p
FROM like_verdicts v
JOIN contents_in c ON c.content = v.content
LEFT JOIN (
    SELECT l.account, l.content, l.ring, s.score FROM ring_likes l
    JOIN ring_scores s ON s.ring = l.ring
) r ON r.account = v.account AND r.content = v.content
"""
"""Per like: its genuine share in millionths, whether its verdict is fake or suspect, its ring."""

TRUE_LIKES = """
SELECT {whose}, cast(sum(likes) AS bigint) AS likes, cast(sum(suspect) AS bigint) AS discounted,
       cast(sum(fake) AS bigint) AS removed, sum(genuine) / 1000000.0 AS true_likes,
       greatest(0.0, sum(genuine) / 1000000.0 - 1.645 * sqrt(sum(variance) / 1000000.0)) AS low,
       least(cast(sum(likes) AS double), sum(genuine) / 1000000.0
             + 1.645 * sqrt(sum(variance) / 1000000.0)) AS high
FROM (
    SELECT {whose}, ring, count(*) AS likes, cast(sum(suspect) AS bigint) AS suspect,
           cast(sum(fake) AS bigint) AS fake, cast(sum(genuine) AS bigint) AS genuine,
           CASE WHEN ring IS NULL
                THEN cast(sum(cast(floor(genuine * (1000000 - genuine) / 1000000.0) AS bigint))
                          AS bigint)
                ELSE cast(round(1000000 * max(p) * (1.0 - max(p)) * count(*) * count(*))
                          AS bigint) END AS variance
    FROM like_shares WHERE {whose} IS NOT NULL GROUP BY {whose}, ring
) GROUP BY {whose}
"""
"""The likes of one ring are real or not together: their variance is p(1-p)n². The interval is
normal, 90%."""
