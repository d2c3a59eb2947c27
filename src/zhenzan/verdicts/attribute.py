"""Carry evidence from rings and accounts to the single likes and contents they explain.

Evidence flows from a ring to its members, and from members *and* targets together to single
likes: a member's like of something else is its own business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.model import PRIOR_BITS
from zhenzan.verdicts.decide import SUSPECT_SCORE, score_sql
from zhenzan.verdicts.manner import read_manners
from zhenzan.verdicts.surplus import SURPLUS_FOUND, read_surplus
from zhenzan.verdicts.whereabouts import read_places

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine

LEAST_RING_SCORE = 0.5
"""A group that is more probably honest is no ring: it says nothing about anybody."""
EXPLAINING = 10
"""A ring whose likes are one in so many of a member's explains what traces the member leaves."""
LEAST_STAGED_MILLIBITS = 3_000
"""With less, whether members are people is not known, and what else they like is theirs."""
MOST_SCORE = 0.9999
"""No ring makes anybody surer than that: its own score may be wrong."""


SURETY = """(r.score * (m.surety / 1e6) * CASE WHEN r.kind IN ('farm', 'direct') THEN 1e0
ELSE b.staged + (1e0 - b.staged)
     * s.hit_rate / (s.hit_rate + w.likes * (c.likes - s.members + 0.5e0) / n.likes
                     * power(2e0, -(o.millibits + p.of_members) / 1e3)) END)"""
"""That the ring is bought, the account its member, and the like part of the delivery.

A machine's likes of targets are all delivered, as are a staged account's. A person in a ring might
have liked the target anyway, with a chance that grows with its likes of other things and the
target's popularity; how the like came about, and from where, says which."""


def _gain(score: str, prior_bits: float) -> str:
    """SQL: millibits that lift a prior to a probability ``score``."""
    p = f"least(greatest({score}, 1e-6), {MOST_SCORE}e0)"
    return f"cast(round(1000 * (log2({p} / (1e0 - {p})) - ({prior_bits}e0))) AS bigint)"


RING_SCORES = f"""
SELECT * FROM (
    SELECT ring, ring_id, kind, millibits, {score_sql("millibits")} AS score
    FROM ring_list
) WHERE score >= {LEAST_RING_SCORE}e0
"""

OWN = """LEFT JOIN (
    SELECT entity, cast(sum(millibits) AS bigint) AS millibits FROM found
    WHERE entity_type = '{entity_type}' GROUP BY entity
) own"""
"""What an entity's own signals say. The ring's witnesses have heard the same facts, so a ring adds
only what lifts its member, or a like, to the ring's own probability."""

MEMBERSHIPS = f"""
SELECT account, ring_id, members, ring_likes, likes, score,
       CASE WHEN {EXPLAINING} * ring_likes >= likes THEN staged ELSE 0e0 END AS staged
FROM (
    SELECT m.account, r.ring_id, s.members, l.ring_likes, a.likes,
           CASE WHEN m.staged_millibits < {LEAST_STAGED_MILLIBITS} THEN 0e0
                ELSE {score_sql("m.staged_millibits")} END AS staged,
           r.score * (m.surety / 1e6) AS score,
           row_number() OVER (PARTITION BY m.account ORDER BY r.millibits DESC, m.ring) AS place
    FROM group_members m JOIN (
        SELECT ring, count(*) AS members FROM group_members GROUP BY ring
    ) s ON s.ring = m.ring
    JOIN ring_scores r ON r.ring = m.ring
    JOIN (
        SELECT l.account, count(*) AS ring_likes FROM ring_likes l
        JOIN ring_scores r ON r.ring = l.ring GROUP BY l.account
    ) l ON l.account = m.account
    JOIN account_activity a ON a.account = m.account
) WHERE place = 1
"""
"""Each member, and the surest ring that it is in: how probably that is bought and it belongs, and
whether it is as little a person as the ring's members are."""

MEMBER_FOUND = f"""
SELECT 'account' AS entity_type, account AS entity, cast(NULL AS bigint) AS other,
       'rings' AS detector, cast(1 AS bigint) AS version,
       greatest({_gain("sure", PRIOR_BITS["account"])} - own_millibits,
                CASE WHEN 2 * ring_likes >= likes OR {EXPLAINING} * ring_likes < likes
                     THEN 0 ELSE -1000000 END) AS millibits,
       'ring_member' AS reason_code, {{evidence}} AS evidence
FROM (
    SELECT m.*, coalesce(own.millibits, 0) AS own_millibits,
           m.score * greatest(least(1e0, 2e0 * m.ring_likes / m.likes), m.staged) AS sure
    FROM memberships m {OWN.format(entity_type="account")} ON own.entity = m.account
)
"""
"""An account is fake when most of what it does is. A person who sold forty likes of a thousand is
not, whatever traces the forty left: a minority of ring likes counts by twice its share. But a
handful of ring likes explains no account's traces."""

COVER_FOUND = f"""
SELECT 'like' AS entity_type, e."like" AS entity, cast(NULL AS bigint) AS other,
       'rings' AS detector, cast(1 AS bigint) AS version,
       greatest(0, {_gain("m.score * m.staged", PRIOR_BITS["like"])} - coalesce(own.millibits, 0))
       AS millibits,
       'like_of_staged_account' AS reason_code, {{evidence}} AS evidence
FROM endorsements e JOIN memberships m ON m.account = e.account
LEFT JOIN (
    SELECT l.account, l.content FROM ring_likes l JOIN ring_scores r ON r.ring = l.ring
) t ON t.account = e.account AND t.content = e.content
{OWN.format(entity_type="like")} ON own.entity = e."like"
WHERE t.account IS NULL AND m.score * m.staged >= {SUSPECT_SCORE}e0
"""
"""What an account that is no person likes beside its orders (养号) is no choice either."""

