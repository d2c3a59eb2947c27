"""Witnesses on where members act from: devices and addresses they share with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.arrays import column
from zhenzan.rings.habits import crowding, group_rate_bits
from zhenzan.rings.witnesses import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenzan.engines.base import Engine

# Upper bounds of the witnesses' weights, bits. A shared address stays below what corroborates,
# since a campus is one address; an address that a ring has to itself is less easily explained.
MOST_DEVICES_BITS = 8.0
MOST_ADDRESSES_BITS = 1.5
MOST_OWN_ADDRESSES_BITS = 4.0
HOUSEHOLD = 5
"""So many accounts on one device or address are a family, whatever the log says."""

OUTSIDER_PLACES = """
SELECT place, count(*) AS accounts FROM (
    SELECT DISTINCT account, {place} AS place FROM endorsements
    WHERE {place} IS NOT NULL AND account NOT IN (SELECT account FROM group_members)
) GROUP BY place ORDER BY place
"""
RING_CROWDING = """
SELECT p.ring, count(DISTINCT p.account) AS members,
       count(DISTINCT CASE WHEN s.accounts > {limit} THEN p.account END) AS crowded
FROM (
    SELECT DISTINCT ring, account, {place} AS place FROM ring_likes WHERE {place} IS NOT NULL
) p JOIN (
    SELECT ring, {place} AS place, count(DISTINCT account) AS accounts FROM ring_likes
    WHERE {place} IS NOT NULL GROUP BY ring, {place}
) s ON s.ring = p.ring AND s.place = p.place
GROUP BY p.ring ORDER BY p.ring
"""
"""Members on a device (or address) with more of their ring than households have."""

HOME_ADDRESSES = """
SELECT m.ring, m.account, e.ip
FROM endorsements e JOIN group_members m ON m.account = e.account
LEFT JOIN ring_likes r ON r.ring = m.ring AND r.account = e.account AND r.content = e.content
LEFT JOIN (
    SELECT m.account FROM group_members m
    JOIN account_activity a ON a.account = m.account
    JOIN (SELECT account, count(*) AS likes FROM ring_likes GROUP BY account) r
    ON r.account = m.account WHERE a.likes > r.likes
) l ON l.account = m.account
WHERE e.ip IS NOT NULL AND (r."like" IS NULL OR l.account IS NULL)
GROUP BY m.ring, m.account, e.ip
"""
"""Addresses from which members lead the rest of their life; a member without one, all it has."""
RING_OWN_ADDRESSES = f"""
SELECT h.ring, count(DISTINCT h.account) AS members, count(DISTINCT o.account) AS own
FROM home_addresses h LEFT JOIN (
    SELECT h.ring, h.account FROM home_addresses h JOIN (
        SELECT ring, ip, count(*) AS members FROM home_addresses GROUP BY ring, ip
    ) s ON s.ring = h.ring AND s.ip = h.ip JOIN (
        SELECT ip, count(*) AS accounts FROM account_addresses GROUP BY ip
    ) a ON a.ip = h.ip
    WHERE s.members > {HOUSEHOLD} AND 2 * s.members > a.accounts
) o ON o.ring = h.ring AND o.account = h.account
GROUP BY h.ring ORDER BY h.ring
"""


def hear_places(engine: Engine, present: frozenset[str]) -> Iterator[tuple[int, Witness]]:
    """What the witnesses on devices and addresses say, ring by ring.

    Args:
        engine: Holds ``group_members``, ``ring_likes`` and the features.
        present: What the log holds.
    """
    if "device_id" in present:
        yield from _crowding(engine, "ring_devices", "device", MOST_DEVICES_BITS)
    if "ip" in present:
        yield from _crowding(engine, "ring_addresses", "ip", MOST_ADDRESSES_BITS)
        yield from _own_addresses(engine)


def _crowding(engine: Engine, code: str, place: str, most: float) -> Iterator[tuple[int, Witness]]:
    accounts = column(engine.query(OUTSIDER_PLACES.format(place=place)), "accounts")
    usual_most = int(np.quantile(accounts, 0.99, method="higher")) if len(accounts) else 0
    limit = max(HOUSEHOLD, usual_most)
    usual = float(accounts[accounts > limit].sum()) / max(float(accounts.sum()), 1.0)
    rings = engine.query(RING_CROWDING.format(place=place, limit=limit))
    for ring, members, crowded in zip(
        *(column(rings, name).tolist() for name in ("ring", "members", "crowded")), strict=True
    ):
        yield ring, crowding(code, crowded, members, usual, limit, most)


def _own_addresses(engine: Engine) -> Iterator[tuple[int, Witness]]:
    """Do members live behind addresses that hardly anybody but the ring uses?

    A lecture hall, an office and a carrier are shared by honest groups as well, but these go home:
    a member's addresses are those of its *other* likes, if it has any.
    """
    engine.create("home_addresses", HOME_ADDRESSES)
    rings = engine.query(RING_OWN_ADDRESSES)
    for ring, members, own in zip(
        *(column(rings, name).tolist() for name in ("ring", "members", "own")), strict=True
    ):
        bits = max(group_rate_bits(own, members, 0.0, MOST_OWN_ADDRESSES_BITS), 0.0)
        facts: dict[str, float | int] = {
            "percent": 100.0 * own / max(members, 1),
            "members": members,
        }
        yield ring, Witness("ring_own_addresses", bits, facts)
