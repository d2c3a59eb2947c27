"""What accounts did with each content, all of it beside what is genuine: one pass over events."""

from __future__ import annotations

FINISHED_TENTHS = 9
"""Who watched so much has finished: players lose the last second, and credits are left."""
MOST_WATCH_MS = 180_000
"""Of one account's watching of one content so much counts at most: a forgotten phone is no fan."""
MOST_COMMENTS = 3
"""Of one account's comments on one content so many count: a conversation counts, a flood does
not."""
TENTHS = 10
PART_EVENTS = 4_000_000
"""About so many events are counted at once, those of one content together: nearly every event is a
group of its own, which takes 150 bytes."""

EXCLUDED_PAIRS = """
SELECT DISTINCT account, content FROM like_verdicts WHERE verdict IN ('fake', 'suspect')
"""
"""What an account did with a content that it was paid to like is part of the order."""
EXCLUDED_ACCOUNTS = """
SELECT account FROM account_verdicts WHERE verdict IN ('fake', 'suspect')
"""

VISITS = """
SELECT content, account,
       count(*) FILTER (WHERE event_type = 1) AS views,
       max(progress) AS progress, max(watch_ms) AS longest_ms,
       cast(sum(watch_ms) AS bigint) AS watch_ms,
       count(*) FILTER (WHERE event_type = 1 AND source = 'share') AS shared,
       count(*) FILTER (WHERE event_type = 4) AS comments,
       count(*) FILTER (WHERE event_type = 5) AS shares,
       count(*) FILTER (WHERE event_type = 6) AS favorites,
       count(*) FILTER (WHERE event_type = 7) AS follows
FROM events WHERE {kinds} AND content % {parts} = {part}
GROUP BY content, account
"""
"""What one account did with one content, in all of the log; of one part of the contents. The kinds
are what ``event_type`` is not: a list of what it is would be joined with all events."""

VISIT_SUMS = f"""
SELECT content, genuine, tenth,
       cast(sum(views) AS bigint) AS views, count(*) FILTER (WHERE views > 0) AS viewers,
       count(watch_ms) AS timed_viewers,
       cast(coalesce(sum(least(watch_ms, {MOST_WATCH_MS})), 0) AS bigint) AS watch_ms,
       cast(sum(comments) AS bigint) AS comments,
       cast(sum(least(comments, {MOST_COMMENTS})) AS bigint) AS counted_comments,
       count(*) FILTER (WHERE comments > 0) AS commenters,
       cast(sum(shares) AS bigint) AS shares, count(*) FILTER (WHERE shares > 0) AS sharers,
       count(*) FILTER (WHERE shared > 0) AS arrivals,
       cast(sum(favorites) AS bigint) AS favorites,
       count(*) FILTER (WHERE favorites > 0) AS keepers,
       cast(sum(follows) AS bigint) AS follows, count(*) FILTER (WHERE follows > 0) AS followers
FROM (
    SELECT v.*, cast(floor(coalesce(v.progress, CASE WHEN c.duration_ms > 0
                     THEN least(1e6, v.longest_ms * 1e6 / c.duration_ms) ELSE NULL END)
                     / 1e5) AS bigint) AS tenth,
           CASE WHEN p.account IS NULL AND a.account IS NULL
                     AND coalesce(c.author, -1) <> v.account{{viewed}} THEN 1 ELSE 0 END AS genuine
    FROM ({VISITS}) v
    JOIN contents_in c ON c.content = v.content
    LEFT JOIN excluded_pairs p ON p.account = v.account AND p.content = v.content
    LEFT JOIN excluded_accounts a ON a.account = v.account
) GROUP BY content, genuine, tenth
"""
"""The visits of each content, by whether they are genuine and how many tenths were watched. Where
views are logged, only viewers are genuine: a comment without one tells of no viewer's interest."""