LIKE_FOUND = f"""
SELECT 'like' AS entity_type, e."like" AS entity, cast(NULL AS bigint) AS other,
       'rings' AS detector, cast(1 AS bigint) AS version,
       greatest(0, {_gain(SURETY, PRIOR_BITS["like"])} - coalesce(own.millibits, 0)) AS millibits,
       'ring_target_like' AS reason_code, {{evidence}} AS evidence
FROM endorsements e JOIN ring_likes l ON l.account = e.account AND l.content = e.content
JOIN ring_scores r ON r.ring = l.ring
JOIN group_members m ON m.ring = l.ring AND m.account = l.account
JOIN (SELECT account, staged FROM memberships) b ON b.account = l.account
JOIN (
    SELECT l.ring, l.content, count(*) AS members, count(*) * 1e0 / max(g.members) AS hit_rate
    FROM ring_likes l JOIN (
        SELECT ring, count(*) AS members FROM group_members GROUP BY ring
    ) g ON g.ring = l.ring
    GROUP BY l.ring, l.content
) s ON s.ring = l.ring AND s.content = l.content
JOIN (
    SELECT g.account, max(a.likes) - count(l."like") AS likes
    FROM (SELECT DISTINCT account FROM group_members) g
    JOIN account_activity a ON a.account = g.account
    LEFT JOIN ring_likes l ON l.account = g.account GROUP BY g.account
) w ON w.account = l.account
JOIN content_activity c ON c.content = l.content
CROSS JOIN (SELECT count(*) AS likes FROM firsts) n
JOIN like_manner t ON t."like" = e."like"
JOIN manner_odds o ON o.ring = l.ring AND o.manner = t.manner
JOIN like_place a ON a."like" = e."like"
JOIN place_odds p ON p.ring = l.ring AND p.place = a.place
{OWN.format(entity_type="like")} ON own.entity = e."like"
"""

CONTENT_FOUND = f"""
SELECT 'content' AS entity_type, s.content AS entity, cast(NULL AS bigint) AS other,
       'rings' AS detector, cast(1 AS bigint) AS version,
       greatest(0, {_gain("r.score", PRIOR_BITS["content"])} - coalesce(own.millibits, 0))
       AS millibits,
       'ring_target_content' AS reason_code, {{evidence}} AS evidence
FROM (
    SELECT content, ring, members, row_number() OVER (
        PARTITION BY content ORDER BY millibits DESC, members DESC, ring) AS place
    FROM (
        SELECT l.content, l.ring, count(*) AS members, max(r.millibits) AS millibits
        FROM ring_likes l JOIN ring_scores r ON r.ring = l.ring
        GROUP BY l.content, l.ring
    )
) s JOIN ring_scores r ON r.ring = s.ring
LEFT JOIN (
    SELECT entity, cast(sum(millibits) AS bigint) AS millibits FROM found
    WHERE entity_type = 'content' AND detector = 'throwaway' GROUP BY entity
) own ON own.entity = s.content
WHERE s.place = 1
"""
"""Rings of throw-away accounts are made of what was said of their contents."""

LONER_MILLIBITS = f"{round(PRIOR_BITS['account'] * 1000)} + cast(sum(millibits) AS bigint)"
LONER_FOUND = f"""
SELECT 'like' AS entity_type, e."like" AS entity, cast(NULL AS bigint) AS other,
       'accounts' AS detector, cast(1 AS bigint) AS version,
       {_gain("a.score", PRIOR_BITS["like"])} AS millibits,
       'like_of_fake_account' AS reason_code, {{evidence}} AS evidence
FROM endorsements e JOIN (
    SELECT entity AS account, count(*) AS signals,
           {score_sql(LONER_MILLIBITS)} AS score
    FROM found WHERE entity_type = 'account' AND detector <> 'throwaway' GROUP BY entity
) a ON a.account = e.account
LEFT JOIN (
    SELECT l.account FROM ring_likes l JOIN ring_scores r ON r.ring = l.ring
    JOIN account_activity n ON n.account = l.account
    GROUP BY l.account HAVING {EXPLAINING} * count(*) >= max(n.likes)
) d ON d.account = e.account
LEFT JOIN (
    SELECT l.account, l.content FROM ring_likes l JOIN ring_scores r ON r.ring = l.ring
) t ON t.account = e.account AND t.content = e.content
WHERE a.score >= {SUSPECT_SCORE}e0 AND d.account IS NULL AND t.account IS NULL
"""
"""What traces a ring's member leaves, its ring likes explain, unless they are a handful; its other
likes are its own business."""


def attribute(engine: Engine, present: frozenset[str]) -> None:
    """Fill ``attributed`` (same shape as ``found``) from rings and from accounts' own signals.

    Args:
        engine: Holds ``found``, the ring tables and the features.
        present: What the log holds.
    """
    engine.create("ring_scores", RING_SCORES)
    engine.create("memberships", MEMBERSHIPS)
    read_manners(engine, present)
    read_places(engine, present)
    ring_facts = engine.json_object(("ring_id", "members"))
    account_facts = engine.json_object(("ring_id", "members", "ring_likes", "likes"))
    queries = [MEMBER_FOUND.format(evidence=account_facts)]
    queries += [q.format(evidence=ring_facts) for q in (LIKE_FOUND, CONTENT_FOUND)]
    queries.append(COVER_FOUND.format(evidence=ring_facts))
    queries.append(LONER_FOUND.format(evidence=engine.json_object(("signals",))))
    if "source" in present:
        read_surplus(engine)
        facts = engine.json_object(("ring_id", "sought", "expected"))
        queries.append(SURPLUS_FOUND.format(evidence=facts))
    engine.create("attributed", " UNION ALL ".join(queries))
