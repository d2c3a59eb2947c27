"""What ties an author to those who gave it false likes; receiving is no tie.

Anybody can buy likes for anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenzan.scores.weights import CreditWeights

RECEIVED = """
SELECT c.author, r.ring, r.content, r."like", r.ts
FROM ring_likes r
JOIN ring_scores s ON s.ring = r.ring
JOIN like_verdicts v ON v."like" = r."like"
JOIN contents_in c ON c.content = r.content
WHERE s.kind <> 'courtesy' AND v.verdict = 'fake' AND c.author <> r.account
"""
"""Likes called fake that a ring gave to an author."""

TRADE = """
SELECT DISTINCT r.author, r.ring, 'trade' AS tie FROM ring_received r
JOIN group_members m ON m.ring = r.ring AND m.account = r.author
"""
"""The author is one of the ring that likes it."""

DEVICE = """
SELECT author, ring, 'device' AS tie FROM (
    SELECT DISTINCT r.author, r.ring, o.account
    FROM (SELECT DISTINCT author, ring FROM ring_received) r
    JOIN account_devices d ON d.account = r.author
    JOIN account_devices o ON o.device = d.device AND o.account <> r.author
    JOIN group_members m ON m.ring = r.ring AND m.account = o.account
) GROUP BY author, ring HAVING count(*) >= {accounts}
"""
"""Accounts of the ring like from the author's own devices."""

ORGANIZATION = """
SELECT r.author, r.ring, 'organization' AS tie
FROM (SELECT DISTINCT author, ring FROM ring_received) r
JOIN accounts_in a ON a.account = r.author
JOIN group_members m ON m.ring = r.ring
JOIN accounts_in b ON b.account = m.account
GROUP BY r.author, r.ring
HAVING count(*) FILTER (WHERE b.organization_id = a.organization_id) >= {share}e0 * count(*)
   AND count(*) FILTER (WHERE b.organization_id = a.organization_id) > 1
"""
"""So many of the ring belong to the author's organization."""

TIED_LIKES = """
SELECT DISTINCT r.author, r.content, r."like", r.ts
FROM ring_received r JOIN author_ties t ON t.author = r.author AND t.ring = r.ring
"""
"""Likes called fake that an author received from a ring that it is tied to."""


def ties_query(present: frozenset[str], weights: CreditWeights) -> str:
    """The query of ``author_ties``: author, ring, and what ties the one to the other.

    Args:
        present: What the log holds.
        weights: How much makes a tie.
    """
    queries = [TRADE]
    if "device_id" in present:
        queries.append(DEVICE.format(accounts=weights.shared_device_accounts))
    if "accounts.organization_id" in present:
        queries.append(ORGANIZATION.format(share=weights.organization_share))
    return " UNION ALL ".join(queries)
