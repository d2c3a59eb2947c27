"""The report's contents: how much of each count is real, beside what its views predict."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zhenzan.report import charts
from zhenzan.report.wording import moment, rounded, small, whole

if TYPE_CHECKING:
    from markupsafe import Markup

    from zhenzan.report.scan_directory import Row, ScanDirectory
    from zhenzan.report.texts import Texts

CONTENTS_SHOWN = 12
CONTENTS_LISTED = 25
POINTS = 120
"""A curve is drawn with at most so many points."""
HOUR_US = 3_600 * 1_000_000

CONTENTS = """
SELECT content_id, author_id, likes, discounted_likes, removed_likes, true_likes, true_likes_low,
       true_likes_high, engagement_score, engagement_low, engagement_high, health, verdict, reasons
FROM contents
WHERE verdict IN ('boosted', 'suspect')
ORDER BY likes - true_likes DESC, content_id
LIMIT ?
"""

CURVES = """
SELECT content_id, epoch_us(ts) AS us, likes, fake_likes, expected_likes
FROM curves WHERE content_id IN (SELECT unnest(?))
ORDER BY content_id, us
"""


@dataclass(frozen=True)
class Bar:
    """A count as a bar, in percent of the longest on the page: raw, true, its interval."""

    raw: float
    true: float
    low: float
    high: float


@dataclass(frozen=True)
class Content:
    """One content as the page shows it; without hours in the curves table it has no chart."""

    row: Row
    findings: tuple[Markup, ...]
    bar: Bar
    chart: Markup | None = None
    has_views: bool = False


def load_contents(scan: ScanDirectory, t: Texts) -> list[Content]:
    """Boosted and suspect contents, those with most false likes first; 20 with a curve."""
    rows = scan.rows("contents", CONTENTS, [CONTENTS_LISTED])
    hours: dict[str, list[Row]] = defaultdict(list)
    shown = [row["content_id"] for row in rows[:CONTENTS_SHOWN]]
    for hour in scan.rows("curves", CURVES, [shown]) if shown else []:
        hours[hour["content_id"]].append(hour)
    longest = max((row["likes"] for row in rows), default=1)
    return [_content(row, hours.get(row["content_id"], []), longest, t) for row in rows]


def _bar(row: Row, longest: int) -> Bar:
    names = ("likes", "true_likes", "true_likes_low", "true_likes_high")
    return Bar(*(100 * row[name] / max(longest, 1) for name in names))


def _content(row: Row, hours: list[Row], longest: int, t: Texts) -> Content:
    near, low, high = rounded(row["true_likes"], row["true_likes_low"], row["true_likes_high"])
    counted = t.count("like", row["likes"])
    findings = [t.strong("contents.finding", likes=counted, real=near, low=low, high=high)]
    if not hours:
        return Content(row, tuple(findings), _bar(row, longest))
    has_views = all(hour["expected_likes"] is not None for hour in hours)
    busiest = max(hours, key=lambda hour: (hour["likes"], -hour["us"]))
    values = {"time": moment(busiest["us"]), "likes": t.count("like", busiest["likes"])}
    if has_views:
        predicted = sum(hour["expected_likes"] for hour in hours)
        findings.append(t.strong("contents.predicted", expected=whole(predicted)))
        values["expected"] = small(busiest["expected_likes"])
        findings.append(t.strong("contents.busiest", **values))
    else:
        findings.append(t.strong("contents.busiest_no_views", **values))
    chart = _chart(hours, t, has_views=has_views)
    return Content(row, tuple(findings), _bar(row, longest), chart, has_views)


@dataclass(frozen=True)
class _Sums:
    """What had come up to a moment."""

    us: int
    likes: int = 0
    fake: int = 0
    expected: float = 0.0


def _added_up(hours: list[Row]) -> list[_Sums]:
    """Sums at the start and at the ends of hours; hours in which nothing happened are not rows."""
    sums = [_Sums(hours[0]["us"])]
    for hour in hours:
        last = sums[-1]
        if hour["us"] > last.us:
            sums.append(replace(last, us=hour["us"]))
        sums.append(
            _Sums(
                hour["us"] + HOUR_US,
                last.likes + hour["likes"],
                last.fake + hour["fake_likes"],
                last.expected + (hour["expected_likes"] or 0.0),
            )
        )
    return sums


def _chart(hours: list[Row], t: Texts, *, has_views: bool) -> Markup:
    """The curve from the start of the first hour, thinned to the ends of every n-th hour."""
    sums = _added_up(hours)
    places = sorted({*range(0, len(sums), -(-len(sums) // POINTS)), len(sums) - 1})
    kept, last = [sums[place] for place in places], sums[-1]
    values = {
        "first": moment(sums[0].us),
        "last": moment(last.us),
        "likes": whole(last.likes),
        "real": whole(last.likes - last.fake),
    }
    said = (
        t("contents.drawing", **values, expected=whole(last.expected))
        if has_views
        else t("contents.drawing_no_views", **values)
    )
    names = (t("contents.line_likes"), t("contents.line_real"), t("contents.line_expected"))
    return charts.growth_curve(
        [one.us / 1_000 for one in kept],
        [one.likes for one in kept],
        [one.likes - one.fake for one in kept],
        [one.expected for one in kept] if has_views else None,
        names,
        said,
    )
