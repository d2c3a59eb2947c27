"""Authors: what all their contents together received."""

from __future__ import annotations

AUTHOR_SCORES = """
SELECT a.author, b.contents, a.likes, a.discounted, a.removed, a.true_likes, a.low, a.high,
       b.engagement_score, 100.0 * (a.true_likes + 1.0) / (a.likes + 1.0) AS health,
       b.clean, b.suspect, b.boosted, b.unknown, s.verdict, s.role, s.credit
FROM author_likes a
JOIN (
    SELECT c.author, count(*) AS contents,
           sum(cast(round(100 * s.engagement_score) AS bigint) * e.genuine_viewers)
           / 100.0 / nullif(sum(CASE WHEN s.engagement_score IS NULL THEN 0
                                     ELSE e.genuine_viewers END), 0) AS engagement_score,
           count(*) FILTER (WHERE v.verdict = 'clean') AS clean,
           count(*) FILTER (WHERE v.verdict = 'suspect') AS suspect,
           count(*) FILTER (WHERE v.verdict = 'boosted') AS boosted,
           count(*) FILTER (WHERE v.verdict = 'unknown') AS unknown
    FROM content_scores s
    JOIN contents_in c ON c.content = s.content
    JOIN content_verdicts v ON v.content = s.content
    LEFT JOIN content_visits e ON e.content = s.content
    GROUP BY c.author
) b ON b.author = a.author
JOIN account_scores s ON s.account = a.author
"""
"""The engagement of an author is the mean of its contents', each as often as it was viewed."""
