"""How many of a count of likes are real, said so that no small group is told of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.report.diagnosis.small_groups import FEWEST, is_small

if TYPE_CHECKING:
    from zhenzan.report.diagnosis.subject import Identifier
    from zhenzan.report.scan_directory import Row, ScanDirectory

CONTENTS_SHOWN = 10

AUTHOR = """
SELECT contents, likes, discounted_likes AS discounted, removed_likes AS removed,
       true_likes, true_likes_low AS low, true_likes_high AS high, engagement_score,
       engagement_low, engagement_high, health, health_reasons, suspect, boosted
FROM authors WHERE author_id = ?
"""
BOOSTED = """
SELECT content_id, likes, discounted_likes AS discounted, removed_likes AS removed,
       true_likes, true_likes_low AS low, true_likes_high AS high
FROM contents WHERE author_id = ? AND verdict = 'boosted'
ORDER BY removed DESC, content_id LIMIT ?
"""


@dataclass(frozen=True)
class HonestCount:
    """A count of likes and how much of it is real.

    Attributes:
        likes: The raw count.
        near, low, high: The expected number of real ones and its 90% interval; None where fewer
            than ten likes, or all but fewer than ten, are in doubt.
        at_least, at_most: What is told instead; otherwise the interval.
    """

    likes: int
    near: float | None
    low: float | None
    high: float | None
    at_least: float
    at_most: float


@dataclass(frozen=True)
class AuthorCount:
    """What all contents of an author received.

    Attributes:
        count: The honest count.
        removed, discounted: Likes called fake, and suspect; None where hidden. Of a single content
            they are not told: beside the total one hidden content would be no secret.
        contents: Contents that were endorsed.
        engagement, engagement_low, engagement_high: 0–100 among peers, with its 90% interval; None
            with too little data.
        health: 0–100.
        health_reasons: What would raise it, reason codes, most points first.
        boosted: Contents whose count was boosted.
        suspect: Contents whose count may be.
    """

    count: HonestCount
    removed: int | None
    discounted: int | None
    contents: int
    engagement: float | None
    engagement_low: float | None
    engagement_high: float | None
    health: float
    health_reasons: tuple[str, ...]
    boosted: int
    suspect: int


@dataclass(frozen=True)
class Boosted:
    """One content that somebody boosted."""

    content_id: Identifier
    count: HonestCount


def honest_count(row: Row) -> HonestCount:
    """A count with what may be told of it.

    Args:
        row: likes, discounted, removed, true_likes, low, high.
    """
    likes, real = row["likes"], row["true_likes"]
    doubtful = row["discounted"] + row["removed"]
    if doubtful and (is_small(likes - real) or is_small(doubtful)):
        return HonestCount(likes, None, None, None, max(likes - FEWEST + 1, 0), likes)
    if is_small(real):
        return HonestCount(likes, None, None, None, 0, FEWEST - 1)
    return HonestCount(likes, real, row["low"], row["high"], row["low"], row["high"])


def _hidden(removed: int, discounted: int, likes: int) -> tuple[int | None, int | None]:
    """All or nothing: beside the estimate, any one of the groups would tell the other."""
    groups = (removed, discounted, likes - removed - discounted)
    return (None, None) if any(map(is_small, groups)) else (removed, discounted)


def load_author(scan: ScanDirectory, author: Identifier) -> AuthorCount:
    """What an author of the scan received."""
    row = scan.row("authors", AUTHOR, [author]) or {}
    removed, discounted = _hidden(row["removed"], row["discounted"], row["likes"])
    return AuthorCount(
        count=honest_count(row),
        removed=removed,
        discounted=discounted,
        contents=row["contents"],
        engagement=row["engagement_score"],
        engagement_low=row["engagement_low"],
        engagement_high=row["engagement_high"],
        health=row["health"],
        health_reasons=tuple(row["health_reasons"]),
        boosted=row["boosted"],
        suspect=row["suspect"],
    )


def load_boosted(scan: ScanDirectory, author: Identifier) -> tuple[Boosted, ...]:
    """The author's contents that somebody boosted, those with most removed likes first."""
    rows = scan.rows("contents", BOOSTED, [author, CONTENTS_SHOWN])
    return tuple(Boosted(row["content_id"], honest_count(row)) for row in rows)
