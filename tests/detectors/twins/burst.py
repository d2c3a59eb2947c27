"""Twin of the burst detector."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from tests.detectors.twins.likes import (
    HOUR_US,
    First,
    by_content,
    counted,
    first_likes,
    found,
    unseen,
)
from tests.detectors.twins.odds import calibrated, clip, log_mixture, log_tail, quantile, whole
from tests.kernels.slow_gaps import slow_evenness

from zhenzan.detectors import burst, excess, pace
from zhenzan.detectors.base import LEAST_BITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.detectors.logs import Found

    from zhenzan.detectors.examples import Row

MINUTE_US = 60_000_000
Hours = dict[str, Counter[int]]
"""Events per content and hour."""


@dataclass(frozen=True)
class Window:
    """One window that can tell anything."""

    content: str
    begin: int
    minutes: int
    likes: int
    expected: float
    usual: float
    rush: float
    start_us: int

    def log_p(self, rushes: float) -> float:
        return min(log_mixture(rushes, self.usual, self.rush), 0.0)


def find(rows: Sequence[Row], authors: Mapping[str, str]) -> list[Found]:
    views, likes = counted(rows, "view"), counted(rows, "like")
    law = ViewLaw(views, likes, rows) if views_are_logged(views, likes) else ClockLaw(likes)
    of = by_content(first_likes(rows, authors))
    busy = {c: mine for c, mine in of.items() if len(mine) >= burst.FEWEST_LIKES}
    up = {
        content: [like for like in mine if like.ts // HOUR_US not in law.outages]
        for content, mine in busy.items()
    }
    windows = [w for content, mine in up.items() for w in scan(content, mine, law)]
    results = same_seconds(busy) + steady(busy) + sleepless(views, likes, law)
    if busy:
        rushed = {w.content for w in windows
                  if w.usual <= excess.LOG_RUSH and w.rush > excess.LOG_TELLING}  # fmt: skip
        rushes = clip(len(rushed) / len(busy), excess.LEAST_RUSHES, 0.5)
        results += strongest(windows, rushes) + covered(windows, rushes, up)
    return results


def views_are_logged(views: Hours, likes: Hours) -> bool:
    liked = [(content, hour) for content, mine in likes.items() for hour in mine]
    without = sum(views.get(content, Counter())[hour] == 0 for content, hour in liked)
    return bool(views) and without <= excess.OUTAGE_SHARE * len(liked)


class ViewLaw:
    """Likes follow views."""

    def __init__(self, views: Hours, likes: Hours, rows: Sequence[Row]) -> None:
        self.minutes: dict[str, Counter[int]] = defaultdict(Counter)
        for row in rows:
            if row.event_type == "view":
                self.minutes[row.content_id][row.ts_us // MINUTE_US] += 1
        self.views = {content: sum(mine.values()) for content, mine in views.items()}
        self.likes = {content: sum(mine.values()) for content, mine in likes.items()}
        seen = sorted(self.views)
        total = sum(self.likes.get(content, 0) for content in seen)
        mean = max(total, 1) / max(sum(self.views.values()), 1)
        self.a = variation([(self.likes.get(c, 0), mean * self.views[c]) for c in seen])
        self.b = self.a / mean
        missing = unseen(rows)
        self.rush_rate = min(5.0, max(len(missing), 1) / max(missing.count(False), 1))
        hours = sorted({h for mine in (*views.values(), *likes.values()) for h in mine})
        self.outages = {hour for hour in hours if is_outage(hour, views, likes)}
        self.shape = 1.0
        counts = []
        for content in sorted({*views, *likes}):
            mine, theirs = views.get(content, Counter()), likes.get(content, Counter())
            for hour in sorted({*mine, *theirs}):
                expected, _ = self.predict(
                    mine[hour], theirs.total() - theirs[hour], mine.total() - mine[hour]
                )
                counts.append((theirs[hour], expected))
        self.shape = variation(counts)

    def predict(self, views: int, outside_likes: int, outside_views: int) -> tuple[float, float]:
        seen = self.a + outside_likes
        expected = (views + excess.UNLOGGED_VIEWS) * seen / (self.b + outside_views)
        return expected, 1 / (1 / seen + 1 / self.shape)

    def weigh(self, mine: list[First], begin: int, likes: int, minutes: int) -> tuple[float, ...]:
        ts = mine[begin].ts
        first = (ts - excess.VIEW_SLACK_US) // MINUTE_US
        last = (ts + minutes * MINUTE_US + excess.VIEW_SLACK_US) // MINUTE_US
        watched = self.minutes[mine[begin].content]
        seen = sum(n for minute, n in watched.items() if first <= minute <= last)
        expected, shape = self.predict(seen, len(mine) - likes, watched.total() - seen)
        rush = log_tail(likes, (seen + excess.UNLOGGED_VIEWS) * self.rush_rate, excess.RUSH_SHAPE)
        return expected, log_tail(likes, expected, shape), rush


class ClockLaw:
    """Likes follow the clock."""

    outages: frozenset[int] = frozenset()

    def __init__(self, likes: Hours) -> None:
        by_hour = [0.0] * 24
        hours = [hour for mine in likes.values() for hour in mine.elements()]
        for hour in hours:
            by_hour[hour % 24] += 1
        floor = 0.1 * max(sum(by_hour), 1) / 24
        whole_day = sum(n + floor for n in by_hour)
        self.before = [sum(n + floor for n in by_hour[:h]) / whole_day for h in range(25)]
        self.end_us = (max(hours, default=0) + 1) * HOUR_US

    def elapsed(self, ts: int) -> float:
        day, within = divmod(ts, 24 * HOUR_US)
        hour = min(within // HOUR_US, 23)
        part = within / HOUR_US - hour
        return day + self.before[hour] + part * (self.before[hour + 1] - self.before[hour])

    def weigh(self, mine: list[First], begin: int, likes: int, minutes: int) -> tuple[float, ...]:
        ts, width = mine[begin].ts, minutes * MINUTE_US
        low = max(ts - excess.SURROUNDINGS * width, mine[0].ts)
        high = ts + (1 + excess.SURROUNDINGS) * width
        near = sum(low <= like.ts < high for like in mine)
        inside = self.elapsed(max(min(ts + width, self.end_us), ts + 1)) - self.elapsed(ts)
        around = self.elapsed(min(high, self.end_us)) - self.elapsed(low)
        seen = 1 + near - likes
        expected = seen * inside / max(around, inside)
        return expected, log_tail(likes, expected, 1 / (1 / seen + 1)), 0.0


def is_outage(hour: int, views: Hours, likes: Hours) -> bool:
    liked = [content for content, mine in likes.items() if hour in mine]
    without = sum(views.get(content, Counter())[hour] == 0 for content in liked)
    return len(liked) >= excess.OUTAGE_CONTENTS and without > excess.OUTAGE_SHARE * len(liked)


def variation(counts: list[tuple[int, float]]) -> float:
    """Gamma shape of counts around their expectations."""
    enough = [(x, mean) for x, mean in counts if mean >= 1]
    if len(enough) < 20:
        return 1.0
    top = quantile([x / mean for x, mean in enough], 0.95)
    over = sum((min(x, top * mean) - mean) ** 2 - mean for x, mean in enough)
    return 1 / clip(over / sum(mean**2 for _, mean in enough), 0.02, 5.0)


def scan(content: str, mine: list[First], law: ViewLaw | ClockLaw) -> list[Window]:
    """Every window of a content that can tell anything."""
    windows = []
    for minutes in excess.WINDOWS_MIN:
        for begin, first in enumerate(mine):
            likes = sum(like.ts - first.ts < minutes * MINUTE_US for like in mine[begin:])
            if likes >= excess.FEWEST_IN_WINDOW:
                expected, usual, rush = law.weigh(mine, begin, likes, minutes)
                tries = math.log(len(mine) * len(excess.WINDOWS_MIN))
                usual, rush = min(usual + tries, 0.0), min(rush + tries, 0.0)
                if usual <= excess.LOG_TELLING:
                    windows.append(
                        Window(content, begin, minutes, likes, expected, usual, rush, first.ts)
                    )
    return windows


def strongest(windows: list[Window], rushes: float) -> list[Found]:
    results = []
    for content in {w.content for w in windows}:
        best = min(
            (w for w in windows if w.content == content),
            key=lambda w: (w.log_p(rushes), w.usual, w.minutes, w.begin),
        )
        bits = min(calibrated(best.log_p(rushes)), burst.MOST_BURST_BITS)
        if bits >= LEAST_BITS:
            facts = {"likes": best.likes, "minutes": best.minutes, "expected": best.expected}
            results.append(
                found("content_burst", content, whole(bits), start_us=best.start_us, **facts)
            )
    return results


def covered(windows: list[Window], rushes: float, up: dict[str, list[First]]) -> list[Found]:
    weights = {}
    for w in windows:
        odds = math.log2(max(w.likes / max(w.expected, 1e-9) - 1, 1e-9))
        weights[w] = whole(min(calibrated(w.log_p(rushes)), odds, burst.MOST_LIKE_BITS))
    results = []
    for content, mine in up.items():
        for place, like in enumerate(mine):
            around = [
                w for w in windows
                if w.content == content and w.begin <= place < w.begin + w.likes
            ]  # fmt: skip
            best = max(around, key=lambda w: (weights[w], -w.minutes, -w.begin), default=None)
            if best and weights[best] >= LEAST_BITS:
                facts = {"likes": best.likes, "minutes": best.minutes, "expected": best.expected}
                name = f"{like.account} {content}"
                results.append(found("like_in_burst", name, weights[best], **facts))
    return results


def same_seconds(busy: dict[str, list[First]]) -> list[Found]:
    counts = {}
    for content, mine in busy.items():
        minutes = Counter(like.ts // MINUTE_US for like in mine)
        seconds = {like.ts // pace.SECOND_US for like in mine}
        observed, expected = 0, 0.0
        for minute, n in minutes.items():
            if n >= 2:
                observed += n - sum(second // 60 == minute for second in seconds)
                expected += n - 60 * (1 - (1 - 1 / 60) ** n)
        if any(n >= 2 for n in minutes.values()):
            counts[content] = (observed, expected)
    if not counts:
        return []
    ratios = sorted(x / max(e, 1e-9) for x, e in counts.values())
    top = ratios[math.floor(0.9 * (len(ratios) - 1))]
    usual = sum(min(x / max(e, 1e-9), top) * e for x, e in counts.values())
    clock = max(1.0, usual / max(sum(e for _, e in counts.values()), 1e-9))
    results = []
    for content, (observed, expected) in counts.items():
        tail = log_tail(observed, clock * expected, pace.SECOND_SHAPE)
        bits = min(calibrated(tail), pace.MOST_SECOND_BITS)
        if bits >= LEAST_BITS and observed >= pace.FEWEST_IN_TAKEN_SECONDS:
            facts = {"likes": observed, "expected": clock * expected}
            results.append(found("content_same_second", content, whole(bits), **facts))
    return results


def steady(busy: dict[str, list[First]]) -> list[Found]:
    results = []
    for content, mine in busy.items():
        log_e = slow_evenness([like.ts for like in mine])
        if log_e is not None:
            bits = min(log_e / math.log(2), pace.MOST_STEADY_BITS)
            if bits >= LEAST_BITS:
                likelier = math.exp(min(log_e, 40.0))
                results.append(
                    found("content_steady", content, whole(bits), times_likelier=likelier)
                )
    return results


@dataclass(frozen=True)
class Nights:
    """Likes and views by night, without the busiest night, and by day."""

    likes: int
    views: int
    day_likes: int
    day_views: int


def sleepless(views: Hours, likes: Hours, law: ViewLaw | ClockLaw) -> list[Found]:
    if isinstance(law, ClockLaw):
        return []
    dusk = nightfall(views)
    nights = {
        content: by_night(views.get(content, Counter()), likes.get(content, Counter()), dusk)
        for content in sorted({*views, *likes})
    }
    expected, shapes = {}, {}
    for content, n in nights.items():
        expected[content], shapes[content] = law.predict(n.views, n.day_likes, n.day_views)
    telling = [nights[c].likes / e for c, e in expected.items() if e >= 2]
    if len(telling) >= pace.FEWEST_TYPICAL:
        expected = {c: e * clip(median(telling), 0.5, 2.0) for c, e in expected.items()}
    nightly = variation([(nights[c].likes, e) for c, e in expected.items()])
    results = []
    for content, n in nights.items():
        shape = 1 / (1 / shapes[content] + 1 / nightly)
        bits = calibrated(log_tail(n.likes, expected[content], shape))
        bits = min(bits, pace.MOST_STEADY_BITS)
        if bits >= LEAST_BITS and n.likes >= pace.FEWEST_NIGHT_LIKES:
            facts = {"likes": n.likes, "expected": expected[content], "day_likes": n.day_likes}
            results.append(found("content_sleepless", content, whole(bits), **facts))
    return results


def nightfall(views: Hours) -> int:
    """First of the consecutive hours of the day with the fewest views."""
    watched: Counter[int] = Counter()
    for mine in views.values():
        for hour, n in mine.items():
            watched[hour % 24] += n
    quiet = [sum(watched[(h + i) % 24] for i in range(pace.NIGHT_HOURS)) for h in range(24)]
    return quiet.index(min(quiet))


def by_night(views: Counter[int], likes: Counter[int], dusk: int) -> Nights:
    night_likes: Counter[int] = Counter()
    night_views: Counter[int] = Counter()
    for mine, nightly in ((likes, night_likes), (views, night_views)):
        for hour, n in mine.items():
            night, since = divmod(hour - dusk, 24)
            nightly[night] += n if since < pace.NIGHT_HOURS else 0
    busiest = min({*night_likes, *night_views}, key=lambda night: (-night_likes[night], night))
    return Nights(
        likes=night_likes.total() - night_likes[busiest],
        views=night_views.total() - night_views[busiest],
        day_likes=likes.total() - night_likes.total(),
        day_views=views.total() - night_views.total(),
    )
