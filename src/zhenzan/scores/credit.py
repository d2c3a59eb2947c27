"""Credit (信用分) of each account: lost by giving, or demonstrably buying, false likes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenzan.scores.weights import CreditWeights

DAY_US = 86_400_000_000

GIVEN = """
SELECT v.account, e.ts, cast(floor(1000000 * v.score) AS bigint) AS worth
FROM like_verdicts v
JOIN endorsements e ON e."like" = v."like"
JOIN account_verdicts a ON a.account = v.account
LEFT JOIN (
    SELECT l."like" FROM ring_likes l JOIN ring_scores s ON s.ring = l.ring
    JOIN group_members m ON m.ring = l.ring AND m.account = l.account
    WHERE s.kind <> 'courtesy' GROUP BY l."like"
) r ON r."like" = v."like"
WHERE (a.verdict = 'fake' AND v.verdict IN ('fake', 'suspect'))
   OR (v.verdict = 'fake' AND r."like" IS NOT NULL)
"""
"""Likes that their account is answerable for: those called fake that it gave as a member of a ring,
and all that are not genuine of an account called fake. Who liked in passing what somebody pushed
answers for nothing, and suspicion alone costs nothing."""

OFFENCES = f"""
SELECT account, ts, worth FROM ({GIVEN})
UNION ALL
SELECT author AS account, ts, {{received}} AS worth FROM tied_likes
"""

CREDIT = f"""
SELECT o.account, cast(round(1e2 * (o.worth * 1e0 / (o.worth + 1e6 * (
           {{doubt}}e0 + coalesce(g.likes, 0) + {{honest_day}}e0 * coalesce(h.days, 0)
       )))) AS bigint) AS lost
FROM (
    SELECT account, cast(sum(cast(floor(worth * power(2e0,
               -greatest({{as_of}} - ts, 0) / ({{half_life}} * {DAY_US}e0))) AS bigint)) AS bigint)
           AS worth
    FROM offences GROUP BY account
) o LEFT JOIN (
    SELECT account, count(*) AS likes FROM like_verdicts WHERE verdict = 'genuine'
    GROUP BY account
) g ON g.account = o.account LEFT JOIN (
    SELECT account, count(*) AS days FROM (
        SELECT DISTINCT e.account, cast(floor(e.ts / {DAY_US}) AS bigint) AS day
        FROM events e
        JOIN (SELECT account, max(ts) AS last_ts FROM offences GROUP BY account) o
        ON o.account = e.account AND e.ts >= o.last_ts + {DAY_US}
        WHERE e.event_type <> 8
    ) GROUP BY account
) h ON h.account = o.account
"""
"""Severity is how many beside how many genuine likes, recency halves each as time goes by, and each
day of use since the last one weighs against them. What an account was merely shown is no use of
it."""


def offences_query(weights: CreditWeights) -> str:
    """The query of ``offences``: account, ts, worth (millionths of a removed like)."""
    return OFFENCES.format(received=round(1_000_000 * weights.received))


def credit_query(weights: CreditWeights, as_of_us: int) -> str:
    """The query of ``credit_lost``: points of 100, of accounts with an offence.

    Args:
        weights: Half-life and what honest use weighs.
        as_of_us: When the log ends, µs since 1970.
    """
    return CREDIT.format(
        doubt=weights.benefit_of_doubt,
        honest_day=weights.honest_day,
        half_life=weights.half_life_days,
        as_of=as_of_us,
    )
