"""An author's audience: how it comes, and where in a content it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from zhenzan.report.diagnosis.small_groups import is_small, told

if TYPE_CHECKING:
    from zhenzan.report.diagnosis.subject import Identifier
    from zhenzan.report.scan_directory import Row, ScanDirectory

FEWEST_VIEWERS = 20
"""Of fewer nobody can say where they leave; a content's own curve asks for as many."""

RETENTION = """
SELECT tenth, cast(sum(genuine_viewers) FILTER (c.author_id = ?) AS bigint) AS own,
       cast(sum(genuine_viewers) AS bigint) AS field
FROM retention JOIN contents c USING (content_id)
GROUP BY tenth ORDER BY tenth
"""
SOURCES = """
SELECT source, cast(coalesce(sum(s.views) FILTER (c.author_id = ?), 0) AS bigint) AS views,
       cast(coalesce(sum(s.likes) FILTER (c.author_id = ?), 0) AS bigint) AS likes,
       cast(sum(s.views) AS bigint) AS field_views
FROM sources s JOIN contents c USING (content_id)
GROUP BY source ORDER BY views DESC, source
"""
MIX = """
SELECT provenance, cast(sum(p.likes) AS bigint) AS likes
FROM provenance p JOIN contents c USING (content_id)
WHERE c.author_id = ? GROUP BY provenance ORDER BY provenance = 'hidden', likes DESC, provenance
"""


@dataclass(frozen=True)
class Stay:
    """How many viewers are left after so many tenths.

    Attributes:
        tenth: 0–10.
        own: Share of the author's genuine viewers, 0–1; None where too few stay or have left.
        field: The same over all contents of the log.
    """

    tenth: int
    own: float | None
    field: float


@dataclass(frozen=True)
class Leaving:
    """Where viewers leave.

    Attributes:
        viewers: Genuine viewers of whom it is logged how much they watched.
        stays: From 0 to 10 tenths.
        from_tenth, to_tenth: Between these the author loses most compared with the field; None
            where there is no such stretch, or it must not be told.
        lost: Share of those still there who leave on that stretch, 0–1.
        field_lost: The same in the field.
    """

    viewers: int
    stays: tuple[Stay, ...]
    from_tenth: int | None = None
    to_tenth: int | None = None
    lost: float = 0.0
    field_lost: float = 0.0


@dataclass(frozen=True)
class Way:
    """One way in which viewers come.

    Attributes:
        source: As logged.
        views: Views of the author's contents; None where hidden.
        likes: Likes; None where hidden.
        share: Of the author's views, 0–1; None where hidden.
        field_share: Of all views of the log, 0–1.
    """

    source: str
    views: int | None
    likes: int | None
    share: float | None
    field_share: float


def load_leaving(scan: ScanDirectory, author: Identifier) -> Leaving | None:
    """Where an author's viewers leave; None with too few of them."""
    rows = scan.rows("retention contents", RETENTION, [author])
    viewers = rows[0]["own"] or 0 if rows else 0
    if viewers < FEWEST_VIEWERS:
        return None
    stays = tuple(_stay(row, viewers, rows[0]["field"]) for row in rows)
    return Leaving(viewers, stays, *_worst(stays))


def _stay(row: Row, viewers: int, field_viewers: int) -> Stay:
    left = viewers - row["own"]
    hidden = is_small(row["own"]) or is_small(left)
    field = row["field"] / max(field_viewers, 1)
    return Stay(row["tenth"], None if hidden else row["own"] / viewers, field)


def _worst(stays: tuple[Stay, ...]) -> tuple[int | None, int | None, float, float]:
    """The stretch on which more leave than in the field, by most; ends are those that are told."""
    known = [stay for stay in stays if stay.own]
    worst: tuple[int | None, int | None, float, float] = (None, None, 0.0, 0.0)
    most = 0.0
    for before, after in pairwise(known):
        if before.own is None or after.own is None or not before.field:
            continue
        lost, usual = 1 - after.own / before.own, 1 - after.field / before.field
        if lost - usual > most:
            most = lost - usual
            worst = (before.tenth, after.tenth, lost, usual)
    return worst


def load_ways(scan: ScanDirectory, author: Identifier) -> tuple[Way, ...]:
    """How viewers come, the author's most usual way first; empty where the log does not tell."""
    rows = scan.rows("sources contents", SOURCES, [author, author])
    if all(row["source"] == "unlogged" for row in rows):
        return ()
    views = told({row["source"]: row["views"] for row in rows})
    likes = told({row["source"]: row["likes"] for row in rows})
    total = sum(row["views"] for row in rows)
    field = sum(row["field_views"] for row in rows)
    found = []
    for row in rows:
        shown = views[row["source"]]
        share = None if shown is None or not total else shown / total
        way = Way(
            row["source"], shown, likes[row["source"]], share, row["field_views"] / max(field, 1)
        )
        found.append(way)
    return tuple(found)


def load_mix(scan: ScanDirectory, author: Identifier) -> tuple[tuple[str, int | None], ...]:
    """Where likes come from (数据溯源), over contents with ten likes or more.

    Returns:
        Class and likes, None where hidden; ``hidden`` are the classes hidden content by content.
    """
    rows = scan.rows("provenance contents", MIX, [author])
    return tuple(told({row["provenance"]: row["likes"] for row in rows}).items())


def hidden_sources(ways: tuple[Way, ...]) -> frozenset[str]:
    """The sources of which a figure must not tell either."""
    return frozenset(way.source for way in ways if way.views is None)
