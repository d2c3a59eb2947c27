"""Evenness of gaps: an e-value under chance, large for a steady delivery."""

from __future__ import annotations

import math
import random
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernels.slow_gaps import slow_evenness

from zhenzan.kernels.gaps import evenness

HOUR = 3_600


def arrays(series: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    group = np.repeat(np.arange(len(series)), [len(times) for times in series])
    return group.astype(np.int64), np.array([t for times in series for t in times], dtype=np.int64)


@given(st.lists(st.lists(st.integers(0, 10**6), max_size=160, unique=True).map(sorted), max_size=4))
def test_evenness_is_the_mean_likelihood_ratio(series: list[list[int]]) -> None:
    groups, logs = evenness(*arrays(series))
    slow = {i: slow_evenness(times) for i, times in enumerate(series)}
    assert groups.tolist() == [i for i, value in slow.items() if value is not None]
    for group, log in zip(groups.tolist(), logs.tolist(), strict=True):
        assert log == pytest.approx(slow[group], abs=1e-6)


def test_chance_gives_no_evidence() -> None:
    dice = random.Random(1)
    series = [sorted(dice.randrange(10**9) for _ in range(100)) for _ in range(300)]
    _, logs = evenness(*arrays(series))
    assert fmean(np.exp(logs)) < 1.5
    # Markov: at most one in sixteen beyond four bits.
    assert np.mean(logs > math.log(16)) < 1 / 16


def test_rushes_give_even_less() -> None:
    dice = random.Random(2)
    series = [sorted(int(dice.paretovariate(0.7) * HOUR) for _ in range(100)) for _ in range(100)]
    _, logs = evenness(*arrays(series))
    assert np.mean(logs > 0) < 0.05


def test_a_drip_among_visitors_is_seen() -> None:
    dice = random.Random(3)
    drip = [hour * HOUR // 4 + dice.randrange(600) for hour in range(400)]
    visitors = [dice.randrange(100 * HOUR) for _ in range(200)]
    _, logs = evenness(*arrays([sorted(drip + visitors)]))
    assert logs[0] / math.log(2) > 6


def test_equal_times_are_no_even_gaps() -> None:
    _, logs = evenness(*arrays([[HOUR] * 3 + [HOUR * i for i in range(2, 60)]]))
    assert np.isfinite(logs).all()
    assert logs[0] < 200
