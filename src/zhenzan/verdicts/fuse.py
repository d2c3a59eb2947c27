"""Add weights up, find the thresholds, and give every like, account and content its verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.arrays import column
from zhenzan.model import LEAST_FAKE_MILLIBITS
from zhenzan.verdicts.decide import (
    FEWEST_LIKES,
    PRIOR_MILLIBITS,
    Threshold,
    least_fake,
    score_sql,
    threshold,
)
from zhenzan.verdicts.labelled import GIVEN, Labels, label_signals, read_labels

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine
    from zhenzan.settings import ScanSettings

BUDGETED = ("like", "account")

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


@dataclass(frozen=True)
class Fused:
    """What verdicts were made by.

    Attributes:
        thresholds: Of each kind of entity that a budget is kept for.
        prior_bits: Totals before looking, by kind of entity; labels may move them.
        labels: What labels said; None if none were given.
    """

    thresholds: dict[str, Threshold]
    prior_bits: dict[str, float]
    labels: Labels | None


def fuse(engine: Engine, present: frozenset[str], settings: ScanSettings) -> Fused:
    """Fill ``all_signals`` and the three verdict tables.

    Args:
        engine: Holds ``found``, the ring tables, ``attributed`` and, if given, ``labels_in``.
        present: What the log holds.
        settings: The false-punish budget.
    """
    priors = dict(PRIOR_MILLIBITS)
    _add_up(engine, SIGNALS, priors)
    labels = read_labels(engine, present) if GIVEN in present else None
    heard = labels or Labels()
    least = {name: least_fake(name, settings.false_per_10k, heard.of(name)) for name in BUDGETED}
    if labels:
        _add_up(engine, SIGNALS, priors)
        label_signals(engine, labels, least)
        priors |= {name: labels.of(name).moved(priors[name]) for name in BUDGETED}
        _add_up(engine, f"{SIGNALS} UNION ALL SELECT * FROM label_signals", priors)
    thresholds = {name: _threshold(engine, name, least[name]) for name in BUDGETED}
    _decide(engine, present, thresholds)
    return Fused(thresholds, {name: bits / 1_000 for name, bits in priors.items()}, labels)


def _add_up(engine: Engine, signals: str, priors: dict[str, int]) -> None:
    """Fill ``all_signals``, and the totals of likes, accounts and contents."""
    engine.create("all_signals", signals)
    for entity_type, query in (
        ("like", LIKE_TOTALS),
        ("account", ACCOUNT_TOTALS),
        ("content", CONTENT_TOTALS),
    ):
        engine.create(f"{entity_type}_sums", TOTALS.format(entity_type=entity_type))
        engine.create(f"{entity_type}_totals", query.format(prior=priors[entity_type]))


def _decide(engine: Engine, present: frozenset[str], thresholds: dict[str, Threshold]) -> None:
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


def _threshold(engine: Engine, entity_type: str, least: int) -> Threshold:
    totals = engine.query(
        f"SELECT millibits, count(*) AS entities FROM {entity_type}_totals "
        "GROUP BY millibits ORDER BY millibits"
    )
    bits, entities = column(totals, "millibits"), column(totals, "entities")
    return threshold(least, bits, entities)
