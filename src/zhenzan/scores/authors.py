"""Authors: what all their contents together received."""

from __future__ import annotations

AUTHOR_SCORES = """
SELECT a.author, b.contents, a.likes, a.discounted, a.removed, a.true_likes, a.low, a.high,
       b.engagement / 1e2 / b.viewers AS engagement_score,
       b.engagement_low / 1e2 / b.viewers AS engagement_low,
       b.engagement_high / 1e2 / b.viewers AS engagement_high,
       h.health, h.parts AS health_parts, r.reasons AS health_reasons, h.timely, h.deep,
       b.clean, b.suspect, b.boosted, b.unknown, s.verdict, s.role, s.credit, t.ties
FROM author_likes a
JOIN (
    SELECT c.author, count(*) AS contents,
           cast(sum(e.score * g.genuine_viewers) AS bigint) AS engagement,
           cast(sum(e.low * g.genuine_viewers) AS bigint) AS engagement_low,
           cast(sum(e.high * g.genuine_viewers) AS bigint) AS engagement_high,
           cast(sum(CASE WHEN e.score IS NULL THEN NULL ELSE g.genuine_viewers END) AS bigint)
           AS viewers,
           count(*) FILTER (WHERE v.verdict = 'clean') AS clean,
           count(*) FILTER (WHERE v.verdict = 'suspect') AS suspect,
           count(*) FILTER (WHERE v.verdict = 'boosted') AS boosted,
           count(*) FILTER (WHERE v.verdict = 'unknown') AS unknown
    FROM content_likes l
    JOIN contents_in c ON c.content = l.content
    JOIN content_verdicts v ON v.content = l.content
    LEFT JOIN content_engagement e ON e.content = l.content
    LEFT JOIN engagement_counts g ON g.content = l.content
    GROUP BY c.author
) b ON b.author = a.author
JOIN account_scores s ON s.account = a.author
JOIN ({health}) h ON h.author = a.author
LEFT JOIN author_health_reasons r ON r.author = a.author
LEFT JOIN (SELECT author, {ties} AS ties FROM (
    SELECT DISTINCT author, tie FROM author_ties) GROUP BY author) t ON t.author = a.author
"""
"""The engagement of an author is the mean of its contents', each as often as it was viewed."""
