"""Likes over time: on one clock, in even steps, with the nights where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhenzan.report.diagnosis.hours import (
    HOUR_US,
    MOST_STEPS,
    Clock,
    load_curve,
    load_posting,
)
from zhenzan.report.scan_directory import ScanDirectory
from zhenzan.tables import CONTENTS, CURVES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY_US = 24 * HOUR_US
MIDNIGHT = 20_000 * DAY_US
CHINA = Clock(480)


def scan_of(path: Path, hours: list[tuple[int, int, int]], views: int | None = 20) -> Path:
    """One author with one content an hour given: hour, likes, fake likes."""
    contents: list[dict[str, object]] = []
    curves: list[dict[str, object]] = []
    for number, (hour, likes, fake) in enumerate(hours):
        content = {
            name: None if field.nullable else 0 if pa.types.is_integer(field.type) else ""
            for name, field in zip(CONTENTS.schema.names, CONTENTS.schema, strict=True)
        }
        reals = [f.name for f in CONTENTS.schema if pa.types.is_floating(f.type)]
        content |= dict.fromkeys(reals, 0.0)
        contents.append({**content, "content_id": f"c{number}", "author_id": "a", "reasons": []})
        curves.append(
            {
                "content_id": f"c{number}",
                "ts": MIDNIGHT + hour * HOUR_US,
                "likes": likes,
                "fake_likes": fake,
                "views": views,
                "expected_likes": None if views is None else views / 10,
            }
        )
    pq.write_table(pa.Table.from_pylist(contents, CONTENTS.schema), path / "contents.parquet")
    pq.write_table(pa.Table.from_pylist(curves, CURVES.schema), path / "curves.parquet")
    (path / "summary.json").write_text("{}", "utf-8")
    return path


@pytest.mark.parametrize(
    ("minutes", "name", "hour"),
    [(0, "UTC", 12), (480, "UTC+08:00", 20), (-210, "UTC−03:30", 8), (840, "UTC+14:00", 2)],
)
def test_clocks(minutes: int, name: str, hour: int) -> None:
    assert Clock(minutes).name == name
    assert Clock(minutes).hour(12) == hour


@pytest.mark.parametrize("clock", [Clock(), CHINA, Clock(-210)])
@pytest.mark.parametrize("span", [1, 30, 200, 2_000, 40_000])
def test_every_like_is_in_one_step(clock: Clock, span: int, tmp_path: Path) -> None:
    hours = [(0, 20, 0), (span // 2, 30, 30), (span, 11, 0)]
    with ScanDirectory(scan_of(tmp_path, hours)) as scan:
        curve = load_curve(scan, "a", clock)
    assert curve is not None
    assert sum(curve.likes) == 61
    assert sum(curve.fake) == 30
    assert curve.expected is not None
    assert sum(curve.expected) == pytest.approx(6)
    assert len(curve.likes) <= MOST_STEPS + 1
    step = curve.step_hours * HOUR_US
    gaps = {b - a for a, b in zip(curve.starts_us, curve.starts_us[1:], strict=False)}
    assert gaps <= {step}
    first = MIDNIGHT + clock.offset_us
    assert curve.starts_us[0] <= first < curve.starts_us[0] + step


def test_the_night_is_that_of_the_clock(tmp_path: Path) -> None:
    with ScanDirectory(scan_of(tmp_path, [(3, 10, 0), (20, 30, 0)])) as scan:
        here, there = load_curve(scan, "a", Clock()), load_curve(scan, "a", CHINA)
    assert here is not None
    assert there is not None
    assert here.night_likes == pytest.approx(0.25)
    assert there.night_likes == pytest.approx(0.75)
    for curve in (here, there):
        assert curve.nights
        for start, end in curve.nights:
            assert start % DAY_US < end % DAY_US <= 6 * HOUR_US


def test_too_many_nights_are_not_shaded(tmp_path: Path) -> None:
    with ScanDirectory(scan_of(tmp_path, [(0, 10, 0), (24 * 60, 30, 0)])) as scan:
        curve = load_curve(scan, "a", Clock())
    assert curve is not None
    assert curve.nights == ()


def test_without_views_nothing_is_predicted(tmp_path: Path) -> None:
    with ScanDirectory(scan_of(tmp_path, [(0, 10, 0), (5, 30, 0)], views=None)) as scan:
        curve = load_curve(scan, "a", Clock())
        assert load_posting(scan, "a", Clock()) is None
    assert curve is not None
    assert curve.expected is None


def test_posts_at_dead_hours_are_seen(tmp_path: Path) -> None:
    posts = [(day * 24 + 2, 10, 0) for day in range(6)]
    directory = scan_of(tmp_path, posts)
    table = pq.read_table(directory / "curves.parquet").to_pylist()
    rush = {"content_id": "other", "ts": MIDNIGHT + 12 * HOUR_US, "likes": 5, "fake_likes": 0}
    table.append({**rush, "views": 5_000, "expected_likes": 9.0})
    pq.write_table(pa.Table.from_pylist(table, CURVES.schema), directory / "curves.parquet")
    with ScanDirectory(directory) as scan:
        posting = load_posting(scan, "a", CHINA)
    assert posting is not None
    assert posting.posts == 6
    assert posting.own_share < posting.even_share < posting.best_share
    assert posting.best_hour == 18  # 10:00 UTC: the rush is within the three hours after


def test_few_posts_say_nothing_of_hours(tmp_path: Path) -> None:
    with ScanDirectory(scan_of(tmp_path, [(2, 10, 0)] * 4, views=500)) as scan:
        assert load_posting(scan, "a", Clock()) is None


def test_an_author_without_a_curve(scans: Callable[[str], Path]) -> None:
    with ScanDirectory(scans("three_rings")) as scan:
        assert load_curve(scan, "nobody", Clock()) is None
