"""What accounts did with each content, all of it beside what is genuine."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from zhenzan.arrays import column, columns
from zhenzan.kernels.visits import EVENT, SUMS, lay_down, visit_sums

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine
    from zhenzan.kernels.visits import Ints, Rows

PART_EVENTS = 12_000_000
"""About so many events are looked at together, of 24 bytes each; all those of one content are."""

TRUSTED_NOT = """
SELECT account FROM account_verdicts WHERE verdict IN ('fake', 'suspect')
"""
EXCLUDED = """
SELECT DISTINCT content, account FROM like_verdicts WHERE verdict IN ('fake', 'suspect')
ORDER BY content, account
"""
"""What an account did with a content that it was paid to like is part of the order."""
OF_CONTENTS = "SELECT author, duration_ms FROM contents_in ORDER BY content"
ACCOUNTS = "SELECT count(*) AS accounts FROM accounts_in"
SIZES = "SELECT content, count(*) AS size FROM events WHERE {kinds} GROUP BY content"
EVENTS = """
SELECT content, account, event_type, watch_ms, progress,
       CASE WHEN source = 'share' THEN 1 ELSE 0 END AS shared
FROM events WHERE {kinds} AND content BETWEEN {low} AND {high}
"""
"""Of a range of contents. The kinds are what ``event_type`` is not: a list of what it is would be
joined with all events."""

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


def content_visits(engine: Engine, kinds: str, *, views: bool) -> pa.Table:
    """The visits of each content that has any, summed up; a visit is all of one account with it.

    Args:
        engine: Holds the log and the verdicts.
        kinds: SQL: which events count.
        views: Whether the log holds views. Then only viewers are genuine: a comment without a view
            tells of no viewer's interest.

    Returns:
        ``content``, and a column for each of ``kernels.visits.SUMS``.
    """
    author, duration_ms = columns(engine.query(OF_CONTENTS))
    distrusted = np.zeros(column(engine.query(ACCOUNTS), "accounts")[0], bool)
    distrusted[column(engine.query(TRUSTED_NOT), "account")] = True
    excluded_content, excluded = columns(engine.query(EXCLUDED))
    sizes = np.zeros(len(author), np.int64)
    content, size = columns(engine.query(SIZES.format(kinds=kinds)))
    sizes[content] = size
    sums = [np.zeros((0, len(SUMS)), np.int64)]
    for low, high in pairwise(_edges(sizes)):
        rows, starts = _read(engine, kinds, low, sizes[low:high])
        excluded_starts = np.searchsorted(excluded_content, np.arange(low, high + 1))
        of = slice(low, high)
        told = (author[of], duration_ms[of], distrusted, excluded_starts, excluded)
        sums.append(visit_sums(rows, starts, *told, int(views))[sizes[of] > 0])
    values = np.concatenate(sums).T.copy()
    visited = {"content": np.flatnonzero(sizes)}
    return pa.table(visited | dict(zip(SUMS, values, strict=True)))


def _edges(sizes: Ints) -> list[int]:
    """Where parts of about ``PART_EVENTS`` events begin, and the end of the last."""
    part = np.cumsum(sizes) // PART_EVENTS
    return [*np.flatnonzero(np.diff(part, prepend=-1)).tolist(), len(sizes)]


def _read(engine: Engine, kinds: str, low: int, sizes: Ints) -> tuple[Rows, Ints]:
    """The events of contents from ``low`` on, and where those of each begin."""
    starts = np.concatenate([[0], np.cumsum(sizes)])
    rows, free = np.empty(starts[-1], EVENT), starts.copy()
    query = EVENTS.format(kinds=kinds, low=low, high=low + len(sizes) - 1)
    for batch in engine.stream(query):
        content, *of = columns(pa.Table.from_batches([batch]))
        lay_down(rows, free, content - low, *of)
    return rows, starts
