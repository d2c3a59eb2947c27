"""One query per output table that tells of contents and their authors."""

from __future__ import annotations

TENTHS = range(11)


def _cases(column: str) -> str:
    return " ".join(f"WHEN {tenth} THEN v.{column}_{tenth}" for tenth in TENTHS)


CONTENTS = """
SELECT c.content_id, a.account_id AS author_id, s.likes, s.discounted AS discounted_likes,
       s.removed AS removed_likes, floor(s.true_likes * 1e3 + 0.5e0) / 1e3 AS true_likes,
       floor(s.low * 1e3 + 0.5e0) / 1e3 AS true_likes_low,
       floor(s.high * 1e3 + 0.5e0) / 1e3 AS true_likes_high,
       s.engagement_score, s.engagement_low, s.engagement_high, s.engagement_parts, s.peer_group,
       s.health, s.health_parts, coalesce(h.reasons, {none}) AS health_reasons,
       s.timely AS timely_likes, s.deep AS deep_likes,
       s.exposure, v.score, v.verdict, coalesce(r.reasons, {none}) AS reasons
FROM content_scores s
JOIN content_verdicts v ON v.content = s.content
JOIN contents_in c ON c.content = s.content
LEFT JOIN accounts_in a ON a.account = c.author
LEFT JOIN content_health_reasons h ON h.content = s.content
LEFT JOIN ({reasons}) r ON r.entity = s.content
"""
AUTHORS = """
SELECT a.account_id AS author_id, s.contents, s.likes, s.discounted AS discounted_likes,
       s.removed AS removed_likes, floor(s.true_likes * 1e3 + 0.5e0) / 1e3 AS true_likes,
       floor(s.low * 1e3 + 0.5e0) / 1e3 AS true_likes_low,
       floor(s.high * 1e3 + 0.5e0) / 1e3 AS true_likes_high,
       floor(s.engagement_score * 1e2 + 0.5e0) / 1e2 AS engagement_score,
       floor(s.engagement_low * 1e2 + 0.5e0) / 1e2 AS engagement_low,
       floor(s.engagement_high * 1e2 + 0.5e0) / 1e2 AS engagement_high, s.health, s.health_parts,
       coalesce(s.health_reasons, {none}) AS health_reasons,
       s.timely AS timely_likes, s.deep AS deep_likes,
       s.clean, s.suspect, s.boosted, s.unknown, s.verdict, s.role, s.credit,
       coalesce(s.ties, {none}) AS ties
FROM author_scores s JOIN accounts_in a ON a.account = s.author
"""
CURVES = """
SELECT c.content_id, h.hour * 3600000000 AS ts, h.likes, h.fake_likes, h.views,
       floor(h.expected_likes * 1e3 + 0.5e0) / 1e3 AS expected_likes
FROM content_curves h JOIN contents_in c ON c.content = h.content
"""
FEWEST_VIEWERS = 20
"""Of fewer viewers nobody can say where they leave."""
RETENTION = f"""
SELECT c.content_id, t.tenth, CASE t.tenth {_cases("reached")} END AS viewers,
       CASE t.tenth {_cases("stayed")} END AS genuine_viewers
FROM content_visits v JOIN content_likes l ON l.content = v.content
JOIN contents_in c ON c.content = v.content
CROSS JOIN ({" UNION ALL ".join(f"SELECT {tenth} AS tenth" for tenth in TENTHS)}) t
WHERE v.reached_0 >= {FEWEST_VIEWERS}
"""
SOURCES = """
SELECT c.content_id, s.source, s.views, s.likes, s.fake_likes
FROM content_sources s JOIN content_likes l ON l.content = s.content
JOIN contents_in c ON c.content = s.content
"""
ENGAGEMENT = """
SELECT c.content_id, e.views, e.viewers, e.genuine_viewers, e.watchers, e.finishers,
       e.timed_viewers, cast(floor(e.watch_ms / 1e3) AS bigint) AS watch_seconds,
       e.comments, e.genuine_comments, e.genuine_commenters, e.shares, e.genuine_sharers,
       e.share_arrivals, e.favorites, e.genuine_favorites, e.follows, e.genuine_follows
FROM content_likes l JOIN contents_in c ON c.content = l.content
LEFT JOIN engagement_counts e ON e.content = l.content
"""
PEERS = "SELECT peer_group, part, contents, rate FROM peer_rates"
PROVENANCE = """
SELECT c.content_id, p.provenance, p.likes
FROM content_provenance p JOIN contents_in c ON c.content = p.content
"""
