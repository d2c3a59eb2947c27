"""How many likes a content's own views, or its own surroundings, predict for a window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from zhenzan.arrays import column
from zhenzan.kernels.windows import sums_between, window_ends
from zhenzan.weights import log_count_tail

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
HOURS_PER_DAY = 24
WINDOWS_MIN = (10, 60, 360)
VIEW_SLACK_US = 10 * MINUTE_US
"""A like follows its view by the watching time, or precedes it if views are logged as they end."""
FAR_MINUTE = 1 << 40
UNLOGGED_VIEWS = 1
"""Of any window's viewers one may be missing from the log."""
FEWEST_IN_WINDOW = 3
LEAST_RUSHES = 0.01
"""At least one content in a hundred is rushed by people who mean it, such as its author's own
followers. A rush that they could explain is therefore worth about two bits at most."""
RUSH_SHAPE = 20.0
LOG_TELLING = float(np.log(0.05))
"""Only windows below that p-value can give a weight."""
LOG_RUSH = float(np.log(0.001))
"""A content with a window below that p-value is rushed."""
SURROUNDINGS = 6
"""Without views, a window is compared with that many windows on each side of it."""
SAMPLED_CONTENTS = 20_000
"""Contents from whose hours the variation is fitted; more would not change it."""
OUTAGE_CONTENTS = 20
OUTAGE_SHARE = 0.5
"""An hour in which at least 20 contents were liked, most of them without a single view, says that
views were not logged then, not that the likes were false."""


@dataclass(frozen=True)
class ViewLaw:
    """How likes follow views in one log.

    A content's likes per view are drawn from a gamma distribution (``likes`` over ``views``, as if
    so many had been seen before); within a content, the rate varies from window to window by a
    factor whose gamma shape is ``shape``. ``rush_rate`` is how many likes a logged view can stand
    for when every viewer likes: more than 1, as some views are lost. ``outages`` are hours (since
    1970) in which views were not logged.
    """

    likes: float
    views: float
    shape: float
    rush_rate: float
    outages: Ints

    def expect(
        self, views: Ints, outside_likes: Ints, outside_views: Ints
    ) -> tuple[Floats, Floats]:
        """Expected likes of windows, and the gamma shape of the honest variation around them.

        Args:
            views: Views in each window.
            outside_likes: Likes of its content outside the window.
            outside_views: Views of its content outside the window.
        """
        seen = self.likes + outside_likes.astype(np.float64)
        expected = (views + UNLOGGED_VIEWS) * seen / (self.views + outside_views)
        return expected, 1.0 / (1.0 / seen + 1.0 / self.shape)


@dataclass(frozen=True)
class ClockLaw:
    """How likes follow the clock in one log without views.

    Attributes:
        cumulative: Share of a day's likes before each hour of the day; 25 values from 0 to 1.
        end_us: When the log ends.
    """

    cumulative: Floats
    end_us: int

    def elapsed(self, ts: Ints) -> Floats:
        """Time in days of usual activity: it runs slowly at night."""
        day, within = np.divmod(ts, HOURS_PER_DAY * HOUR_US)
        hours = np.arange(HOURS_PER_DAY + 1, dtype=np.float64)
        elapsed: Floats = day + np.interp(within / HOUR_US, hours, self.cumulative)
        return elapsed

    def expect(
        self, start: Ints, stop: Ints, around: tuple[Ints, Ints], outside_likes: Ints
    ) -> tuple[Floats, Floats]:
        """Expected likes of windows, and the gamma shape of the honest variation around them.

        Args:
            start: When each window begins, µs.
            stop: When it ends, µs.
            around: When its surroundings begin and end, µs.
            outside_likes: Likes of its content in the surroundings, outside the window.
        """
        begin = self.elapsed(start)
        inside = self.elapsed(np.maximum(np.minimum(stop, self.end_us), start + 1)) - begin
        whole = self.elapsed(np.minimum(around[1], self.end_us)) - self.elapsed(around[0])
        # As if one like had been seen in as much time as the window itself is long.
        seen = 1.0 + outside_likes.astype(np.float64)
        expected = seen * inside / np.maximum(whole, inside)
        return expected, 1.0 / (1.0 / seen + 1.0)


