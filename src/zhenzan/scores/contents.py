"""Each content's scores side by side: true likes, engagement, health, exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenzan.engines.base import Engine

CONTENT_SCORES = """
SELECT l.*, e.peer_group, e.score / 1e2 AS engagement_score, e.low / 1e2 AS engagement_low,
       e.high / 1e2 AS engagement_high, ep.parts AS engagement_parts,
       h.health, h.parts AS health_parts, h.timely, h.deep,
       floor(e.score * (l.likes - coalesce(t.likes, 0)) * 1e0 / l.likes) / 1e2 AS exposure
FROM content_likes l
LEFT JOIN content_engagement e ON e.content = l.content
LEFT JOIN ({engagement_parts}) ep ON ep.content = l.content
JOIN ({health}) h ON h.content = l.content
LEFT JOIN (SELECT content, count(*) AS likes FROM tied_likes GROUP BY content) t
ON t.content = l.content
"""
"""Exposure is the engagement score, less the share of likes that come from whom the author is tied
to: likes that somebody else bought for an author cost nothing."""

HEALTH_REASONS = """
SELECT {whose}, {listed} AS reasons FROM ({lost}) WHERE lost >= {least} GROUP BY {whose}
"""


def content_scores_query(
    engine: Engine, engagement_parts: Iterable[str], health_parts: Iterable[str]
) -> str:
    """The query of ``content_scores``.

    Args:
        engine: Says how JSON is made.
        engagement_parts: The parts of the engagement score that the log can tell of.
        health_parts: Those of health.
    """
    told = tuple(engagement_parts)
    columns = ", ".join(f"{part} / 1e2 AS {part}" for part in told)
    parts = (
        f"SELECT content, {engine.json_object(told)} AS parts FROM "
        f"(SELECT content, {columns} FROM content_engagement)"
        if told
        else "SELECT content, '' AS parts FROM content_engagement"
    )
    return CONTENT_SCORES.format(
        engagement_parts=parts, health=health_columns(engine, "content", health_parts)
    )


def health_columns(engine: Engine, whose: str, health_parts: Iterable[str]) -> str:
    """SQL: health, its parts as JSON and the counts behind them, from ``<whose>_health``.

    Args:
        engine: Says how JSON is made.
        whose: content or author.
        health_parts: The parts that the log can tell of.
    """
    told = tuple(health_parts)
    total = " + ".join(f"{part}_points" for part in told)
    columns = ", ".join(f"{part}_points / 1e2 AS {part}" for part in told)
    return (
        f"SELECT {whose}, health, {engine.json_object(told)} AS parts, timely, deep FROM "
        f"(SELECT {whose}, ({total}) / 1e2 AS health, {columns}, timely, deep "
        f"FROM {whose}_health)"
    )


def health_reasons_query(
    engine: Engine, whose: str, health_parts: dict[str, float], codes: dict[str, str], least: int
) -> str:
    """The query of ``<whose>_health_reasons``: what would raise health, most points first.

    Args:
        engine: Says how lists are made.
        whose: content or author.
        health_parts: Part → its points of 100.
        codes: Part → reason code.
        least: What costs fewer points is not named.
    """
    lost = " UNION ALL ".join(
        f"SELECT {whose}, '{codes[part]}' AS code, {100 * points}e0 - {part}_points AS lost "
        f"FROM {whose}_health"
        for part, points in health_parts.items()
    )
    listed = engine.list_by("code", "lost DESC, code")
    return HEALTH_REASONS.format(whose=whose, listed=listed, lost=lost, least=100 * least)
