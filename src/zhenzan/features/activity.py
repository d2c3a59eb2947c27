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

DEEPER = """
SELECT DISTINCT account, content FROM events WHERE event_type IN ({deeper})
"""
"""Who did more with what than endorse it: comments, shares, favourites and follows. Where shares
are what is judged, a share is no more than itself."""

ACCOUNT_LIFE = """
SELECT e.account, e.events, e.views, coalesce(n.likes, 0) AS likes,
       coalesce(d.deeper, 0) AS deeper, e.first_ts
FROM (
    SELECT account, count(*) AS events, count(*) FILTER (WHERE event_type = 1) AS views,
           min(ts) AS first_ts
    FROM events WHERE event_type <> 8 GROUP BY account
) e
LEFT JOIN (SELECT account, count(*) AS likes FROM endorsements GROUP BY account) n
ON n.account = e.account
LEFT JOIN (SELECT account, count(*) AS deeper FROM deeper GROUP BY account) d
ON d.account = e.account
"""
"""All that an account did; what it was merely shown (an impression) is not its doing. ``deeper``
counts contents that it did more with than endorse."""
