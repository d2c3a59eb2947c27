"""How many likes of a content are real, how it engages, how healthy its numbers are."""

from __future__ import annotations

FEWEST_VIEWS = 20
"""Below so many views an engagement rate says nothing."""
MOST_CURVES = 500

LIKE_SHARES = """
SELECT v."like", v.content, cast(round(1000000 * (1.0 - v.score)) AS bigint) AS genuine,
       CASE WHEN v.verdict = 'fake' THEN 1 ELSE 0 END AS fake, r.ring, coalesce(r.score, 0.0) AS p
FROM like_verdicts v
LEFT JOIN (
    SELECT l.account, l.content, l.ring, s.score FROM ring_likes l
    JOIN ring_scores s ON s.ring = l.ring
) r ON r.account = v.account AND r.content = v.content
"""
"""Per like: its genuine share in millionths, whether its verdict is fake, and its ring if any."""

CONTENT_SCORES = f"""
SELECT c.content, c.likes, c.fake_likes, c.genuine / 1000000.0 AS true_likes,
       greatest(0.0, c.genuine / 1000000.0 - 1.645 * sqrt(c.variance / 1000000.0)) AS low,
       least(cast(c.likes AS double), c.genuine / 1000000.0
             + 1.645 * sqrt(c.variance / 1000000.0)) AS high,
       CASE WHEN e.views >= {FEWEST_VIEWS} THEN 100.0 * percent_rank() OVER (
           PARTITION BY e.views >= {FEWEST_VIEWS}
           ORDER BY (c.genuine / 1000000.0 + coalesce(e.actions, 0)) / nullif(e.views, 0)
       ) ELSE NULL END AS engagement_score,
       100.0 * (c.genuine / 1000000.0 + 1.0) / (c.likes + 1.0) AS health
FROM (
    SELECT content, cast(sum(likes) AS bigint) AS likes, cast(sum(fake) AS bigint) AS fake_likes,
           cast(sum(genuine) AS bigint) AS genuine, cast(sum(variance) AS bigint) AS variance
    FROM (
        SELECT content, ring, count(*) AS likes, sum(fake) AS fake, sum(genuine) AS genuine,
               CASE WHEN ring IS NULL
                    THEN sum(cast(floor(genuine * (1000000 - genuine) / 1000000.0) AS bigint))
                    ELSE cast(round(1000000 * max(p) * (1.0 - max(p)) * count(*) * count(*))
                              AS bigint) END AS variance
        FROM like_shares GROUP BY content, ring
    ) GROUP BY content
) c LEFT JOIN (
    SELECT content, count(*) FILTER (WHERE event_type = 1) AS views,
           count(*) FILTER (WHERE event_type IN (4, 5, 6)) AS actions
    FROM events GROUP BY content
) e ON e.content = c.content
"""
"""The likes of one ring on one content are real or not together: their variance is p(1-p)n². The
interval is normal, 90%. Actions are comments, shares and favourites."""

CURVES = f"""
SELECT h.content, h.hour, h.likes, coalesce(f.fake, 0) AS fake_likes,
       CASE WHEN r.views > 0 THEN h.views ELSE NULL END AS views,
       CASE WHEN r.views > 0 THEN h.views * r.genuine / 1000000.0 / r.views ELSE NULL END
       AS expected_likes
FROM content_hours h
JOIN (
    SELECT content FROM (
        SELECT v.content, row_number() OVER (
            ORDER BY s.fake_likes DESC, v.millibits DESC, v.content) AS place
        FROM content_verdicts v JOIN content_scores s ON s.content = v.content
        WHERE v.verdict IN ('suspect', 'boosted')
    ) WHERE place <= {MOST_CURVES}
) t ON t.content = h.content
LEFT JOIN (
    SELECT s.content, cast(floor(e.ts / 3600000000) AS bigint) AS hour, sum(s.fake) AS fake
    FROM like_shares s JOIN endorsements e ON e."like" = s."like"
    GROUP BY s.content, cast(floor(e.ts / 3600000000) AS bigint)
) f ON f.content = h.content AND f.hour = h.hour
CROSS JOIN (
    SELECT (SELECT cast(sum(views) AS bigint) FROM content_hours) AS views,
           (SELECT cast(sum(genuine) AS bigint) FROM like_shares) AS genuine
) r
"""
"""Views predict likes at the log's own rate of genuine likes per view."""
