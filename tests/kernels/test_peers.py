"""What is usual of most contents, also where many are not."""

from __future__ import annotations

import numpy as np
import pytest

from zhenzan.kernels.peers import beside_peers

FEWEST = 5


@pytest.mark.parametrize("boosted", [0, 20, 60])
def test_usual_contents_say_what_is_usual(boosted: int) -> None:
    """A tenth of the likes are of the sort; on boosted contents thirty more."""
    dice = np.random.default_rng(1)
    others = dice.integers(20, 200, 500)
    count = dice.poisson(0.1 * others)
    count[:boosted] += 30
    expected, log_p = beside_peers(count, others, FEWEST)
    assert expected == pytest.approx(0.1 * others, rel=0.35)
    assert (log_p[boosted:] > np.log(0.001)).mean() > 0.99
    if boosted:
        assert (log_p[:boosted] < np.log(0.01)).mean() > 0.6


def test_honest_contents_that_differ_widen_what_is_usual() -> None:
    """Where shares vary as widely as their mean, thirty more is no wonder."""
    dice = np.random.default_rng(2)
    others = np.full(500, 100)
    alike = dice.poisson(10.0, 500)
    varied = dice.poisson(dice.gamma(1.0, 10.0, 500))
    alike[0] = varied[0] = 40
    assert beside_peers(alike, others, FEWEST)[1][0] < beside_peers(varied, others, FEWEST)[1][0]


def test_a_few_are_usual_however_few_others_there_are() -> None:
    count, others = np.array([4, 0, 0, 1]), np.array([1, 500, 400, 300])
    assert beside_peers(count, others, FEWEST)[1][0] == 0.0


def test_no_contents_at_all() -> None:
    nothing = np.zeros(0, np.int64)
    expected, log_p = beside_peers(nothing, nothing, FEWEST)
    assert len(expected) == len(log_p) == 0
