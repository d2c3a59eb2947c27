"""The plain rule of coordination studies: three contents in common within 60 seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.quality.peers.peer import Peer

if TYPE_CHECKING:
    from benchmark.quality.log import Log, Reals

WINDOW_US = 60_000_000
MEETINGS = f"""
    CREATE TABLE meetings AS
    SELECT a.account AS one, b.account AS other, a.content, a.row AS row, b.row AS other_row
    FROM likes a JOIN likes b
      ON a.content = b.content AND a.account < b.account
     AND b.us BETWEEN a.us - {WINDOW_US} AND a.us + {WINDOW_US}
"""
TOGETHER = """
    CREATE TABLE pairs AS
    SELECT one, other, count(DISTINCT content) AS n FROM meetings GROUP BY one, other
"""


def score(log: Log) -> Reals:
    """The most contents in common with one other account, and a half for likes that meet so."""
    log.db.execute(MEETINGS)
    log.db.execute(TOGETHER)
    most = log.of_accounts("SELECT one, n FROM pairs UNION ALL SELECT other, n FROM pairs")
    here = log.reals("""
        WITH met AS (
            SELECT unnest([row, other_row]) AS row, n FROM meetings JOIN pairs USING (one, other)
        ), best AS (SELECT row, max(n) AS n FROM met GROUP BY row)
        SELECT coalesce(n, 0) FROM likes LEFT JOIN best USING (row) ORDER BY row
    """)
    best = most[log.account]
    met: Reals = 0.5 * ((here == best) & (best > 0))
    return best + met


PEER = Peer(
    id="common_60s",
    title="three common contents within 60 s",
    score=score,
    about="contents that the account has in common with another within 60 s",
    usual=3.0,
    usual_from="the rule as it is commonly stated",
)
