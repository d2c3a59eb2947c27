"""What people judged beside what scores said: how far the scores of each stratum are moved.

Reviewers look at suspects, so labels are no random sample. They are compared with scores stratum by
stratum: where nobody looked nothing moves, and how many were looked at elsewhere does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize

from zhenzan.model import MILLIBITS_PER_BIT

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

STRATUM_MILLIBITS = 2_000
STRATA = 12
"""The first is of those on whom there is no evidence, the last of all beyond 22 bits of it."""
MOST_SHIFT_MILLIBITS = 2_000
"""Whatever labels say, no score moves further: they may be wrong, or meant to mislead."""
STEP_MILLIBITS = 50
USUAL_SHIFT_BITS = 0.5
"""Standard deviation of how far scores are off before anybody looked."""
WRONG_LABELS = 0.02
"""Share of labels that are wrong: no number of them makes a score of 0.9999 one of 0.97."""
RING_LABELS = 5.0
"""Labels within one ring count as so many at most: it is right or wrong as a whole."""
LEAST_SLOPE = 0.1
"""Of what was apart by a bit, so much at least stays apart."""


@dataclass(frozen=True)
class Calibration:
    """A rising map of totals (prior and weights, thousandths of a bit); without knots, identity.

    Attributes:
        at: Knots, rising.
        to: What each becomes, rising; at most ``MOST_SHIFT_MILLIBITS`` from ``at``.
        labels: How many labels it was learned from.
    """

    at: tuple[int, ...] = ()
    to: tuple[int, ...] = ()
    labels: int = 0

    def shift(self, millibits: Ints) -> Ints:
        """How far totals are moved, linearly between knots; beyond them as at the nearest."""
        if not self.at:
            return np.zeros(len(millibits), np.int64)
        moved = np.subtract(self.to, self.at)
        return np.rint(np.interp(millibits, self.at, moved)).astype(np.int64)

    def moved(self, millibits: int) -> int:
        """One total, calibrated."""
        return millibits + int(self.shift(np.array([millibits]))[0])


IDENTITY = Calibration()


def calibrate(prior_millibits: int, totals: Ints, fake: Ints, together: Ints) -> Calibration:
    """Learn how far scores are off, from labels.

    In each stratum one shift d maximises the penalised likelihood of the labels,

        sum of w log(e + (1 - 2e) P(label | total + d)) - d² / 2s²,

    with e ``WRONG_LABELS``, s ``USUAL_SHIFT_BITS``, and w from 1 at the middle of the stratum to 0
    at that of the next, and less where a ring has many labels. Strata that contradict each other's
    order are pooled (isotonic regression, Barlow et al. 1972). Strata with few labels hardly move,
    and without any, nothing does. Labels of one class alone were selected by what they say, so
    nothing is learned of them.

    Args:
        prior_millibits: The total of those on whom there is no evidence.
        totals: Shape (n,), thousandths of a bit, of what was labelled.
        fake: Shape (n,), 1 where a person said so, else 0.
        together: Shape (n,), a number that those of one ring have in common.
    """
    if fake.min(initial=1) == fake.max(initial=0) or not len(fake):
        return IDENTITY
    place = np.rint((totals - prior_millibits) / STRATUM_MILLIBITS).astype(np.int64)
    place = np.clip(place, 0, STRATA - 1)
    _, group, size = np.unique(
        np.stack([place, together]), axis=1, return_inverse=True, return_counts=True
    )
    weight = np.minimum(1.0, RING_LABELS / size[group.ravel()])
    at = prior_millibits + STRATUM_MILLIBITS * np.arange(STRATA)
    inside = np.clip(totals, at[0], at[-1])
    shift, heard = np.zeros(STRATA), np.ones(STRATA)
    for stratum in range(STRATA):
        near = np.maximum(1.0 - np.abs(inside - at[stratum]) / STRATUM_MILLIBITS, 0.0) * weight
        here = near > 0.0
        shift[stratum] = _shift(totals[here], fake[here] == 1, near[here])
        heard[stratum] += near.sum()
    apart = optimize.isotonic_regression(at + shift - LEAST_SLOPE * at, weights=heard).x
    to = np.rint(apart + LEAST_SLOPE * at).astype(np.int64)
    return Calibration(tuple(map(int, at)), tuple(map(int, to)), len(fake))


def _shift(totals: Ints, fake: npt.NDArray[np.bool_], weight: Floats) -> float:
    """The shift of one stratum, thousandths of a bit."""
    steps = np.arange(-MOST_SHIFT_MILLIBITS, MOST_SHIFT_MILLIBITS + 1, STEP_MILLIBITS)
    worth = np.zeros(len(steps))
    for number, step in enumerate(steps):
        bits = np.clip((totals + step) / MILLIBITS_PER_BIT, -60.0, 60.0)
        said = np.where(fake, 1.0, -1.0) * bits
        probability = WRONG_LABELS + (1.0 - 2.0 * WRONG_LABELS) / (1.0 + np.exp2(-said))
        usual = (step / MILLIBITS_PER_BIT / USUAL_SHIFT_BITS) ** 2 / 2.0
        worth[number] = (weight * np.log(probability)).sum() - usual
    return float(steps[int(np.argmax(worth))])
