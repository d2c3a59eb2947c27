"""What an account did, its role and its credit."""

from __future__ import annotations

ACCOUNT_SCORES = """
SELECT v.account, v.likes, coalesce(f.fake_likes, 0) AS fake_likes, v.score, v.verdict,
       CASE WHEN m.score >= 0.5e0 AND m.kind IN ('mutual', 'exchange') THEN 'member'
            WHEN m.score >= 0.5e0 OR v.verdict = 'fake' THEN 'supplier'
            WHEN b.author IS NOT NULL THEN 'beneficiary'
            ELSE 'none' END AS role,
       100 - coalesce(k.lost, 0) AS credit,
       CASE WHEN m.score >= 0.5e0 THEN m.ring_id ELSE NULL END AS ring_id
FROM account_verdicts v
LEFT JOIN (
    SELECT account, count(*) AS fake_likes FROM like_verdicts WHERE verdict = 'fake'
    GROUP BY account
) f ON f.account = v.account
LEFT JOIN (
    SELECT account, ring_id, kind, score FROM (
        SELECT g.account, s.ring_id, s.kind, s.score,
               row_number() OVER (PARTITION BY g.account ORDER BY s.millibits DESC, s.ring) AS place
        FROM group_members g JOIN ring_scores s ON s.ring = g.ring
    ) WHERE place = 1
) m ON m.account = v.account
LEFT JOIN credit_lost k ON k.account = v.account
LEFT JOIN (
    SELECT DISTINCT c.author FROM contents_in c JOIN content_verdicts t ON t.content = c.content
    WHERE t.verdict = 'boosted'
) b ON b.author = v.account
"""