_TENTHS = ",\n       ".join(
    f"cast(sum(CASE WHEN tenth >= {tenth} THEN {of} ELSE 0 END) AS bigint) AS {name}_{tenth}"
    for name, of in (("reached", "viewers"), ("stayed", "genuine * viewers"))
    for tenth in range(TENTHS + 1)
)
_SUMS = ",\n       ".join(
    f"cast(sum({of}) AS bigint) AS {name}"
    for name, of in {
        "views": "views",
        "viewers": "viewers",
        "genuine_viewers": "genuine * viewers",
        "finishers": f"CASE WHEN tenth >= {FINISHED_TENTHS} THEN genuine * viewers ELSE 0 END",
        "timed_viewers": "genuine * timed_viewers",
        "watch_ms": "genuine * watch_ms",
        "comments": "comments",
        "genuine_comments": "genuine * counted_comments",
        "genuine_commenters": "genuine * commenters",
        "shares": "shares",
        "genuine_sharers": "genuine * sharers",
        "share_arrivals": "genuine * arrivals",
        "favorites": "favorites",
        "genuine_favorites": "genuine * keepers",
        "follows": "follows",
        "genuine_follows": "genuine * followers",
    }.items()
)
CONTENT_VISITS = f"""
SELECT content, {_SUMS},
       {_TENTHS}
FROM ({{sums}}) GROUP BY content
"""
"""``reached_k`` and ``stayed_k``: viewers, and genuine ones, who watched at least k tenths."""

ENGAGEMENT_COUNTS = """
SELECT v.content,
       CASE WHEN t.views > 0 THEN v.views ELSE NULL END AS views,
       CASE WHEN t.views > 0 THEN v.viewers ELSE NULL END AS viewers,
       CASE WHEN t.views > 0 THEN v.genuine_viewers ELSE NULL END AS genuine_viewers,
       CASE WHEN t.watched > 0 THEN v.stayed_0 ELSE NULL END AS watchers,
       CASE WHEN t.watched > 0 THEN v.finishers ELSE NULL END AS finishers,
       CASE WHEN t.timed > 0 THEN v.timed_viewers ELSE NULL END AS timed_viewers,
       CASE WHEN t.timed > 0 THEN v.watch_ms ELSE NULL END AS watch_ms,
       CASE WHEN t.comments > 0 THEN v.comments ELSE NULL END AS comments,
       CASE WHEN t.comments > 0 THEN v.genuine_comments ELSE NULL END AS genuine_comments,
       CASE WHEN t.comments > 0 THEN v.genuine_commenters ELSE NULL END AS genuine_commenters,
       CASE WHEN t.shares > 0 THEN v.shares ELSE NULL END AS shares,
       CASE WHEN t.shares > 0 THEN v.genuine_sharers ELSE NULL END AS genuine_sharers,
       CASE WHEN t.arrivals > 0 THEN v.share_arrivals ELSE NULL END AS share_arrivals,
       CASE WHEN t.favorites > 0 THEN v.favorites ELSE NULL END AS favorites,
       CASE WHEN t.favorites > 0 THEN v.genuine_favorites ELSE NULL END AS genuine_favorites,
       CASE WHEN t.follows > 0 THEN v.follows ELSE NULL END AS follows,
       CASE WHEN t.follows > 0 THEN v.genuine_follows ELSE NULL END AS genuine_follows
FROM content_visits v CROSS JOIN (
    SELECT sum(views) AS views, sum(reached_0) AS watched, sum(timed_viewers) AS timed,
           sum(comments) AS comments, sum(shares) AS shares, sum(share_arrivals) AS arrivals,
           sum(favorites) AS favorites, sum(follows) AS follows
    FROM content_visits
) t
"""
"""What no event of the log tells of is null, not none."""

SOURCE_WORDS = """
SELECT source FROM (
    SELECT source, row_number() OVER (ORDER BY count(*) DESC, source) AS place
    FROM events WHERE event_type = 1 AND source IS NOT NULL GROUP BY source
) WHERE place <= 20
"""
CONTENT_SOURCES = """
SELECT content, source, cast(sum(views) AS bigint) AS views, cast(sum(likes) AS bigint) AS likes,
       cast(sum(fake) AS bigint) AS fake_likes
FROM (
    SELECT r.content, CASE WHEN r.source IS NULL THEN 'unlogged'
                           WHEN w.source IS NULL THEN 'other' ELSE r.source END AS source,
           r.views, r.likes, r.fake
    FROM (
        SELECT content, source, count(*) AS views, 0 AS likes, 0 AS fake
        FROM events WHERE event_type = 1 GROUP BY content, source
        UNION ALL
        SELECT e.content, e.source, 0 AS views, count(*) AS likes, sum(s.fake) AS fake
        FROM endorsements e JOIN like_shares s ON s."like" = e."like" GROUP BY e.content, e.source
    ) r LEFT JOIN source_words w ON w.source = r.source
) GROUP BY content, source
"""