def read_law(engine: Engine) -> ViewLaw | ClockLaw:
    """The law of likes and views; that of likes and the clock where views are not logged."""
    totals = engine.query(
        "SELECT cast(coalesce(sum(views), 0) AS bigint) AS views, "
        "cast(coalesce(sum(liked), 0) AS bigint) AS liked, "
        "cast(coalesce(sum(unviewed), 0) AS bigint) AS unviewed FROM log_hours"
    )
    views, liked, unviewed = (int(column(totals, n)[0]) for n in ("views", "liked", "unviewed"))
    if views == 0 or unviewed > OUTAGE_SHARE * liked:
        return _read_clock_law(engine)
    return _read_view_law(engine)


def _read_view_law(engine: Engine) -> ViewLaw:
    totals = engine.query(
        "SELECT content, cast(sum(views) AS bigint) AS views, cast(sum(likes) AS bigint) AS likes "
        "FROM content_hours GROUP BY content HAVING sum(views) > 0 ORDER BY content"
    )
    views, likes = column(totals, "views"), column(totals, "likes")
    mean = max(float(likes.sum()), 1.0) / max(float(views.sum()), 1.0)
    shape = variation(likes, mean * views.astype(np.float64))
    rush_rate = _likes_per_logged_viewer(engine)
    law = ViewLaw(shape, shape / mean, 1.0, rush_rate, _read_outages(engine))
    step = 1 + len(views) // SAMPLED_CONTENTS
    hours = engine.query(
        "SELECT h.views, h.likes, t.views - h.views AS outside_views, "
        "t.likes - h.likes AS outside_likes FROM content_hours h JOIN ("
        "SELECT content, sum(views) AS views, sum(likes) AS likes FROM content_hours "
        f"WHERE content % {step} = 0 GROUP BY content) t ON t.content = h.content "
        "ORDER BY h.content, h.hour"
    )
    names = ("views", "outside_likes", "outside_views")
    expected, _ = law.expect(*(column(hours, name) for name in names))
    return replace(law, shape=variation(column(hours, "likes"), expected))


def _likes_per_logged_viewer(engine: Engine) -> float:
    """One over the share of likes whose account has a view of the content; at most 5."""
    counts = engine.query(
        "SELECT count(*) AS likes, cast(coalesce(sum(unseen), 0) AS bigint) AS unseen "
        "FROM like_path"
    )
    likes, unseen = int(column(counts, "likes")[0]), int(column(counts, "unseen")[0])
    return min(5.0, max(likes, 1) / max(likes - unseen, 1))


def _read_clock_law(engine: Engine) -> ClockLaw:
    hours = engine.query("SELECT hour, likes FROM log_hours ORDER BY hour")
    hour, likes = column(hours, "hour"), column(hours, "likes")
    by_hour = np.bincount(hour % HOURS_PER_DAY, weights=likes, minlength=HOURS_PER_DAY)
    # A tenth of an even day, so that no hour stands still.
    by_hour = by_hour + 0.1 * max(by_hour.sum(), 1.0) / HOURS_PER_DAY
    cumulative = np.concatenate([[0.0], np.cumsum(by_hour) / by_hour.sum()])
    return ClockLaw(cumulative, int((hour.max() + 1) * HOUR_US) if len(hour) else 0)


def _read_outages(engine: Engine) -> Ints:
    hours = engine.query(
        f"SELECT hour FROM log_hours WHERE liked >= {OUTAGE_CONTENTS} "
        f"AND unviewed > {OUTAGE_SHARE}e0 * liked ORDER BY hour"
    )
    return column(hours, "hour")


def variation(count: Ints, expected: Floats) -> float:
    """Gamma shape of the variation of means around what is expected, by moments.

    Only counts with an expectation of at least 1 speak, and ratios beyond the 95th percentile are
    drawn in to it: what is bought is among those, and must not define what is usual.

    Returns:
        A shape in [0.2, 50]; 1 where fewer than 20 counts speak.
    """
    enough = expected >= 1.0
    if enough.sum() < 20:
        return 1.0
    x, mean = count[enough].astype(np.float64), expected[enough]
    x = np.minimum(x, np.quantile(x / mean, 0.95) * mean)
    excess = float(((x - mean) ** 2 - mean).sum() / (mean**2).sum())
    return 1.0 / min(max(excess, 0.02), 5.0)


