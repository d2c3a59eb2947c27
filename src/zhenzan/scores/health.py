"""Data health (数据健康度): do a content's likes look like those of people who came and watched?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.model import PROGRESS_UNITS
from zhenzan.scores.weights import TOTAL

if TYPE_CHECKING:
    from zhenzan.scores.weights import HealthWeights

KEPT = "(s.fake + s.suspect = 0)"

LIKE_HOURS = f"""
SELECT s.content, cast(floor(e.ts / 3600000000) AS bigint) AS hour,
       cast(sum(s.fake) AS bigint) AS fake, count(*) FILTER (WHERE {KEPT}) AS kept
FROM like_shares s JOIN endorsements e ON e."like" = s."like"
GROUP BY s.content, cast(floor(e.ts / 3600000000) AS bigint)
"""

TIMELY = """
SELECT l.content, cast(sum(least(l.kept, h.views + 1)) AS bigint) AS timely
FROM like_hours l JOIN content_hours h ON h.content = l.content AND h.hour = l.hour
GROUP BY l.content
"""
"""Likes that are neither removed nor discounted and that came in an hour with as many views. One
more may belong to a view of the hour before."""

DEEP = f"""
SELECT s.content, count(*) AS deep FROM like_shares s
JOIN like_verdicts v ON v."like" = s."like"
LEFT JOIN deeper d ON d.account = v.account AND d.content = v.content
{{path}}
WHERE {KEPT} AND (d.account IS NOT NULL{{seen}}) GROUP BY s.content
"""
PATH = 'JOIN like_path p ON p."like" = s."like"'
SEEN = " OR (p.unseen = 0 AND (p.watched IS NULL OR p.watched >= {deep_progress}))"

HEALTH = """
SELECT {whose}, likes, {counts}, {parts}
FROM (
    SELECT {key} AS {whose}, cast(sum(l.likes) AS bigint) AS likes,
           cast(sum(l.likes - l.removed - l.discounted) AS bigint) AS provenance,
           cast(sum(coalesce(t.timely, 0)) AS bigint) AS timely,
           cast(sum(coalesce(d.deep, 0)) AS bigint) AS deep
    FROM content_likes l JOIN contents_in c ON c.content = l.content
    LEFT JOIN content_timely t ON t.content = l.content
    LEFT JOIN content_deep d ON d.content = l.content
    WHERE {key} IS NOT NULL GROUP BY {key}
) CROSS JOIN (
    SELECT cast(sum(likes - removed - discounted) AS bigint) AS log_kept,
           (SELECT cast(sum(timely) AS bigint) FROM content_timely) AS log_timely,
           (SELECT cast(sum(deep) AS bigint) FROM content_deep) AS log_deep
    FROM content_likes
)
"""

SOUND = {
    "provenance": "provenance",
    "timeliness": "timely * 1e0 * log_kept / nullif(log_timely, 0)",
    "depth": "deep * 1e0 * log_kept / nullif(log_deep, 0)",
}
"""How many of all likes, those removed included, are sound; beside what is usual in this log for
likes that are neither removed nor discounted. So a log that loses views costs nobody anything, and
a false like more can only lower the share."""
POINTS = """cast(floor({points}e0 * least(1e0, (coalesce({sound}, 0) + {benefit}) * 1e0
            / (likes + {benefit}))) AS bigint) AS {part}_points"""

COUNTS = {"timeliness": "timely", "depth": "deep"}
"""Part → the count behind it that is told, where the log can tell of it."""
REASONS = {
    "provenance": "content_likes_removed",
    "timeliness": "content_likes_untimely",
    "depth": "content_likes_shallow",
}


def weighed(weights: HealthWeights, *, views: bool) -> dict[str, float]:
    """The parts that the log can tell of, with their points of 100.

    Args:
        weights: What the parts weigh.
        views: Whether the log has views.
    """
    told = {p.name: p.weight for p in weights.parts if views or p.name == "provenance"}
    total = sum(told.values())
    return {name: TOTAL * weight / total for name, weight in told.items()}


def deep_query(weights: HealthWeights, *, views: bool) -> str:
    """The query of ``content_deep``: kept likes of whom is known that they are more than a tap."""
    seen = SEEN.format(deep_progress=round(weights.deep_progress * PROGRESS_UNITS))
    return DEEP.format(path=PATH if views else "", seen=seen if views else "")


def health_query(whose: str, parts: dict[str, float], weights: HealthWeights) -> str:
    """The query of ``content_health`` or ``author_health``: hundredths of each part.

    Args:
        whose: content or author.
        parts: Part → points of 100; see ``weighed``.
        weights: The benefit of doubt.
    """
    columns = [
        POINTS.format(
            points=100 * points, sound=SOUND[part], benefit=weights.benefit_of_doubt, part=part
        )
        for part, points in parts.items()
    ]
    counts = ", ".join(
        name if part in parts else f"cast(NULL AS bigint) AS {name}"
        for part, name in COUNTS.items()
    )
    return HEALTH.format(whose=whose, key=f"c.{whose}", counts=counts, parts=", ".join(columns))
