"""From which devices and addresses each account endorsed, and where it was seen."""

from __future__ import annotations

from zhenzan.model import MICROSECONDS_PER_HOUR

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

ACCOUNT_VISITS = f"""
SELECT account, ip, count(*) AS days FROM (
    SELECT DISTINCT e.account, e.ip,
           cast(floor(e.ts / {24 * MICROSECONDS_PER_HOUR}) AS bigint) AS day
    FROM events e JOIN account_activity a ON a.account = e.account
    WHERE e.ip IS NOT NULL
) GROUP BY account, ip
"""
"""On how many days each account that endorsed was at each address, whatever it did there."""

ACCOUNT_HOMES = """
SELECT account, cast(sum(days) AS bigint) AS visits, count(*) AS addresses
FROM account_visits GROUP BY account
"""
"""A visit is an address on a day: who has as many addresses as visits never came back to one."""
