"""What is usual of most contents, learned from those that are usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.weights import log_count_tail

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

UNUSUAL = 0.001
"""What is less probable is left out of what is usual."""
FIRST_VARIATION = 2.0
LEAST_VARIATION = 0.1
"""Squared deviation of honest rates over their mean squared, at first and at the least."""
ROUNDS = 12
"""Usual contents say what is usual, which says which contents are; it settles in fewer."""


def beside_peers(count: Ints, others: Ints, fewest: int) -> tuple[Floats, Floats]:
    """How many likes of one sort are to be expected beside the others?

    A content with n other likes is expected to have n times the rate of its peers, with a gamma
    around it whose variation is fitted to the peers. The lower half are the first peers: were it
    all, a third that is boosted would make itself usual.

    Args:
        count: Likes of the sort, per content.
        others: All its other likes.
        fewest: A content with fewer of the sort is usual, however few others it has.

    Returns:
        The expectation, and the log of the probability of so many or more.
    """
    share = count / np.maximum(others, 1)
    usual = share <= (np.median(share) if len(share) else 0.0)
    variation = FIRST_VARIATION
    for turn in range(ROUNDS):
        rate = (count[usual].sum() + 1.0) / (others[usual].sum() + 1.0)
        expected = rate * others
        if turn:
            # For a Poisson count with a gamma mean, E[X(X-1)] / E[mean]² = 1 + 1/shape.
            repeats = float((count[usual] * (count[usual] - 1.0)).sum())
            squares = float((expected[usual] ** 2).sum())
            variation = max(repeats / max(squares, 1e-9) - 1.0, LEAST_VARIATION)
        log_p = log_count_tail(count, expected, 1.0 / variation)
        log_p = np.where(count >= fewest, log_p, 0.0)
        usual = log_p > np.log(UNUSUAL)
    return expected, log_p
