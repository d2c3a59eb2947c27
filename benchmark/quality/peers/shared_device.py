"""The plain rule of trust and safety desks: many accounts on one device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.quality.peers.peer import Peer

if TYPE_CHECKING:
    from benchmark.quality.log import Log, Reals


def score(log: Log) -> Reals:
    """Accounts seen on the device that gave the like."""
    return log.reals("""
        WITH devices AS (
            SELECT device_id, count(DISTINCT account_id) AS n FROM events
            WHERE device_id IS NOT NULL GROUP BY device_id
        )
        SELECT coalesce(n, 0) FROM likes LEFT JOIN devices USING (device_id) ORDER BY row
    """)


PEER = Peer(
    id="shared_device",
    title="accounts on one device",
    score=score,
    about="accounts on the like's device",
    usual=5.0,
    usual_from="more than a household; no published norm",
    reads=("device_id",),
)
