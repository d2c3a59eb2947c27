"""Weights are logarithms of e-values: means of at most 1 under the null, and right tails."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from zhenzan.weights import (
    bits_from_log_p,
    discoveries,
    fit_rates,
    log_count_tail,
    millibits,
    rate_bits,
)


def test_millibits_are_whole_thousandths() -> None:
    assert millibits([0.0004, 1.2345, -2.0]).tolist() == [0, 1234, -2000]
    assert millibits(1.0).dtype == np.int64


@given(st.floats(1e-300, 1.0))
def test_bits_are_the_calibrator(p: float) -> None:
    """Against the integral over κ of κ·p^(κ-1), the calibrator's definition."""
    value, _ = integrate.quad(lambda k: k * math.exp((k - 1) * math.log(p)), 0, 1, epsabs=0)
    if math.isfinite(value):
        assert bits_from_log_p(math.log(p)) == pytest.approx(math.log2(value), abs=2e-3)


def test_bits_have_mean_one_under_the_null() -> None:
    p = (np.arange(1_000_000) + 0.5) / 1_000_000
    mean = np.exp2(bits_from_log_p(np.log(p))).mean()
    assert 0.85 < mean <= 1.0  # what is missing lies below the first p


def test_bits_of_tiny_p_are_finite() -> None:
    assert np.isfinite(bits_from_log_p([-1e6, -5_000.0])).all()


def test_bits_fall_with_p() -> None:
    bits = bits_from_log_p(np.linspace(-50.0, 0.0, 1_000))
    assert (np.diff(bits) < 0).all()


@given(st.integers(1, 60), st.floats(0.01, 0.9), st.floats(0.01, 0.5))
def test_rate_weights_have_mean_at_most_one(trials: int, mean: float, spread: float) -> None:
    strength = 1 / spread - 1
    hits = np.arange(trials + 1)
    chance = stats.betabinom.pmf(hits, trials, mean * strength, (1 - mean) * strength)
    bits = rate_bits(hits, np.full(trials + 1, trials), mean, spread)
    assert (chance * np.exp2(bits)).sum() <= 1 + 1e-9
    assert (bits[hits <= trials * mean] <= 0).all()


@given(
    st.integers(1, 60),
    st.floats(0.01, 0.95),
    st.floats(0.01, 0.5),
    st.tuples(st.floats(0.5, 60.0), st.floats(0.5, 60.0)),
)
def test_whatever_the_alternative_the_mean_is_at_most_one(
    trials: int, mean: float, spread: float, shapes: tuple[float, float]
) -> None:
    strength = 1 / spread - 1
    hits = np.arange(trials + 1)
    chance = stats.betabinom.pmf(hits, trials, mean * strength, (1 - mean) * strength)
    bits = rate_bits(hits, np.full(trials + 1, trials), mean, spread, shapes)
    assert (chance * np.exp2(bits)).sum() <= 1 + 1e-9
    assert (bits[hits <= trials * mean] <= 0).all()


def test_a_rate_is_weighed_against_what_the_dishonest_are_like() -> None:
    always, any_rate = (50.0, 1.0), (1.0, 1.0)
    for hits, better in ((100, True), (80, False)):
        informed, flat = (
            float(rate_bits(hits, 100, 0.5, 0.1, shapes)) for shapes in (always, any_rate)
        )
        assert (informed > flat) is better
    assert float(rate_bits(7, 20, 0.2, 0.1, any_rate)) == float(rate_bits(7, 20, 0.2, 0.1))
    ratio = stats.betabinom.pmf(95, 100, *always) / stats.betabinom.pmf(95, 100, 4.5, 4.5)
    assert float(rate_bits(95, 100, 0.5, 0.1, always)) == pytest.approx(math.log2(ratio))


def test_rates_may_have_a_mean_each() -> None:
    together = rate_bits([5, 5], [10, 10], np.array([0.1, 0.3]), 0.1)
    apart = [float(rate_bits(5, 10, mean, 0.1)) for mean in (0.1, 0.3)]
    assert together.tolist() == pytest.approx(apart)


def test_fitted_rates_are_those_of_the_many() -> None:
    rng = np.random.default_rng(1)
    trials = rng.integers(5, 60, 4_000)
    rate = rng.beta(0.05 * 30, 0.95 * 30, 4_000)
    hits = rng.binomial(trials, rate)
    hits[:200], trials[:200] = 40, 40
    mean, spread = fit_rates(hits, trials)
    assert 0.03 < mean < 0.1
    assert 0.005 <= spread < 0.15


def test_few_rates_are_pooled() -> None:
    assert list(fit_rates([1, 2], [10, 20])) == pytest.approx([0.1, 0.3])
    assert fit_rates([], []) == (0.001, 0.3)


@given(st.integers(0, 400), st.floats(1e-3, 50.0), st.sampled_from([0.2, 0.7, 1.0, 3.0, 40.0]))
def test_the_tail_bounds_a_negative_binomial(count: int, mean: float, shape: float) -> None:
    log_p = float(log_count_tail(count, mean, shape))
    exact = stats.nbinom.logsf(count - 1, shape, shape / (shape + mean))
    if np.isfinite(exact):
        assert log_p >= exact - 1e-6
    if count > 5 * mean + 5:
        # For shapes far below 1 the bound is loose: by the number of terms that still count.
        assert log_p <= exact + 2.5 or not np.isfinite(exact)


@given(st.integers(0, 300), st.floats(1e-6, 50.0))
def test_the_tail_bounds_a_poisson(count: int, mean: float) -> None:
    log_p = float(log_count_tail(count, mean, np.inf))
    exact = stats.poisson.logsf(count - 1, mean)
    if np.isfinite(exact):
        assert log_p >= exact - 1e-6
        if count > 2 * mean + 2:
            assert log_p <= exact + 1.0


def test_the_tail_takes_a_shape_each() -> None:
    together = log_count_tail([9, 9], [1.0, 1.0], np.array([0.5, 5.0]))
    apart = [float(log_count_tail(9, 1.0, shape)) for shape in (0.5, 5.0)]
    assert together.tolist() == pytest.approx(apart)


def test_a_count_at_or_below_its_mean_is_no_surprise() -> None:
    assert log_count_tail([0, 3, 5], [1.0, 3.0, 7.5], 2.0).tolist() == [0.0, 0.0, 0.0]


def test_discoveries_are_those_of_benjamini_and_hochberg() -> None:
    p = np.array([0.04, 0.0001, 0.009, 0.3, 0.002])
    # 0.009 is below 3/10 of the rate, 0.04 is not below 4/10 of it.
    assert discoveries(np.log(p), 10, 0.05).tolist() == [False, True, True, False, True]
    assert not discoveries(np.log([0.5, 0.9]), 10, 0.05).any()
    assert discoveries([], 10, 0.05).tolist() == []
