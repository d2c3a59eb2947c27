"""Likes hour by hour, beside what views predict."""

from __future__ import annotations

FEWEST_LIKES = 5
"""Fewer likes draw no curve."""

CURVES = f"""
SELECT h.content, h.hour, h.likes, coalesce(f.fake, 0) AS fake_likes,
       CASE WHEN r.views > 0 THEN h.views ELSE NULL END AS views,
       CASE WHEN r.views > 0 THEN h.views * (r.genuine / 1e6) / r.views ELSE NULL END
       AS expected_likes
FROM content_hours h
JOIN content_likes l ON l.content = h.content
JOIN content_verdicts v ON v.content = h.content
LEFT JOIN like_hours f ON f.content = h.content AND f.hour = h.hour
CROSS JOIN (
    SELECT (SELECT cast(sum(views) AS bigint) FROM content_hours) AS views,
           (SELECT cast(sum(genuine) AS bigint) FROM like_shares) AS genuine
) r
WHERE l.likes >= {FEWEST_LIKES} OR v.verdict IN ('suspect', 'boosted')
"""
"""Views predict likes at the log's own rate of genuine likes per view."""
