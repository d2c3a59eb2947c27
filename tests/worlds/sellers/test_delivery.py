"""How orders arrive."""

from __future__ import annotations

import numpy as np
import pytest

from zhenzan.worlds.draws import stream
from zhenzan.worlds.parameters import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE
from zhenzan.worlds.sellers.delivery import SHAPES, delivery_times

START = 1_780_000_123 * 1_000_000


def _times(shape: str, skill: int, seed: int = 1, n: int = 400) -> np.ndarray:
    return delivery_times(stream(seed, "delivery"), shape, START, n=n, days=5.0, skill=skill)


@pytest.mark.parametrize("skill", [0, 1, 2])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_order_arrives_whole_in_order_and_not_before_it_starts(
    shape: str, skill: int
) -> None:
    times = _times(shape, skill)
    assert len(times) == 400
    assert (np.diff(times) >= 0).all()
    assert times[0] >= START


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_ordinary_burst_is_over_in_twenty_minutes(seed: int) -> None:
    assert np.ptp(_times("burst", 1, seed)) <= 20 * US_PER_MINUTE


def test_a_clumsy_burst_is_evenly_spaced() -> None:
    gaps = np.diff(_times("burst", 0))
    assert gaps.max() - gaps.min() <= 1


def test_a_scheduled_order_starts_on_the_hour() -> None:
    first = int(_times("scheduled", 0, n=2_000)[0])
    assert first % US_PER_HOUR < 5_000_000


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_batches_are_a_staircase(seed: int) -> None:
    gaps = np.diff(_times("batch", 1, seed))
    steps = gaps > 10 * US_PER_MINUTE
    assert 2 <= steps.sum() <= 8
    assert gaps[~steps].max() < 5 * US_PER_MINUTE


def test_a_drip_runs_for_days_by_day_and_night_unless_evasive() -> None:
    def night_share(times: np.ndarray) -> float:
        return float(((times / US_PER_HOUR + 8) % 24 < 8).mean())

    ordinary, evasive = _times("drip", 1), _times("drip", 2)
    assert 4 * US_PER_DAY < np.ptp(ordinary) <= 5 * US_PER_DAY
    assert 0.28 < night_share(ordinary) < 0.4
    assert night_share(evasive) < 0.1
