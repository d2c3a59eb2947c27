"""True likes, engagement score, health and credit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.scores import accounts, contents, likes

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine


def score(engine: Engine) -> None:
    """Fill like_classes, content_scores, content_curves and account_scores from the verdicts."""
    engine.create("like_classes", likes.LIKE_CLASSES)
    engine.create("like_shares", contents.LIKE_SHARES)
    engine.create("content_scores", contents.CONTENT_SCORES)
    engine.create("content_curves", contents.CURVES)
    engine.create("account_scores", accounts.ACCOUNT_SCORES)
