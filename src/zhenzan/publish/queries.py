"""One query per output table: codes become the user's identifiers again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.publish import content_queries as of

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine

MOST_PAIRS = 20
"""Of the pairs of one account, so many are written, the strongest: a ring of a thousand has half
a million."""

LIKES = """
SELECT e.event_id, e.ts AS ts, a.account_id, c.content_id, v.score, v.verdict,
       p.provenance,
       coalesce(r.reasons, {none}) AS reasons,
       p.ring_id
FROM like_verdicts v
JOIN endorsements e ON e."like" = v."like"
JOIN accounts_in a ON a.account = v.account
JOIN contents_in c ON c.content = v.content
JOIN like_classes p ON p."like" = v."like"
LEFT JOIN ({reasons}) r ON r.entity = v."like"
"""
ACCOUNTS = """
SELECT a.account_id, s.likes, s.fake_likes, s.score, s.verdict, s.role, s.credit,
       coalesce(r.reasons, {none}) AS reasons, s.ring_id
FROM account_scores s JOIN accounts_in a ON a.account = s.account
LEFT JOIN ({reasons}) r ON r.entity = s.account
"""
RINGS = """
SELECT s.ring_id, s.kind, m.accounts, t.contents, l.likes, l.first_ts AS first_ts,
       l.last_ts AS last_ts, s.score, w.evidence,
       g.change, g.previous, g.members_joined,
       g.members_left
FROM ring_scores s JOIN ring_list g ON g.ring = s.ring
JOIN (SELECT ring, count(*) AS accounts FROM group_members GROUP BY ring) m ON m.ring = s.ring
JOIN (SELECT ring, count(*) AS contents FROM group_targets GROUP BY ring) t ON t.ring = s.ring
JOIN (
    SELECT l.ring, count(*) AS likes, min(e.ts) AS first_ts, max(e.ts) AS last_ts
    FROM ring_likes l JOIN endorsements e ON e."like" = l."like" GROUP BY l.ring
) l ON l.ring = s.ring
JOIN ring_evidence w ON w.ring = s.ring
"""
RING_MEMBERS = """
SELECT s.ring_id, a.account_id,
       CASE WHEN s.kind IN ('mutual', 'exchange') THEN 'member' ELSE 'supplier' END AS role,
       v.score
FROM group_members m JOIN ring_scores s ON s.ring = m.ring
JOIN accounts_in a ON a.account = m.account
JOIN account_verdicts v ON v.account = m.account
"""
SIGNALS = f"""
SELECT s.entity_type,
       coalesce(e.event_id, c.content_id, r.ring_id,
                CASE WHEN o.account_id IS NULL THEN a.account_id
                     WHEN a.account_id < o.account_id
                     THEN concat(a.account_id, '|', o.account_id)
                     ELSE concat(o.account_id, '|', a.account_id) END) AS entity_id,
       s.detector, s.version, s.millibits / 1e3 AS weight, s.reason_code, s.evidence
FROM (
    SELECT entity_type, entity, other, detector, version, millibits, reason_code, evidence
    FROM all_signals WHERE entity_type <> 'pair'
    UNION ALL
    SELECT entity_type, entity, other, detector, version, millibits, reason_code, evidence
    FROM (
        SELECT *, row_number() OVER (PARTITION BY detector, entity
                                     ORDER BY millibits DESC, other) AS place,
               row_number() OVER (PARTITION BY detector, other
                                  ORDER BY millibits DESC, entity) AS other_place
        FROM all_signals WHERE entity_type = 'pair'
    ) WHERE place <= {MOST_PAIRS} OR other_place <= {MOST_PAIRS}
) s
LEFT JOIN endorsements e ON s.entity_type = 'like' AND e."like" = s.entity
LEFT JOIN contents_in c ON s.entity_type = 'content' AND c.content = s.entity
LEFT JOIN ring_list r ON s.entity_type = 'ring' AND r.ring = s.entity
LEFT JOIN accounts_in a ON s.entity_type IN ('account', 'pair') AND a.account = s.entity
LEFT JOIN accounts_in o ON s.entity_type = 'pair' AND o.account = s.other
"""
QUARANTINE = "SELECT source, row, reason, raw FROM quarantine"


def table_queries(engine: Engine) -> dict[str, str]:
    """The query of each output table, by its name."""
    none = engine.empty_list()

    def reasons(entity_type: str) -> str:
        listed = engine.list_by("reason_code", "millibits DESC, reason_code")
        return (
            f"SELECT entity, {listed} AS reasons FROM ("
            "SELECT entity, reason_code, max(millibits) AS millibits FROM all_signals "
            f"WHERE entity_type = '{entity_type}' AND millibits > 0 GROUP BY entity, reason_code"
            ") GROUP BY entity"
        )

    return {
        "likes": LIKES.format(reasons=reasons("like"), none=none),
        "accounts": ACCOUNTS.format(reasons=reasons("account"), none=none),
        "contents": of.CONTENTS.format(reasons=reasons("content"), none=none),
        "rings": RINGS,
        "ring_members": RING_MEMBERS,
        "signals": SIGNALS,
        "authors": of.AUTHORS.format(none=none),
        "curves": of.CURVES,
        "retention": of.RETENTION,
        "sources": of.SOURCES,
        "engagement": of.ENGAGEMENT,
        "peers": of.PEERS,
        "provenance": of.PROVENANCE,
        "quarantine": QUARANTINE,
    }
