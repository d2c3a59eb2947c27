"""The plain rule of the path: a like by somebody who never viewed the content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.quality.peers.peer import Peer

if TYPE_CHECKING:
    from benchmark.quality.log import Log, Reals


def score(log: Log) -> Reals:
    """Of a like without an earlier view: the share of such likes of its account; else 0."""
    return log.reals("""
        WITH views AS (
            SELECT account_id, content_id, min(ts) AS first FROM events
            WHERE event_type = 'view' GROUP BY ALL
        ), seen AS (
            SELECT row, account, coalesce(first <= ts, FALSE) AS viewed
            FROM likes LEFT JOIN views USING (account_id, content_id)
        ), blind AS (
            SELECT account, count(*) FILTER (WHERE NOT viewed) / count(*) AS share
            FROM seen GROUP BY account
        )
        SELECT CASE WHEN viewed THEN 0 ELSE share END FROM seen JOIN blind USING (account)
        ORDER BY row
    """)


PEER = Peer(
    id="no_view",
    title="like without a view",
    score=score,
    about="share of the account's likes without a view, on these likes",
    usual=1e-9,
    usual_from="the rule as it is commonly stated: every like without a view",
    reads=("watch_ms",),
)
