"""Measures with known answers."""

from __future__ import annotations

import numpy as np
import pytest

from zhenzan.worlds.yardstick.measures import (
    adjusted_rand,
    average_precision,
    calibration,
    clopper_pearson,
    precision_recall,
    wilson,
)


def test_wilson_as_published() -> None:
    # Newcombe 1998, Statistics in Medicine 17, table I: 81 of 263
    share = wilson(81, 263)
    assert share.value == pytest.approx(0.3080, abs=1e-4)
    assert (share.low, share.high) == pytest.approx((0.2553, 0.3662), abs=1e-4)


def test_clopper_pearson_as_published() -> None:
    # Newcombe 1998, table I: 0 of 20 and 15 of 148
    none = clopper_pearson(0, 20)
    assert (none.low, none.high) == pytest.approx((0.0, 0.1684), abs=1e-4)
    some = clopper_pearson(15, 148)
    assert (some.low, some.high) == pytest.approx((0.0578, 0.1617), abs=1e-4)


@pytest.mark.parametrize("interval", [wilson, clopper_pearson])
def test_nothing_counted_is_no_share(interval: type) -> None:
    share = interval(0, 0)
    assert share.value is None
    assert (share.low, share.high) == (0.0, 1.0)


@pytest.mark.parametrize("interval", [wilson, clopper_pearson])
@pytest.mark.parametrize(("hits", "total"), [(0, 5), (5, 5), (1, 1), (3, 700)])
def test_an_interval_holds_its_share(interval: type, hits: int, total: int) -> None:
    share = interval(hits, total)
    assert 0 <= share.low <= hits / total <= share.high <= 1


def test_average_precision_by_hand() -> None:
    score = np.array([0.9, 0.8, 0.7, 0.6])
    assert average_precision(score, np.array([True, True, False, False])) == 1.0
    # fake at ranks 1 and 3: (1/1 + 2/3) / 2
    mixed = average_precision(score, np.array([True, False, True, False]))
    assert mixed == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(score, np.zeros(4, dtype=bool)) is None


def test_ties_are_taken_together_whatever_their_order() -> None:
    fake = np.array([True, False, False, True])
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2]):
        assert average_precision(np.full(4, 0.5), fake[order]) == pytest.approx(0.5)


def test_precision_and_recall_at_each_threshold() -> None:
    thresholds, precision, recall = precision_recall(
        np.array([0.2, 0.9, 0.9]), np.array([True, True, False])
    )
    assert thresholds.tolist() == [0.9, 0.2]
    assert precision.tolist() == pytest.approx([1 / 2, 2 / 3])
    assert recall.tolist() == pytest.approx([1 / 2, 1.0])


def test_calibration_by_hand() -> None:
    score = np.array([0.95] * 10 + [0.05] * 10)
    fake = np.array([True] * 9 + [False] + [False] * 10)
    table, error = calibration(score, fake)
    assert [(b.likes, round(b.fake, 2)) for b in table] == [(10, 0.0), (10, 0.9)]
    assert error == pytest.approx(0.05)
    assert calibration(np.zeros(0), np.zeros(0, dtype=bool)) == ([], None)


def test_a_score_of_one_is_in_the_last_bin() -> None:
    table, error = calibration(np.array([1.0]), np.array([True]))
    assert (table[0].low, table[0].high, error) == (0.9, 1.0, 0.0)


def test_adjusted_rand_as_published() -> None:
    # Hubert and Arabie 1985: equal groupings agree fully whatever their names
    assert adjusted_rand(np.array([0, 0, 1, 1]), np.array([7, 7, 3, 3])) == 1.0
    # and by hand: contingency [[2, 1], [0, 3]] of 6
    value = adjusted_rand(np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 1, 1]))
    expected = 6 * 7 / 15
    assert value == pytest.approx((4 - expected) / ((6 + 7) / 2 - expected))
    assert adjusted_rand(np.array([0]), np.array([0])) is None


def test_adjusted_rand_of_chance_is_about_zero() -> None:
    rng = np.random.default_rng(3)
    value = adjusted_rand(rng.integers(0, 5, 4_000), rng.integers(0, 5, 4_000))
    assert value == pytest.approx(0.0, abs=0.01)
