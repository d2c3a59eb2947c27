"""How far labels move scores: not at all without any, never far, and never out of order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.model import LEAST_FAKE_MILLIBITS
from zhenzan.verdicts.calibration import (
    IDENTITY,
    MOST_SHIFT_MILLIBITS,
    RING_LABELS,
    Calibration,
    calibrate,
)
from zhenzan.verdicts.decide import (
    PRIOR_MILLIBITS,
    least_fake,
    score_of,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

PRIOR = PRIOR_MILLIBITS["account"]
TOTALS = np.arange(-30_000, 40_000, 37)
LABELS = st.lists(
    st.tuples(st.integers(-20_000, 40_000), st.booleans(), st.integers(-3, 3)), max_size=60
)


def learned(rows: list[tuple[int, bool, int]]) -> Calibration:
    totals, fake, together = (np.array([r[at] for r in rows], np.int64) for at in range(3))
    return calibrate(PRIOR, totals, fake, together)


def drawn(totals: Ints, off_bits: float, wrong: float = 0.0, seed: int = 1) -> Calibration:
    """Labels of entities whose totals are off by so much; each stands alone."""
    dice = np.random.default_rng(seed)
    truth = dice.random(len(totals)) < score_of(totals + round(1000 * off_bits))
    said = truth ^ (dice.random(len(totals)) < wrong)
    return calibrate(PRIOR, totals, said.astype(np.int64), np.arange(len(totals)))


def error(totals: Ints, off_bits: float, found: Calibration) -> float:
    """Mean gap between calibrated scores and the truth."""
    truth = score_of(totals + round(1000 * off_bits))
    return float(np.abs(score_of(totals + found.shift(totals)) - truth).mean())


def test_without_labels_nothing_moves() -> None:
    assert learned([]) == IDENTITY
    assert not IDENTITY.shift(TOTALS).any()


@pytest.mark.parametrize("fake", [True, False])
def test_labels_of_one_class_were_selected_by_what_they_say(*, fake: bool) -> None:
    assert learned([(total, fake, total) for total in range(-8_000, 14_000, 50)]) == IDENTITY


@given(LABELS)
def test_whatever_labels_say_scores_keep_their_order_and_move_little(
    rows: list[tuple[int, bool, int]],
) -> None:
    shift = learned(rows).shift(TOTALS)
    assert np.abs(shift).max() <= MOST_SHIFT_MILLIBITS
    assert (np.diff(TOTALS + shift) > 0).all()


@given(LABELS, st.floats(0.01, 100))
def test_labels_never_lower_the_evidence_that_it_takes(
    rows: list[tuple[int, bool, int]], per_10k: float
) -> None:
    found = learned(rows)
    for entity_type in ("like", "account"):
        alone = least_fake(entity_type, per_10k)
        called = TOTALS + found.shift(TOTALS) >= least_fake(entity_type, per_10k, found)
        assert (TOTALS[called] >= alone).all()
        assert (TOTALS + found.shift(TOTALS))[called].min() >= LEAST_FAKE_MILLIBITS
        # Nor do they raise it by more than a score may move.
        assert called[alone + MOST_SHIFT_MILLIBITS <= TOTALS].all()


@pytest.mark.parametrize("off_bits", [-1.5, 1.5])
def test_scores_that_are_off_are_set_right_the_better_the_more_labels(off_bits: float) -> None:
    totals = np.random.default_rng(2).integers(-6_000, 6_000, 4_000)
    errors = [error(totals, off_bits, drawn(totals[:n], off_bits)) for n in (0, 60, 600, 4_000)]
    assert errors[0] > 0.08
    assert errors == sorted(errors, reverse=True)
    assert errors[3] < 0.25 * errors[0]


def test_scores_that_are_right_stay_nearly_where_they_are() -> None:
    totals = np.random.default_rng(3).integers(-8_000, 14_000, 3_000)
    for wrong in (0.0, 0.02):
        assert error(totals, 0.0, drawn(totals, 0.0, wrong)) < 0.02


def test_wrong_labels_move_what_is_sure_hardly_at_all() -> None:
    """One in fifty says that 0.9999 is genuine: that is how often people err."""
    totals = np.full(1_000, 13_000)
    found = drawn(totals, 0.0, wrong=0.02)
    assert abs(found.moved(13_000) - 13_000) <= 500


def test_where_nobody_looked_nothing_moves() -> None:
    """However many suspects are labelled: those without evidence were not."""
    found = drawn(np.full(2_000, 1_000), 2.0)
    assert found.moved(1_000) > 2_000
    assert found.moved(PRIOR) == PRIOR
    assert found.moved(12_000) == 12_000


def test_how_many_suspects_were_looked_at_does_not_matter() -> None:
    """Reviewers look at suspects: twenty times as many of these move nothing elsewhere."""
    few, many = (
        drawn(np.concatenate([np.full(200, -4_000), np.full(n, 4_000)]), 0.0) for n in (200, 4_000)
    )
    assert few.moved(-4_000) == many.moved(-4_000)


def test_a_ring_is_right_or_wrong_as_a_whole() -> None:
    """Five hundred labels in one ring weigh like five."""
    totals, fake = np.full(501, 3_000), np.zeros(501, np.int64)
    fake[0] = 1
    one_ring = calibrate(PRIOR, totals, fake, np.zeros(501, np.int64))
    apart = calibrate(PRIOR, totals, fake, np.arange(501))
    few = calibrate(PRIOR, totals[:6], fake[:6], np.arange(6))
    assert apart.moved(3_000) < 1_500 < one_ring.moved(3_000) < 3_000
    assert abs(one_ring.moved(3_000) - few.moved(3_000)) <= 300
    assert RING_LABELS == 5.0
