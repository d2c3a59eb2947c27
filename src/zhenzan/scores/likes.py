"""Where each like comes from (数据溯源)."""

from __future__ import annotations

LIKE_CLASSES = """
SELECT v."like",
       CASE WHEN v.verdict = 'genuine' THEN 'genuine'
            WHEN v.verdict = 'unknown' THEN 'unknown'
            WHEN s.kind IS NOT NULL AND s.kind <> 'lockstep' THEN s.kind
            ELSE 'unknown' END AS provenance,
       CASE WHEN v.verdict IN ('fake', 'suspect') THEN s.ring_id ELSE NULL END AS ring_id
FROM like_verdicts v
LEFT JOIN ring_likes l ON l.account = v.account AND l.content = v.content
LEFT JOIN ring_scores s ON s.ring = l.ring
"""
"""A like of a ring whose kind is not proven is fake of unknown provenance."""
