"""An author's likes over time: in steps of an even length, on one clock, with the nights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.report.diagnosis.small_groups import dealt_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenzan.report.diagnosis.subject import Identifier
    from zhenzan.report.scan_directory import Row, ScanDirectory

HOUR_US = 3_600_000_000
HOURS_PER_DAY = 24
MOST_STEPS = 120
STEPS_HOURS = (1, 2, 3, 4, 6, 12, 24, 48, 72, 168, 336, 672, 2_016, 8_760)
NIGHT_HOURS = 6
"""Night is from midnight to six."""
MOST_NIGHTS = 31
"""Of more nights the shades would be hairs."""
PROMPT_HOURS = 3
"""So many hours after a post decide how it starts."""
FEWEST_POSTS = 5
FEWEST_VIEWS = 100
"""Of fewer views nobody can say when an audience is there."""

HOURS = """
SELECT epoch_us(h.ts) AS us, cast(sum(h.likes) AS bigint) AS likes,
       cast(sum(h.fake_likes) AS bigint) AS fake, sum(h.expected_likes) AS expected
FROM curves h JOIN contents c USING (content_id) WHERE c.author_id = ?
GROUP BY us ORDER BY us
"""
FIELD_CLOCK = f"""
SELECT epoch_us(ts) // {HOUR_US} % {HOURS_PER_DAY} AS hour, cast(sum(views) AS bigint) AS views
FROM curves GROUP BY hour
"""
# When a content was published is not among the results; the first hour in which anything happened
# stands for it.
POSTS = f"""
SELECT first_us // {HOUR_US} % {HOURS_PER_DAY} AS hour, count(*) AS posts FROM (
    SELECT epoch_us(min(h.ts)) AS first_us FROM curves h JOIN contents c USING (content_id)
    WHERE c.author_id = ? GROUP BY content_id)
GROUP BY hour
"""


@dataclass(frozen=True)
class Clock:
    """A clock, so many minutes before or behind UTC."""

    offset_minutes: int = 0

    @property
    def name(self) -> str:
        """Such as ``UTC`` or ``UTC+08:00``."""
        if not self.offset_minutes:
            return "UTC"
        hours, minutes = divmod(abs(self.offset_minutes), 60)
        return f"UTC{'+' if self.offset_minutes > 0 else '−'}{hours:02}:{minutes:02}"

    @property
    def offset_us(self) -> int:
        """The same, µs."""
        return self.offset_minutes * 60_000_000

    def hour(self, utc_hour: int) -> int:
        """The hour of the day, 0–23, that this clock shows at a whole hour of UTC."""
        return (utc_hour + self.offset_minutes // 60) % HOURS_PER_DAY


@dataclass(frozen=True)
class Curve:
    """Likes of all contents of an author in steps of an even length.

    Attributes:
        step_hours: How long a step is.
        starts_us: When each step begins, µs since 1970, by the clock.
        likes: Likes in each.
        fake: Of these, called fake; where a step has too few, dealt out over several.
        expected: What views predict; None without a view log.
        nights: Start and end of each night, µs by the clock; empty where there are too many.
        night_likes: Share of likes that came at night, 0–1.
    """

    step_hours: int
    starts_us: tuple[int, ...]
    likes: tuple[int, ...]
    fake: tuple[float, ...]
    expected: tuple[float, ...] | None
    nights: tuple[tuple[int, int], ...]
    night_likes: float


@dataclass(frozen=True)
class Posting:
    """When an author posts beside when the audience of the whole log is there.

    Attributes:
        posts: Contents with a curve.
        own_share: Share of a day's views that falls into the hours after these posts, 0–1.
        best_share: The same for the best hour of the day.
        best_hour: That hour, 0–23, by the clock.
        even_share: The same if the audience were there all day alike.
    """

    posts: int
    own_share: float
    best_share: float
    best_hour: int

    @property
    def even_share(self) -> float:
        """What a post at no time in particular gets, 0–1."""
        return PROMPT_HOURS / HOURS_PER_DAY


def load_curve(scan: ScanDirectory, author: Identifier, clock: Clock) -> Curve | None:
    """An author's likes over time; None without likes in the curves."""
    rows = scan.rows("curves contents", HOURS, [author])
    likes = sum(row["likes"] for row in rows)
    if not likes:
        return None
    first = rows[0]["us"] + clock.offset_us
    last = rows[-1]["us"] + clock.offset_us + HOUR_US
    hours = (last - first) // HOUR_US
    step = next((s for s in STEPS_HOURS if hours / s <= MOST_STEPS), STEPS_HOURS[-1])
    step_us = step * HOUR_US
    first -= first % step_us
    steps = -(-(last - first) // step_us)
    sums = _sums(rows, first - clock.offset_us, step_us, steps)
    in_nights = sum(row["likes"] for row in rows if _is_night(row["us"] + clock.offset_us))
    viewed = any(row["expected"] is not None for row in rows)
    return Curve(
        step_hours=step,
        starts_us=tuple(first + i * step_us for i in range(steps)),
        likes=tuple(int(n) for n in sums[0]),
        fake=dealt_out((int(n), int(f)) for n, f in zip(sums[0], sums[1], strict=True)),
        expected=tuple(sums[2]) if viewed else None,
        nights=_nights(first, first + steps * step_us) if step <= NIGHT_HOURS else (),
        night_likes=in_nights / likes,
    )


def _sums(rows: Sequence[Row], first_us: int, step_us: int, steps: int) -> list[list[float]]:
    sums = [[0.0] * steps for _ in range(3)]
    for row in rows:
        place = (row["us"] - first_us) // step_us
        for column, name in zip(sums, ("likes", "fake", "expected"), strict=True):
            column[place] += row[name] or 0
    return sums


def _is_night(us: int) -> bool:
    return us // HOUR_US % HOURS_PER_DAY < NIGHT_HOURS


def _nights(start_us: int, end_us: int) -> tuple[tuple[int, int], ...]:
    day_us, night_us = HOURS_PER_DAY * HOUR_US, NIGHT_HOURS * HOUR_US
    days = range(start_us - start_us % day_us, end_us, day_us)
    if len(days) > MOST_NIGHTS:
        return ()
    nights = ((max(day, start_us), min(day + night_us, end_us)) for day in days)
    return tuple((start, end) for start, end in nights if start < end)


def load_posting(scan: ScanDirectory, author: Identifier, clock: Clock) -> Posting | None:
    """When an author posts; None with too few posts or views to say."""
    posts = {row["hour"]: row["posts"] for row in scan.rows("curves contents", POSTS, [author])}
    views = {row["hour"]: row["views"] or 0 for row in scan.rows("curves", FIELD_CLOCK)}
    total, number = sum(views.values()), sum(posts.values())
    if number < FEWEST_POSTS or total < FEWEST_VIEWS:
        return None
    share = [
        sum(views.get((hour + i) % HOURS_PER_DAY, 0) for i in range(PROMPT_HOURS)) / total
        for hour in range(HOURS_PER_DAY)
    ]
    best = max(range(HOURS_PER_DAY), key=lambda hour: (share[hour], -hour))
    own = sum(share[hour] * n for hour, n in posts.items()) / number
    return Posting(number, own, share[best], clock.hour(best))
