"""Measures: what is compared, when it is called a problem, and when nothing is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhenzan.report.diagnosis import Diagnosis, diagnose
from zhenzan.report.diagnosis.measures import MEASURES, Measure, interval, standing_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhenzan.report.diagnosis.measures import Figure

SHARE = MEASURES[0]


def by_name(diagnosis: Diagnosis) -> dict[str, Figure]:
    return {figure.measure.name: figure for figure in diagnosis.figures}


def test_an_author_stands_where_it_stands(scans: Callable[[str], Path]) -> None:
    worst, best = (by_name(diagnose(scans("three_rings"), f"author{n}")) for n in (0, 19))
    assert worst["completion"].standing == "problem"
    assert best["completion"].standing == "strength"
    assert worst["completion"].quantile == 0.0
    assert best["completion"].quantile == 100.0
    assert worst["completion"].median == best["completion"].median
    assert best["search"].standing == "strength"
    assert worst["follows"].standing == "strength"


def test_the_middle_is_no_problem(scans: Callable[[str], Path]) -> None:
    middling = by_name(diagnose(scans("three_rings"), "author10"))["completion"]
    assert middling.standing == "even"
    assert middling.quantile == pytest.approx(50, abs=6)
    assert middling.low is not None
    assert middling.high is not None
    assert middling.median is not None
    assert middling.low < middling.median < middling.high


def test_a_rate_of_a_small_group_is_not_told(scans: Callable[[str], Path]) -> None:
    figure = by_name(diagnose(scans("three_rings"), "author12"))["favorites"]
    assert figure.part is not None
    assert (figure.part.count, figure.part.few, figure.value) == (None, True, None)
    assert figure.low is None


def test_what_the_log_does_not_tell_of_is_insufficient(scans: Callable[[str], Path]) -> None:
    for figure in diagnose(scans("unknown"), "author3").figures:
        assert figure.standing == "insufficient"
        assert figure.value is None
        assert figure.median is None


@pytest.mark.parametrize(
    ("count", "usual", "standing"),
    [
        (34_000, [0.35, 0.36], "even"),
        (29_000, [0.35, 0.36], "problem"),
        (29_000, [0.35, 0.30], "even"),
        (36_000, [0.35, 0.30], "even"),
        (41_000, [0.35, 0.30], "strength"),
        (1_100, [0.01], "even"),
        (1_300, [0.01], "strength"),
        (700, [0.01], "problem"),
        (0, [0.01], "problem"),
        (100, [0.0], "strength"),
        (88_000, [0.9], "even"),
        (86_000, [0.9], "problem"),
        (30_000, [], "even"),
    ],
)
def test_sure_is_not_yet_large(count: int, usual: list[float], standing: str) -> None:
    """With 100,000 viewers every difference is sure; it has to matter too."""
    assert standing_of(SHARE, count, 100_000, usual) == standing


def test_large_is_not_yet_sure() -> None:
    assert standing_of(SHARE, 6, 20, [0.4]) == "even"
    assert standing_of(SHARE, 600, 2_000, [0.4]) == "problem"


@pytest.mark.parametrize(("count", "base"), [(0, 20), (20, 20), (3, 50), (400, 900)])
def test_intervals_hold_the_rate_and_stay_within_bounds(count: int, base: int) -> None:
    low, high = interval(SHARE, count, base)
    assert 0 <= low <= count / base <= high <= 1
    assert high > low


def test_more_viewers_make_a_narrower_interval() -> None:
    few, many = interval(SHARE, 10, 50), interval(SHARE, 1000, 5000)
    assert many[1] - many[0] < few[1] - few[0]


def test_what_is_no_share_is_not_judged() -> None:
    measure = Measure("dwell", "watch_seconds", "timed_viewers", "seconds")
    assert not measure.is_judged
    assert interval(measure, 300, 20) == (15, 15)
