"""Add weights up, find the thresholds, and give every like, account and content its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.arrays import column
from zhenzan.model import PRIOR_BITS
from zhenzan.verdicts.decide import (
    FEWEST_LIKES,
    LEAST_FAKE_MILLIBITS,
    Threshold,
    score_sql,
    threshold,
)

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine
    from zhenzan.settings import ScanSettings

SIGNALS = """
SELECT * FROM found
UNION ALL
SELECT 'ring' AS entity_type, w.ring AS entity, cast(NULL AS bigint) AS other, 'rings' AS detector,
       cast(1 AS bigint) AS version, w.millibits, w.reason_code, w.evidence
FROM ring_witnesses w JOIN ring_scores s ON s.ring = w.ring
UNION ALL
SELECT * FROM attributed
"""

TOTALS = """
SELECT entity, cast(sum(millibits) AS bigint) AS millibits, count(*) AS signals
FROM all_signals WHERE entity_type = '{entity_type}' GROUP BY entity
"""

LIKE_TOTALS = """
SELECT e."like", e.account, e.content, {prior} + coalesce(t.millibits, 0) AS millibits,
       coalesce(t.signals, 0) AS signals
FROM endorsements e LEFT JOIN like_sums t ON t.entity = e."like"
"""
ACCOUNT_TOTALS = """
SELECT a.account, {prior} + coalesce(t.millibits, 0) AS millibits,
       coalesce(t.signals, 0) AS signals, coalesce(n.likes, 0) AS likes
FROM accounts_in a
LEFT JOIN account_sums t ON t.entity = a.account
LEFT JOIN (SELECT account, count(*) AS likes FROM endorsements GROUP BY account) n
ON n.account = a.account
WHERE n.likes IS NOT NULL OR a.account IN (
    SELECT c.author FROM contents_in c JOIN content_activity s ON s.content = c.content
)
"""
CONTENT_TOTALS = """
SELECT c.content, {prior} + coalesce(t.millibits, 0) AS millibits,
       coalesce(t.signals, 0) AS signals, c.likes
FROM content_activity c LEFT JOIN content_sums t ON t.entity = c.content
"""

ACCOUNT_VERDICTS = f"""
SELECT account, millibits, likes, {score_sql("millibits")} AS score,
       CASE WHEN millibits >= {{fake}} THEN 'fake'
            WHEN millibits >= 0 THEN 'suspect'
            WHEN likes < {FEWEST_LIKES} AND signals = 0 THEN 'unknown'
            ELSE 'genuine' END AS verdict
FROM account_totals
"""
LIKE_VERDICTS = f"""
SELECT t."like", t.account, t.content, t.millibits, {score_sql("t.millibits")} AS score,
       CASE WHEN t.millibits >= {{fake}} THEN 'fake'
            WHEN t.millibits >= 0 THEN 'suspect'
            WHEN a.verdict = 'unknown' AND t.signals = 0 AND {{unseen}} THEN 'unknown'
            ELSE 'genuine' END AS verdict
FROM like_totals t JOIN account_verdicts a ON a.account = t.account {{path}}
"""
CONTENT_VERDICTS = f"""
SELECT content, millibits, likes, {score_sql("millibits")} AS score,
       CASE WHEN millibits >= {LEAST_FAKE_MILLIBITS} THEN 'boosted'
            WHEN millibits >= 0 THEN 'suspect'
            WHEN likes < {FEWEST_LIKES} AND signals = 0 THEN 'unknown'
            ELSE 'clean' END AS verdict
FROM content_totals
"""
"""``suspect`` begins at even odds: zero bits."""


def fuse(engine: Engine, present: frozenset[str], settings: ScanSettings) -> dict[str, Threshold]:
    """Fill ``all_signals`` and the three verdict tables.

    Args:
        engine: Holds ``found``, the ring tables and ``attributed``.
        present: What the log holds.
        settings: The false-punish budget.

    Returns:
        The threshold of each kind of entity that a budget is kept for.
    """
    engine.create("all_signals", SIGNALS)
    for entity_type, query in (
        ("like", LIKE_TOTALS),
        ("account", ACCOUNT_TOTALS),
        ("content", CONTENT_TOTALS),
    ):
        engine.create(f"{entity_type}_sums", TOTALS.format(entity_type=entity_type))
        prior = round(PRIOR_BITS[entity_type] * 1000)
        engine.create(f"{entity_type}_totals", query.format(prior=prior))
    thresholds = {
        entity_type: _threshold(engine, entity_type, settings.false_per_10k)
        for entity_type in ("like", "account")
    }
    engine.create("account_verdicts", ACCOUNT_VERDICTS.format(fake=thresholds["account"].millibits))
    seen = "view" in present
    engine.create(
        "like_verdicts",
        LIKE_VERDICTS.format(
            fake=thresholds["like"].millibits,
            # Where views are logged, having watched it is something known about a like.
            unseen="p.unseen = 1" if seen else "1 = 1",
            path='JOIN like_path p ON p."like" = t."like"' if seen else "",
        ),
    )
    engine.create("content_verdicts", CONTENT_VERDICTS)
    return thresholds


def _threshold(engine: Engine, entity_type: str, per_10k: float) -> Threshold:
    totals = engine.query(
        f"SELECT millibits, count(*) AS entities FROM {entity_type}_totals "
        "GROUP BY millibits ORDER BY millibits"
    )
    bits, entities = column(totals, "millibits"), column(totals, "entities")
    return threshold(entity_type, bits, entities, per_10k)
