"""What each endorser did before endorsing."""

from __future__ import annotations

VIEW_SLACK_US = 600 * 1_000_000
"""A view may be logged when it ends, after the like: up to ten minutes later still counts."""

LIKE_PATH = f"""
SELECT e."like", e.account, e.content,
       CASE WHEN v.first_view IS NULL OR v.first_view > e.ts + {VIEW_SLACK_US}
            THEN 1 ELSE 0 END AS unseen,
       CASE WHEN v.progress IS NOT NULL THEN v.progress
            WHEN v.watch_ms IS NOT NULL AND c.duration_ms > 0
            THEN least(1000000, cast(floor(v.watch_ms * 1e6 / c.duration_ms) AS bigint))
            ELSE NULL END AS watched,
       v.watch_ms
FROM endorsements e
JOIN contents_in c ON c.content = e.content
LEFT JOIN (
    SELECT v.account, v.content, min(v.ts) AS first_view,
           max(v.watch_ms) AS watch_ms, max(v.progress) AS progress
    FROM events v JOIN firsts f ON f.account = v.account AND f.content = v.content
    WHERE v.event_type = 1
    GROUP BY v.account, v.content
) v ON v.account = e.account AND v.content = e.content
"""
"""Per endorsement: whether no view came before it (``unseen``), and how much of the content its
account watched at best (``watched`` in millionths, ``watch_ms``); null where not logged."""

LIKE_WAYS = """
SELECT e."like",
       CASE WHEN coalesce(e.source, v.source) IN ('recommend', 'push') THEN 2
            WHEN coalesce(e.source, v.source) = 'follow' THEN 1 ELSE 0 END AS way,
       CASE WHEN coalesce(e.source, v.source) = 'share' THEN 1 ELSE 0 END AS passed_on
FROM endorsements e
LEFT JOIN (
    SELECT v.account, v.content, min(v.source) AS source
    FROM events v JOIN firsts f ON f.account = v.account AND f.content = v.content
    WHERE v.event_type = 1 AND v.source IS NOT NULL
    GROUP BY v.account, v.content
) v ON v.account = e.account AND v.content = e.content
WHERE coalesce(e.source, v.source) IS NOT NULL
"""
"""How the account came there: 2 the platform chose to show it (recommendation, push), 1 it follows
the author, 0 it sought the content or was sent; ``passed_on`` is 1 where somebody shared it. Only
endorsements whose source is logged, with them or with a view."""
