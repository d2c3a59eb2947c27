"""Who was active how much, on what and when."""

from __future__ import annotations

FIRSTS = """
SELECT e."like", e.ts, e.account, e.content, coalesce(c.author, -1 - e.content) AS author,
       e.device, e.ip, e.net
FROM endorsements e JOIN contents_in c ON c.content = e.content
WHERE e."first"
ORDER BY e."like"
"""
"""Each account's first endorsement of each content. Without an author a content is its own:
``author`` = -1 - content."""

ACCOUNT_ACTIVITY = """
SELECT account, count(*) AS likes, count(DISTINCT author) AS authors,
       min(ts) AS first_ts, max(ts) AS last_ts
FROM firsts GROUP BY account
"""

CONTENT_ACTIVITY = """
SELECT content, author, count(*) AS likes, min(ts) AS first_ts, max(ts) AS last_ts
FROM firsts GROUP BY content, author
"""

CONTENT_HOURS = """
SELECT content, cast(floor(ts / 3600000000) AS bigint) AS hour,
       count(*) FILTER (WHERE event_type = 1) AS views,
       count(*) FILTER (WHERE event_type <> 1) AS likes
FROM (
    SELECT content, ts, event_type FROM events WHERE event_type = 1
    UNION ALL
    SELECT content, ts, cast(2 AS smallint) AS event_type FROM endorsements
) GROUP BY content, cast(floor(ts / 3600000000) AS bigint)
"""
"""Views and endorsements of each content in each hour that has any."""

LOG_HOURS = """
SELECT hour, cast(sum(views) AS bigint) AS views, cast(sum(likes) AS bigint) AS likes,
       count(*) FILTER (WHERE likes > 0) AS liked,
       count(*) FILTER (WHERE likes > 0 AND views = 0) AS unviewed
FROM content_hours GROUP BY hour
"""
"""Views and endorsements of the whole log in each hour; how many contents were endorsed then
(``liked``), and how many of these without a single view (``unviewed``)."""

ACCOUNT_LIFE = """
SELECT account, count(*) AS events, count(*) FILTER (WHERE event_type = 1) AS views,
       count(*) FILTER (WHERE event_type = 2) AS likes,
       count(*) FILTER (WHERE event_type IN (4, 5, 6, 7)) AS deeper, min(ts) AS first_ts
FROM events GROUP BY account
"""
"""All that an account did; ``deeper`` counts comments, shares, favourites and follows."""
