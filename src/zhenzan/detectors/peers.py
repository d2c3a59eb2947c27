"""Contents beside their peers: how many likes by accounts that hardly exist are to be expected?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.weights import bits_from_log_p, discoveries, log_count_tail

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

LIVES = (2, 4, 8, 16)
"""An account with at most so many events in the whole log hardly exists; looked at four times."""
FEWEST_LIKES = 5
"""Fewer such likes on one content are no delivery."""
FALSE_DISCOVERY_RATE = 0.01
MOST_BITS = 10.0
UNUSUAL = 0.001
"""What is less probable is left out of what is usual."""
FIRST_VARIATION = 2.0
LEAST_VARIATION = 0.1
"""Squared deviation of honest rates over their mean squared, at first and at the least."""
ROUNDS = 12
"""Usual contents say what is usual, which says which contents are; it settles in fewer."""


@dataclass(frozen=True)
class Excess:
    """Contents with too many likes by accounts that hardly exist, ascending.

    Attributes:
        content: Which.
        life: An account counts with at most so many events.
        count: Likes by such accounts.
        expected: How many there would be if the content were like its peers.
        bits: Weight of the excess.
    """

    content: Ints
    life: Ints
    count: Ints
    expected: Floats
    bits: Floats


def excess(content: Ints, events: Ints) -> Excess:
    """Find contents whose share of likes by small accounts is far beyond other contents'.

    Args:
        content: Content of each like.
        events: Events that the like's account has in the whole log.
    """
    names, place = np.unique(content, return_inverse=True)
    likes = np.bincount(place, minlength=len(names))
    looks = [_look(place[events <= life], likes) for life in LIVES]
    count, expected, log_p = (np.stack(parts) for parts in zip(*looks, strict=True))
    # Each content keeps its most surprising look, and pays for having had four.
    scale = np.argmin(log_p, axis=0)
    at = (scale, np.arange(len(names)))
    best = np.minimum(log_p[at] + np.log(len(LIVES)), 0.0)
    found = np.flatnonzero(discoveries(best, float(max(len(names), 1)), FALSE_DISCOVERY_RATE))
    return Excess(
        names[found],
        np.array(LIVES, np.int64)[scale[found]],
        count[at][found].astype(np.int64),
        expected[at][found],
        np.minimum(bits_from_log_p(best[found]), MOST_BITS),
    )


def _look(place: Ints, likes: Ints) -> tuple[Ints, Floats, Floats]:
    """Likes by small accounts per content, the peers' expectation, and log p of the excess."""
    count = np.bincount(place, minlength=len(likes))
    # What is delivered makes a content larger without making it more popular.
    others = np.maximum(likes - count, 1)
    share = count / others
    # The lower half first: were it all, a third that is boosted would make itself usual.
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
        log_p = np.where(count >= FEWEST_LIKES, log_p, 0.0)
        usual = log_p > np.log(UNUSUAL)
    return count, expected, log_p
