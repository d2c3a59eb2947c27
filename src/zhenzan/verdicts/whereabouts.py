"""Where a ring's likes came from: which single ones came from elsewhere than the account lives?

Who uses a hijacked account has another device than its owner, and another address; who sends a pool
to an order sends it from addresses that are used once. What is usual is read from the log: from the
other likes of the ring's members, who may be people, and from those of everybody else, who may have
come to an order by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.arrays import column
from zhenzan.model import MOST_USERS
from zhenzan.verdicts.odds import read_odds

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine

MAIN_DEVICE = 3
"""From its main device an account gives a third of its likes or more."""
SAMPLED_ACCOUNTS = 20_000
"""Likes of so many accounts outside rings are enough to know what is usual."""

LIKE_PLACE = """
SELECT e."like", e.account, 4 * {device} + {address} AS place
FROM endorsements e {joins}
WHERE e.account % {every} = 0 OR e.account IN (SELECT account FROM group_members)
OR e.content IN (SELECT content FROM group_targets)
"""
"""Place: whether the device is the account's main one, and whether it came back to the address, or
was there once, on one of many users or of few. What is not logged is one case more."""
DEVICE = (
    f"CASE WHEN d.likes IS NULL THEN 0 WHEN {MAIN_DEVICE} * d.likes >= t.likes THEN 1 ELSE 2 END"
)
DEVICE_JOIN = """LEFT JOIN account_devices d ON d.account = e.account AND d.device = e.device
LEFT JOIN (SELECT account, sum(likes) AS likes FROM account_devices GROUP BY account) t
ON t.account = e.account"""
ADDRESS = f"""CASE WHEN v.days IS NULL THEN 0 WHEN v.days > 1 THEN 1
WHEN u.accounts > {MOST_USERS} THEN 2 ELSE 3 END"""
ADDRESS_JOIN = """LEFT JOIN account_visits v ON v.account = e.account AND v.ip = e.ip
LEFT JOIN (SELECT ip, count(*) AS accounts FROM account_visits GROUP BY ip) u ON u.ip = e.ip"""

PLACE_SHARES = """
SELECT k.place, (count(l.place) + 0.5e0) / max(n.likes) AS share
FROM (SELECT DISTINCT place FROM like_place) k
LEFT JOIN (
    SELECT place FROM like_place
    WHERE account % {every} = 0 AND account NOT IN (SELECT account FROM group_members)
) l ON l.place = k.place
CROSS JOIN (
    SELECT count(*) + 1e0 AS likes FROM like_place
    WHERE account % {every} = 0 AND account NOT IN (SELECT account FROM group_members)
) n
GROUP BY k.place
"""


def read_places(engine: Engine, present: frozenset[str]) -> None:
    """Fill ``like_place`` ("like", account, place) and ``place_odds`` (ring, place, odds).

    Args:
        engine: Holds ``ring_scores``, ``ring_likes``, ``group_members``, ``group_targets`` and the
            features.
        present: What the log holds.
    """
    devices, addresses = "device_id" in present, "ip" in present
    accounts = column(engine.query("SELECT count(*) AS n FROM account_activity"), "n")[0]
    every = max(int(accounts) // SAMPLED_ACCOUNTS, 1)
    query = LIKE_PLACE.format(
        device=f"({DEVICE})" if devices else "0",
        address=f"({ADDRESS})" if addresses else "0",
        joins="\n".join([DEVICE_JOIN] * devices + [ADDRESS_JOIN] * addresses),
        every=every,
    )
    engine.create("like_place", query)
    engine.create("place_shares", PLACE_SHARES.format(every=every))
    read_odds(engine, "place")
