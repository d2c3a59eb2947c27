"""True likes, engagement score, health, credit and provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.model import EVENT_TYPES
from zhenzan.scores import (
    accounts,
    authors,
    contents,
    credit,
    health,
    hours,
    likes,
    provenance,
    ties,
    true_likes,
    visits,
)
from zhenzan.scores.engagement import score_engagement
from zhenzan.scores.weights import read_weights

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine

VISIT_KINDS = ("view", "comment", "share", "favorite", "follow")

__all__ = ["read_weights", "score"]


def score(
    engine: Engine, present: frozenset[str], endorsement: tuple[str, ...], as_of_us: int
) -> None:
    """Fill the tables of likes, contents, authors and accounts from the verdicts.

    Args:
        engine: Holds the log, the features, the rings and the verdicts.
        present: What the log holds; see ``ingest.IngestReport.columns_present``.
        endorsement: The kinds of event that were judged: these do not count as engagement too.
        as_of_us: When the log ends, µs since 1970: what is older has less weight.
    """
    weights = read_weights()
    engine.create("like_classes", likes.LIKE_CLASSES)
    true_likes.count_true_likes(engine, weights.true_likes)
    engine.create("like_hours", health.LIKE_HOURS)
    engine.create("content_curves", hours.CURVES)
    _read_visits(engine, endorsement, views="view" in present)
    told = score_engagement(engine, weights.engagement, as_of_us)
    _score_accounts(engine, present, as_of_us)
    parts = _score_health(engine, views="view" in present)
    engine.create("content_scores", contents.content_scores_query(engine, told, parts))
    engine.create(
        "author_scores",
        authors.AUTHOR_SCORES.format(
            health=contents.health_columns(engine, "author", parts),
            ties=engine.list_by("tie", "tie"),
        ),
    )
    engine.create("like_mix", provenance.LIKE_MIX)
    engine.create("content_provenance", provenance.provenance_query())


def _read_visits(engine: Engine, endorsement: tuple[str, ...], *, views: bool) -> None:
    kinds = " AND ".join(
        f"event_type <> {code}"
        for code, kind in enumerate(EVENT_TYPES)
        if kind not in VISIT_KINDS or kind in endorsement
    )
    engine.register("content_visits", visits.content_visits(engine, kinds, views=views))
    engine.create("engagement_counts", visits.ENGAGEMENT_COUNTS)
    engine.create("source_words", visits.SOURCE_WORDS)
    engine.create("content_sources", visits.CONTENT_SOURCES)


def _score_accounts(engine: Engine, present: frozenset[str], as_of_us: int) -> None:
    weights = read_weights().credit
    engine.create("ring_received", ties.RECEIVED)
    engine.create("author_ties", ties.ties_query(present, weights))
    engine.create("tied_likes", ties.TIED_LIKES)
    engine.create("offences", credit.offences_query(weights))
    engine.create("credit_lost", credit.credit_query(weights, as_of_us))
    engine.create("account_scores", accounts.ACCOUNT_SCORES)


def _score_health(engine: Engine, *, views: bool) -> dict[str, float]:
    """Fill the health tables of contents and authors; returns the parts and their points."""
    weights = read_weights().health
    parts = health.weighed(weights, views=views)
    engine.create("content_timely", health.TIMELY)
    engine.create("content_deep", health.deep_query(weights, views=views))
    for whose in ("content", "author"):
        query = health.health_query(whose, parts, weights)
        engine.create(f"{whose}_health", query)
        reasons = contents.health_reasons_query(
            engine, whose, parts, health.REASONS, weights.least_points
        )
        engine.create(f"{whose}_health_reasons", reasons)
    return parts
