"""True likes, engagement score, health and credit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.model import EVENT_TYPES
from zhenzan.scores import accounts, authors, contents, hours, likes, true_likes, visits

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine

VISIT_KINDS = ("view", "comment", "share", "favorite", "follow")


def score(engine: Engine, endorsement: tuple[str, ...]) -> None:
    """Fill the tables of likes, contents, authors and accounts from the verdicts.

    Args:
        engine: Holds the log, the features, the rings and the verdicts.
        endorsement: The kinds of event that were judged: these do not count as engagement too.
    """
    engine.create("like_classes", likes.LIKE_CLASSES)
    engine.create("like_shares", true_likes.LIKE_SHARES)
    for whose in ("content", "author"):
        engine.create(f"{whose}_likes", true_likes.TRUE_LIKES.format(whose=whose))
    engine.create("excluded_pairs", visits.EXCLUDED_PAIRS)
    engine.create("excluded_accounts", visits.EXCLUDED_ACCOUNTS)
    kinds = [EVENT_TYPES.index(kind) for kind in VISIT_KINDS if kind not in endorsement]
    engine.create("content_visits", visits.CONTENT_VISITS.format(kinds=", ".join(map(str, kinds))))
    engine.create("engagement_counts", visits.ENGAGEMENT_COUNTS)
    engine.create("source_words", visits.SOURCE_WORDS)
    engine.create("content_sources", visits.CONTENT_SOURCES)
    engine.create("content_curves", hours.CURVES)
    engine.create("content_scores", contents.CONTENT_SCORES)
    engine.create("account_scores", accounts.ACCOUNT_SCORES)
    engine.create("author_scores", authors.AUTHOR_SCORES)
