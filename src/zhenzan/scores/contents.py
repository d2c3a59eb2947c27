"""Engagement and health of each content."""

from __future__ import annotations

FEWEST_VIEWS = 20
"""Below so many views an engagement rate says nothing."""

CONTENT_SCORES = f"""
SELECT c.*,
       CASE WHEN e.views >= {FEWEST_VIEWS} THEN 100.0 * percent_rank() OVER (
           PARTITION BY e.views >= {FEWEST_VIEWS}
           ORDER BY (c.true_likes + coalesce(e.comments + e.shares + e.favorites, 0))
                    / nullif(e.views, 0)
       ) ELSE NULL END AS engagement_score,
       100.0 * (c.true_likes + 1.0) / (c.likes + 1.0) AS health
FROM content_likes c LEFT JOIN content_visits e ON e.content = c.content
"""
