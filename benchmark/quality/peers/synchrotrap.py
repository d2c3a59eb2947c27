"""The similarity of SynchroTrap (Cao et al., CCS 2014), written here: like accounts in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.quality.peers.peer import Peer

if TYPE_CHECKING:
    from benchmark.quality.log import Log, Reals

WINDOW_US = 3_600_000_000
LEAST_IN_COMMON = 2
"""One content in common makes any two accounts of one like each perfectly similar."""


def score(log: Log) -> Reals:
    """The account's highest Jaccard similarity: contents liked within one hour of each other."""
    return log.of_accounts(f"""
        WITH pairs AS (
            SELECT a.account AS one, b.account AS other, count(DISTINCT a.content) AS n
            FROM likes a JOIN likes b
              ON a.content = b.content AND a.account < b.account
             AND b.us BETWEEN a.us - {WINDOW_US} AND a.us + {WINDOW_US}
            GROUP BY ALL HAVING n >= {LEAST_IN_COMMON}
        ), given AS (SELECT account, count(DISTINCT content) AS likes FROM likes GROUP BY account),
        alike AS (
            SELECT one, other, n / (x.likes + y.likes - n) AS similarity
            FROM pairs JOIN given x ON x.account = one JOIN given y ON y.account = other
        )
        SELECT one, similarity FROM alike UNION ALL SELECT other, similarity FROM alike
    """)[log.account]


PEER = Peer(
    id="synchrotrap",
    title="SynchroTrap's similarity",
    score=score,
    about="the account's highest similarity to another (Jaccard, within one hour)",
    usual=0.5,
    usual_from="window of an hour and similarity 0.5 are our choice; without its clustering",
)
