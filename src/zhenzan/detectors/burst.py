"""Likes whose times no audience explains: rushes, same-second pile-ups, drips."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from zhenzan.arrays import column
from zhenzan.detectors.base import LEAST_BITS, Detector, Findings
from zhenzan.detectors.examples import Example, Row, honest_log, like, view
from zhenzan.detectors.excess import (
    HOUR_US,
    LEAST_RUSHES,
    MINUTE_US,
    ViewLaw,
    Windows,
    read_law,
    rushed,
    scan_clock,
    scan_views,
)
from zhenzan.detectors.pace import (
    NIGHT_HOURS,
    even_gaps,
    nightfall,
    pile_ups,
    same_seconds,
    sleepless,
)
from zhenzan.kernels.gaps import evenness
from zhenzan.kernels.windows import best_window
from zhenzan.weights import bits_from_log_p, millibits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zhenzan.engines.base import Engine

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FEWEST_LIKES = 5
"""A content with fewer first likes has no rush to speak of."""
MOST_BURST_BITS = 10.0
"""Views can be missing for reasons of their own, such as an app that does not log them."""
MOST_LIKE_BITS = 3.0
DAY_S = 86_400
CHUNK_ROWS = 4_000_000
"""Likes and view minutes that are in memory at once."""


def _audience(
    content: str, viewers: int, likers: int, since_s: float, length_s: float
) -> tuple[Row, ...]:
    """Viewers evenly over a time, of whom ``likers`` like 40 seconds later."""
    rows: list[Row] = []
    for viewer in range(viewers):
        at_s = since_s + length_s * (viewer + 0.37 * (viewer % 3)) / viewers
        rows.append(view(f"{content}-{since_s:.0f}-{viewer}", content, at_s, 0.7))
        if viewer * likers % viewers < likers:
            rows.append(like(f"{content}-{since_s:.0f}-{viewer}", content, at_s + 40))
    return tuple(rows)


class Burst(Detector):
    """Contents whose likes come when no audience brings them.

    Catches: orders delivered within minutes or hours while views stand still; scripts that fire
    within the same second; drips so even that no crowd could be so regular, or as busy by night
    as by day.
    Misses: deliveries that bring their own views at the usual rate; random drips in daytime.
    How an adversary adapts: views are bought along with the likes, at their price; delivery is
    slowed to the content's own pace, at the price of late orders.
    Honest crowds that look the same: fans who rush a post and like nearly all they view (worth
    two bits at most, since one content in a hundred has them); official push and viral spikes
    (their views rise too; without a view log they are worth two bits at most); a presenter's
    countdown (capped); hours whose views were not logged (left out).
    Reads: firsts, content_activity, content_hours, log_hours, like_path, events (views).
    Evidence: likes of the window and how many were to be expected; likes that share a second;
    likes by night; how many times likelier the gaps are under an even process.
    Reference: gamma-Poisson prediction, Robbins (1956) and Kleinman, JASA 68 (1973); scan windows,
    Kulldorff, Commun. Statist. 26 (1997); bursts as evidence, Beutel et al., CopyCatch (WWW 2013).
    """

    id: ClassVar[str] = "burst"
    version: ClassVar[int] = 1
    needs: ClassVar[frozenset[str]] = frozenset()
    reason_codes: ClassVar[tuple[str, ...]] = (
        "content_burst",
        "like_in_burst",
        "content_same_second",
        "content_steady",
        "content_sleepless",
    )

    SIZES = f"""
    SELECT a.content, cast(sum(h.views + h.likes) AS bigint) AS size
    FROM content_activity a JOIN content_hours h ON h.content = a.content
    WHERE a.likes >= {FEWEST_LIKES}
    GROUP BY a.content ORDER BY a.content
    """
    LIKES = f"""
    SELECT f."like", f.content, f.ts FROM firsts f
    JOIN content_activity a ON a.content = f.content
    WHERE a.likes >= {FEWEST_LIKES} AND f.content BETWEEN {{low}} AND {{high}}
    ORDER BY f."like"
    """
    VIEWS = f"""
    SELECT e.content, cast(floor(e.ts / {MINUTE_US}) AS bigint) AS minute, count(*) AS views
    FROM events e JOIN content_activity a ON a.content = e.content
    WHERE e.event_type = 1 AND a.likes >= {FEWEST_LIKES}
      AND e.content BETWEEN {{low}} AND {{high}}
    GROUP BY e.content, cast(floor(e.ts / {MINUTE_US}) AS bigint) ORDER BY content, minute
    """
    HOURS = "SELECT hour, views FROM log_hours ORDER BY hour"
    NIGHTS = """
    SELECT content, cast(sum(views - night_views) AS bigint) AS views,
           cast(sum(likes - night_likes) AS bigint) AS likes,
           cast(sum(CASE WHEN place > 1 THEN night_views ELSE 0 END) AS bigint) AS night_views,
           cast(sum(CASE WHEN place > 1 THEN night_likes ELSE 0 END) AS bigint) AS night_likes
    FROM (
        SELECT content, views, likes, night_views, night_likes,
               row_number() OVER (PARTITION BY content ORDER BY night_likes DESC, night) AS place
        FROM (
            SELECT content, cast(floor((hour - {dusk}) / 24) AS bigint) AS night,
                   cast(sum(views) AS bigint) AS views, cast(sum(likes) AS bigint) AS likes,
                   cast(sum(CASE WHEN (hour - {dusk}) % 24 < {hours} THEN views ELSE 0 END)
                        AS bigint) AS night_views,
                   cast(sum(CASE WHEN (hour - {dusk}) % 24 < {hours} THEN likes ELSE 0 END)
                        AS bigint) AS night_likes
            FROM content_hours
            GROUP BY content, cast(floor((hour - {dusk}) / 24) AS bigint)
        )
    ) GROUP BY content ORDER BY content
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "script",
            "sixty likes in eight minutes on a post with an audience of its own, none of it then",
            (
                *honest_log(),
                *_audience("target", 300, 15, 0, 10 * DAY_S),
                *(like(f"bot{bot}", "target", 5.5 * DAY_S + 8 * bot) for bot in range(60)),
            ),
            fires=frozenset({"target"}),
        ),
        Example(
            "one second",
            "forty likes within two seconds",
            (
                *honest_log(),
                *_audience("target", 300, 15, 0, 10 * DAY_S),
                *(like(f"bot{bot}", "target", 5.5 * DAY_S + bot / 20) for bot in range(40)),
            ),
            fires=frozenset({"target"}),
        ),
        Example(
            "drip",
            "a like every half hour, day and night, for four days",
            (
                *honest_log(),
                *_audience("target", 300, 15, 0, 10 * DAY_S),
                *(
                    like(f"bot{bot}", "target", 3 * DAY_S + 1_800 * bot + 97 * (bot % 5))
                    for bot in range(192)
                ),
            ),
            fires=frozenset({"target"}),
        ),
        Example(
            "official push",
            "the platform shows a post to six hundred people within the hour, who like as usual",
            (
                *honest_log(),
                *_audience("pushed", 200, 10, 0, 10 * DAY_S),
                *_audience("pushed", 600, 36, 4 * DAY_S, 3_600),
            ),
        ),
        Example(
            "viral spike",
            "views double every half hour for three hours, and likes with them",
            (
                *honest_log(),
                *_audience("viral", 100, 8, 0, 10 * DAY_S),
                *(
                    row
                    for step in range(6)
                    for row in _audience(
                        "viral", 10 * 2**step, 2**step, 2 * DAY_S + 1_800 * step, 1_800
                    )
                ),
            ),
        ),
        Example(
            "fans",
            "sixty followers open a new post within ten minutes and nearly all like it",
            (
                *honest_log(),
                *_audience("post", 60, 56, 2 * DAY_S, 600),
                *_audience("post", 200, 8, 2 * DAY_S + 600, 5 * DAY_S),
            ),
        ),
        Example(
            "push without a view log",
            "a hundred likes in ten minutes, in a log that has no views",
            (
                *(row for row in honest_log() if row.event_type == "like"),
                *(like(f"new{reader}", "c3", 5 * DAY_S + 6 * reader) for reader in range(100)),
            ),
        ),
    )

    def find(self, engine: Engine) -> Iterator[Findings]:
        """Scan contents chunk by chunk; weigh pile-ups and drips of all of them at the end."""
        law = read_law(engine)
        scans, seconds, even, contents = [], [], [], 0
        for low, high in self._chunks(engine):
            rows = engine.query(self.LIKES.format(low=low, high=high))
            likes, content, ts = (column(rows, name) for name in ("like", "content", "ts"))
            seconds.append(same_seconds(content, ts))
            even.append(evenness(content, ts))
            contents += len(np.unique(content))
            if isinstance(law, ViewLaw):
                views = engine.query(self.VIEWS.format(low=low, high=high))
                up = ~np.isin(ts // HOUR_US, law.outages)
                likes, content, ts = likes[up], content[up], ts[up]
                owner, minute, seen = (column(views, n) for n in ("content", "minute", "views"))
                windows = scan_views(content, ts, law, (owner, minute, seen))
            else:
                windows = scan_clock(content, ts, law)
            scans.append((windows, likes, content, ts))
        if scans:
            rushes = sum(rushed(content, windows) for windows, _, content, _ in scans) / contents
            rushes = min(max(rushes, LEAST_RUSHES), 0.5)
            yield _joined([strongest(w, rushes, content, ts) for w, _, content, ts in scans])
            yield _joined([covered(w, rushes, likes) for w, likes, _, _ in scans])
            yield pile_ups(*(np.concatenate(part) for part in zip(*seconds, strict=True)))
            yield even_gaps(*(np.concatenate(part) for part in zip(*even, strict=True)))
        if isinstance(law, ViewLaw):
            hours = engine.query(self.HOURS)
            dusk = nightfall(column(hours, "hour"), column(hours, "views"))
            yield sleepless(engine.query(self.NIGHTS.format(dusk=dusk, hours=NIGHT_HOURS)), law)

    def _chunks(self, engine: Engine) -> list[tuple[int, int]]:
        """Ranges of contents, each with about ``CHUNK_ROWS`` rows."""
        sizes = engine.query(self.SIZES)
        content, chunk = column(sizes, "content"), np.cumsum(column(sizes, "size")) // CHUNK_ROWS
        lows = content[np.flatnonzero(np.diff(chunk, prepend=-1))]
        highs = content[np.flatnonzero(np.diff(chunk, append=-1))]
        return list(zip(lows.tolist(), highs.tolist(), strict=True))


def strongest(windows: Windows, rushes: float, content: Ints, ts: Ints) -> Findings:
    """The most surprising window of each content, when a share ``rushes`` of contents is rushed."""
    owner, log_p = content[windows.row], windows.log_p(rushes)
    order = np.lexsort((windows.row, windows.minutes, windows.usual, log_p, owner))
    first = order[np.flatnonzero(np.diff(owner[order], prepend=-1))]
    best = windows.pick(first)
    bits = np.minimum(bits_from_log_p(log_p[first]), MOST_BURST_BITS)
    facts = {
        "likes": best.likes,
        "minutes": best.minutes,
        "expected": best.expected,
        "start_us": ts[best.row],
    }
    found = Findings("content_burst", content[best.row], millibits(bits), facts)
    return found.where(bits >= LEAST_BITS)


def covered(windows: Windows, rushes: float, likes: Ints) -> Findings:
    """The likes inside surprising windows, each with the window that says most about it.

    The weight is the odds that a like of the window is one of its excess, but no more than what
    the window itself is worth.
    """
    odds = np.log2(np.maximum(windows.likes / np.maximum(windows.expected, 1e-9) - 1.0, 1e-9))
    bits = np.minimum(np.minimum(bits_from_log_p(windows.log_p(rushes)), odds), MOST_LIKE_BITS)
    weight = np.zeros(len(likes), np.int64)
    source = np.full(len(likes), -1, np.int64)
    for minutes in np.unique(windows.minutes):
        chosen = np.flatnonzero(windows.minutes == minutes)
        score = np.zeros(len(likes), np.int64)
        ends = np.arange(1, len(likes) + 1)
        at = np.full(len(likes), -1, np.int64)
        row = windows.row[chosen]
        score[row], at[row] = millibits(bits[chosen]), chosen
        ends[row] = row + windows.likes[chosen]
        begin = best_window(ends, score)
        better = (begin >= 0) & (score[begin] > weight)
        weight[better], source[better] = score[begin[better]], at[begin[better]]
    inside = weight >= millibits(LEAST_BITS)
    of = windows.pick(source[inside])
    facts = {"likes": of.likes, "minutes": of.minutes, "expected": of.expected}
    return Findings("like_in_burst", likes[inside], weight[inside], facts)


def _joined(parts: Sequence[Findings]) -> Findings:
    """The findings of several chunks as one."""
    names = parts[0].facts
    return Findings(
        parts[0].reason_code,
        np.concatenate([part.entity for part in parts]),
        np.concatenate([part.millibits for part in parts]),
        {name: np.concatenate([part.facts[name] for part in parts]) for name in names},
    )
