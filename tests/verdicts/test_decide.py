"""Scores and thresholds, for any totals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.model import LEAST_FAKE_MILLIBITS, PRIOR_BITS
from zhenzan.verdicts.decide import (
    MOST_BITS,
    SUSPECT_SCORE,
    Threshold,
    least_fake,
    score_of,
    threshold,
)

TOTALS = st.dictionaries(st.integers(-30_000, 60_000), st.integers(1, 10**6), max_size=40)
BUDGETS = st.floats(1e-6, 10_000)
JUDGED = st.sampled_from(["like", "account"])


def decide(entity_type: str, totals: dict[int, int], per_10k: float) -> Threshold:
    distinct, count = (np.array(list(part), np.int64) for part in (totals, totals.values()))
    return threshold(least_fake(entity_type, per_10k), distinct, count)


@given(JUDGED, TOTALS, BUDGETS)
def test_nothing_is_called_fake_of_less_than_19_to_1(
    entity_type: str, totals: dict[int, int], per_10k: float
) -> None:
    found = decide(entity_type, totals, per_10k)
    called = np.array([m for m in totals if m >= found.millibits], np.int64)
    assert (score_of(called) >= 0.95 - 1e-4).all()
    assert found.score == score_of(np.array([found.millibits]))[0] >= 0.95 - 1e-4


@given(JUDGED, BUDGETS)
def test_chance_calls_no_more_honest_entities_fake_than_the_budget(
    entity_type: str, per_10k: float
) -> None:
    """Markov: evidence of b bits happens to an honest entity with probability 2^-b at most."""
    evidence_bits = decide(entity_type, {}, per_10k).millibits / 1000 - PRIOR_BITS[entity_type]
    assert 10_000 * 2.0**-evidence_bits <= per_10k * 1.001


@pytest.mark.parametrize("spread", [1.0, 4.0, 10.0])
@pytest.mark.parametrize("per_10k", [1.0, 30.0, 1_000.0])
def test_honest_evidence_keeps_the_budget(spread: float, per_10k: float) -> None:
    """Log-normal e-values of mean one, as wide as they come."""
    dice = np.random.default_rng(1)
    bits = dice.normal(-(spread**2) * np.log(2.0) / 2.0, spread, 200_000)
    assert np.log2(np.exp2(bits).mean()) < 2.0
    totals = np.rint(1000 * (bits + PRIOR_BITS["account"])).astype(np.int64)
    assert (totals >= least_fake("account", per_10k)).mean() <= per_10k / 10_000


@given(JUDGED, TOTALS, BUDGETS, BUDGETS)
def test_a_larger_budget_never_calls_less(
    entity_type: str, totals: dict[int, int], one: float, other: float
) -> None:
    small, large = sorted((one, other))
    cautious, bold = (decide(entity_type, totals, budget) for budget in (small, large))
    assert bold.millibits <= cautious.millibits
    assert bold.expected_false >= cautious.expected_false


@given(JUDGED, TOTALS, BUDGETS)
def test_what_it_costs_is_told(entity_type: str, totals: dict[int, int], per_10k: float) -> None:
    found = decide(entity_type, totals, per_10k)
    honest = {m: (1.0 - score_of(np.array([m]))[0]) * count for m, count in totals.items()}
    assert found.honest == pytest.approx(sum(honest.values()))
    called = sum(share for m, share in honest.items() if m >= found.millibits)
    assert found.expected_false == pytest.approx(called)
    assert 0.0 <= found.expected_false <= found.honest


def test_a_score_is_the_logistic_of_bits() -> None:
    bits = np.array([-24.0, -7.0, -1.0, 0.0, 1.0, 4.248, 24.0])
    expected = 2.0**bits / (1.0 + 2.0**bits)
    assert np.allclose(score_of((bits * 1000).astype(np.int64)), expected, rtol=1e-12)
    assert score_of(np.array([0]))[0] == SUSPECT_SCORE
    assert score_of(np.array([LEAST_FAKE_MILLIBITS]))[0] == pytest.approx(0.95, abs=1e-4)


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_scores_rise_with_totals_and_never_reach_certainty(one: int, other: int) -> None:
    low, high = sorted((one, other))
    scores = score_of(np.array([low, high], np.int64))
    assert 0.0 < scores[0] <= scores[1] < 1.0
    assert 1.0 - scores[1] >= 2.0 ** -(MOST_BITS + 1)


def test_before_looking_everything_is_taken_to_be_genuine() -> None:
    assert set(PRIOR_BITS) == {"like", "account", "content", "ring"}
    assert all(bits <= -5.0 for bits in PRIOR_BITS.values())