@dataclass(frozen=True)
class Windows:
    """Windows that begin at a like, one a row.

    Attributes:
        row: Position of the like that begins it.
        minutes: Length.
        likes: Likes in it.
        expected: Likes that are usual in it.
        usual: Log p-value where nothing unusual happens.
        rush: Log p-value in a rush of people who mean it.
    """

    row: Ints
    minutes: Ints
    likes: Ints
    expected: Floats
    usual: Floats
    rush: Floats

    def pick(self, kept: Ints | npt.NDArray[np.bool_]) -> Windows:
        """Only these windows."""
        return Windows(*(values[kept] for values in vars(self).values()))

    def after(self, tries: Ints) -> Windows:
        """The windows that can tell anything when each is one of so many that were looked at."""
        usual = np.minimum(self.usual + np.log(tries), 0.0)
        rush = np.minimum(self.rush + np.log(tries), 0.0)
        return replace(self, usual=usual, rush=rush).pick(usual <= LOG_TELLING)

    def log_p(self, rushes: float) -> Floats:
        """Log p-values when a share ``rushes`` of contents is rushed by people who mean it."""
        log_p = np.logaddexp(np.log1p(-rushes) + self.usual, np.log(rushes) + self.rush)
        return np.asarray(np.minimum(log_p, 0.0), dtype=np.float64)


def scan_views(content: Ints, ts: Ints, law: ViewLaw, views: tuple[Ints, Ints, Ints]) -> Windows:
    """Compare the likes of every window with the views around it.

    Args:
        content: Content of each like, ascending.
        ts: Time of each like, µs, ascending within its content.
        law: How likes follow views.
        views: Content, minute (since 1970) and number of views, sorted by content and minute.
    """
    parts = []
    likes_of = of_content(content)
    always = np.full(len(content), FAR_MINUTE)
    views_of = sums_between(*views, content, -always, always)
    for minutes in WINDOWS_MIN:
        row, likes = _candidates(content, ts, minutes)
        start = (ts[row] - VIEW_SLACK_US) // MINUTE_US
        stop = (ts[row] + minutes * MINUTE_US + VIEW_SLACK_US) // MINUTE_US + 1
        seen = sums_between(*views, content[row], start, stop)
        expected, shape = law.expect(seen, likes_of[row] - likes, views_of[row] - seen)
        usual = log_count_tail(likes, expected, shape)
        rush = log_count_tail(likes, (seen + UNLOGGED_VIEWS) * law.rush_rate, RUSH_SHAPE)
        length = np.full(len(row), minutes, dtype=np.int64)
        windows = Windows(row, length, likes, expected, usual, rush)
        parts.append(windows.after(likes_of[row] * len(WINDOWS_MIN)))
    return _joined(parts)


def scan_clock(content: Ints, ts: Ints, law: ClockLaw) -> Windows:
    """Compare the likes of every window with its surroundings, for a log without views.

    Args:
        content: Content of each like, ascending.
        ts: Time of each like, µs, ascending within its content.
        law: How likes follow the clock.
    """
    parts = []
    likes_of = of_content(content)
    first = ts[np.searchsorted(content, content)]
    one = np.ones(len(ts), np.int64)
    for minutes in WINDOWS_MIN:
        row, likes = _candidates(content, ts, minutes)
        width = minutes * MINUTE_US
        start = np.maximum(ts[row] - SURROUNDINGS * width, first[row])
        stop = ts[row] + (1 + SURROUNDINGS) * width
        near = sums_between(content, ts, one, content[row], start, stop)
        expected, shape = law.expect(ts[row], ts[row] + width, (start, stop), near - likes)
        usual = log_count_tail(likes, expected, shape)
        # Without views, people who mean it explain any rush: a push or a wave of sharing.
        rush = np.zeros(len(row))
        length = np.full(len(row), minutes, dtype=np.int64)
        windows = Windows(row, length, likes, expected, usual, rush)
        parts.append(windows.after(likes_of[row] * len(WINDOWS_MIN)))
    return _joined(parts)


def of_content(content: Ints) -> Ints:
    """How many rows each row's content has."""
    _, owner, counts = np.unique(content, return_inverse=True, return_counts=True)
    return counts[owner].astype(np.int64)


def _candidates(content: Ints, ts: Ints, minutes: int) -> tuple[Ints, Ints]:
    """Windows with enough likes: the row each begins at, and its likes."""
    row = np.arange(len(ts))
    likes = window_ends(content, ts, minutes * MINUTE_US) - row
    enough = likes >= FEWEST_IN_WINDOW
    return row[enough], likes[enough]


def rushed(content: Ints, windows: Windows) -> int:
    """How many contents had a rush that people who mean it explain."""
    seen = (windows.usual <= LOG_RUSH) & (windows.rush > LOG_TELLING)
    return len(np.unique(content[windows.row[seen]]))


def _joined(parts: list[Windows]) -> Windows:
    columns = zip(*(vars(part).values() for part in parts), strict=True)
    return Windows(*(np.concatenate(values) for values in columns))
