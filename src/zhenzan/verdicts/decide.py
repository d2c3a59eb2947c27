"""From weights to scores to verdicts, for likes, accounts and contents.

A score is 1 / (1 + 2^-(prior + weights)), in log2 odds. Weights are whole thousandths of a bit, so
the sum is exact whatever the order of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.model import LEAST_FAKE_MILLIBITS, MILLIBITS_PER_BIT, PRIOR_BITS
from zhenzan.verdicts.calibration import IDENTITY

if TYPE_CHECKING:
    import numpy.typing as npt

    from zhenzan.verdicts.calibration import Calibration

PRIOR_MILLIBITS = {name: round(MILLIBITS_PER_BIT * bits) for name, bits in PRIOR_BITS.items()}
MOST_BITS = 24.0
"""No score is nearer to certainty than one in sixteen million."""
SUSPECT_SCORE = 0.5
LEAST_FAKE_SCORE = 0.95
FEWEST_LIKES = 5
"""An account that endorsed less often and left no other trace is ``unknown``."""


def score_sql(millibits: str) -> str:
    """SQL: the probability that ``millibits`` (prior and weights) come to, to six decimals.

    The last digits of a power are each engine's own, and ``round(x, 6)`` takes another way there.
    """
    most = round(MOST_BITS * MILLIBITS_PER_BIT)
    score = f"1e0 / (1e0 + power(2e0, -greatest(least({millibits}, {most}), -{most}) / 1e3))"
    return f"floor(1e6 * ({score}) + 0.5e0) / 1e6"


@dataclass(frozen=True)
class Threshold:
    """The least score at which an entity is called fake, and what that is expected to cost.

    Attributes:
        millibits: The least total, thousandths of a bit.
        score: The same as a probability.
        expected_false: Of the entities called fake, how many are honest by their own scores.
        honest: How many entities are honest by their own scores.
    """

    millibits: int
    score: float
    expected_false: float
    honest: float


def least_fake(entity_type: str, per_10k: float, calibration: Calibration = IDENTITY) -> int:
    """The least total at which chance calls at most ``per_10k`` in 10,000 honest entities fake.

    Weights are log2 e-values: under the null an entity gathers b bits with probability at most
    2^-b (Markov). So log2(10,000 / per_10k) bits of evidence keep the budget, whatever the log;
    with the prior that makes the total. Labels do not change how much evidence it takes: what
    they make of that total is the least calibrated one. But nothing is called fake of less than 19
    to 1, by whatever they make of it.

    Args:
        entity_type: like or account.
        per_10k: The false-punish budget.
        calibration: What labels make of totals.

    Returns:
        A calibrated total, thousandths of a bit.
    """
    bits = float(np.log2(10_000 / per_10k)) + PRIOR_BITS[entity_type]
    needed = max(round(MILLIBITS_PER_BIT * bits), LEAST_FAKE_MILLIBITS)
    return max(calibration.moved(needed), LEAST_FAKE_MILLIBITS)


def threshold(
    least: int, millibits: npt.NDArray[np.int64], count: npt.NDArray[np.int64]
) -> Threshold:
    """What it is expected to cost to call entities fake from the total ``least`` on.

    Chance is not the only thing that can fool: the scores themselves say how many of those called
    fake they expect to be honest.

    Args:
        least: See ``least_fake``.
        millibits: Distinct totals, thousandths of a bit.
        count: How many entities have each.
    """
    score, number = score_of(millibits), count.astype(np.float64)
    called = millibits >= least
    return Threshold(
        least,
        float(score_of(np.array([least], np.int64))[0]),
        float(((1.0 - score) * number)[called].sum()),
        float(((1.0 - score) * number).sum()),
    )


def score_of(millibits: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Probability for totals in thousandths of a bit."""
    bits = np.clip(millibits / MILLIBITS_PER_BIT, -MOST_BITS, MOST_BITS)
    return np.asarray(1.0 / (1.0 + np.exp2(-bits)), dtype=np.float64)
