"""From which devices and addresses each account endorsed."""

from __future__ import annotations

ACCOUNT_DEVICES = """
SELECT account, device, count(*) AS likes
FROM endorsements WHERE device IS NOT NULL
GROUP BY account, device
"""

ACCOUNT_ADDRESSES = """
SELECT account, ip, net, count(*) AS likes
FROM endorsements WHERE ip IS NOT NULL
GROUP BY account, ip, net
"""
"""``net`` is the network prefix of ``ip``."""
