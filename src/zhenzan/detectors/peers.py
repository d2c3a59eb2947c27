"""Contents beside their peers: how many likes by accounts that hardly exist are to be expected?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.kernels.peers import beside_peers
from zhenzan.weights import bits_from_log_p, discoveries

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


def excess(content: Ints, likes: Ints, count: Ints) -> Excess:
    """Find contents whose share of likes by small accounts is far beyond other contents'.

    Args:
        content: Codes, ascending; shape (n,).
        likes: Likes of each; shape (n,).
        count: Of these, how many by accounts with at most so many events, for each of ``LIVES``;
            shape (4, n).
    """
    # What is delivered makes a content larger without making it more popular.
    looks = [beside_peers(here, np.maximum(likes - here, 1), FEWEST_LIKES) for here in count]
    expected, log_p = (np.stack(parts) for parts in zip(*looks, strict=True))
    # Each content keeps its most surprising look, and pays for having had four.
    scale = np.argmin(log_p, axis=0)
    at = (scale, np.arange(len(content)))
    best = np.minimum(log_p[at] + np.log(len(LIVES)), 0.0)
    found = np.flatnonzero(discoveries(best, float(max(len(content), 1)), FALSE_DISCOVERY_RATE))
    return Excess(
        content[found],
        np.array(LIVES, np.int64)[scale[found]],
        count[at][found].astype(np.int64),
        expected[at][found],
        np.minimum(bits_from_log_p(best[found]), MOST_BITS),
    )
