"""Scores and thresholds, for any totals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.verdicts.decide import (
    BOOSTED_MILLIBITS,
    LEAST_FAKE_SCORE,
    MOST_BITS,
    NEVER_MILLIBITS,
    PRIOR_BITS,
    SUSPECT_SCORE,
    Threshold,
    score_of,
    threshold,
)

TOTALS = st.dictionaries(st.integers(-30_000, 60_000), st.integers(1, 10**6), max_size=40)
BUDGETS = st.floats(1e-6, 10_000)


def decide(totals: dict[int, int], per_10k: float) -> Threshold:
    distinct = np.array(list(totals), np.int64)
    return threshold(distinct, np.array(list(totals.values()), np.int64), per_10k)


def expected_false(totals: dict[int, int], least: int) -> float:
    called = np.array([m for m in totals if m >= least], np.int64)
    count = np.array([totals[m] for m in called.tolist()], np.float64)
    return float(((1.0 - score_of(called)) * count).sum())


@given(TOTALS, BUDGETS)
def test_the_budget_is_kept_and_as_much_as_possible_is_called(
    totals: dict[int, int], per_10k: float
) -> None:
    found = decide(totals, per_10k)
    honest = expected_false(totals, -(10**9))
    assert found.honest == pytest.approx(honest)
    budget = honest * per_10k / 10_000
    spent = expected_false(totals, found.millibits)
    assert found.expected_false == pytest.approx(spent)
    assert spent <= budget * (1 + 1e-9)
    lower = [m for m in totals if m < found.millibits and score_of(np.array(m)) >= LEAST_FAKE_SCORE]
    if lower:
        assert expected_false(totals, max(lower)) > budget * (1 - 1e-9)


@given(TOTALS, BUDGETS)
def test_nothing_below_the_least_score_is_ever_called_fake(
    totals: dict[int, int], per_10k: float
) -> None:
    found = decide(totals, per_10k)
    called = [m for m in totals if m >= found.millibits]
    assert all(score_of(np.array(called)) >= LEAST_FAKE_SCORE)
    if called:
        assert found.score == score_of(np.array([min(called)]))[0]
    else:
        assert found == Threshold(NEVER_MILLIBITS, 1.0, 0.0, found.honest)


@given(TOTALS, BUDGETS, BUDGETS)
def test_a_larger_budget_never_calls_less(totals: dict[int, int], one: float, other: float) -> None:
    small, large = sorted((one, other))
    assert decide(totals, large).millibits <= decide(totals, small).millibits


@given(TOTALS, BUDGETS, st.randoms(use_true_random=False))
def test_the_order_of_totals_does_not_matter(
    totals: dict[int, int], per_10k: float, dice: object
) -> None:
    shuffled = list(totals.items())
    dice.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its dice as object
    assert decide(dict(shuffled), per_10k) == decide(totals, per_10k)


@pytest.mark.parametrize("honest", [1, 100, 10**6])
def test_a_log_of_honest_entities_has_no_threshold(honest: int) -> None:
    assert decide({-7_000: honest}, 10_000).millibits == NEVER_MILLIBITS


def test_a_score_is_the_logistic_of_bits() -> None:
    bits = np.array([-24.0, -7.0, -1.0, 0.0, 1.0, 4.248, 24.0])
    expected = 2.0**bits / (1.0 + 2.0**bits)
    assert np.allclose(score_of((bits * 1000).astype(np.int64)), expected, rtol=1e-12)
    assert score_of(np.array([0]))[0] == SUSPECT_SCORE


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_scores_rise_with_totals_and_never_reach_certainty(one: int, other: int) -> None:
    low, high = sorted((one, other))
    scores = score_of(np.array([low, high], np.int64))
    assert 0.0 < scores[0] <= scores[1] < 1.0
    assert 1.0 - scores[1] >= 2.0 ** -(MOST_BITS + 1)


def test_what_is_called_boosted_is_as_sure_as_what_is_called_fake() -> None:
    assert score_of(np.array([BOOSTED_MILLIBITS]))[0] == pytest.approx(LEAST_FAKE_SCORE, abs=1e-4)


def test_before_looking_everything_is_taken_to_be_genuine() -> None:
    assert set(PRIOR_BITS) == {"like", "account", "content", "ring"}
    assert all(bits <= -5.0 for bits in PRIOR_BITS.values())
