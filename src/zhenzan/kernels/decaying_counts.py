"""Counts that fade: of many keys at once in fixed memory, and exactly, for keys in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    import numpy.typing as npt

ROWS = 4
"""Rows of a sketch; each key has one cell in each."""


@njit(cache=True, nogil=True)
def add_and_read(
    keys: npt.NDArray[np.uint64],
    times_us: npt.NDArray[np.int64],
    new: npt.NDArray[np.bool_],
    counts: npt.NDArray[np.float64],
    last_us: npt.NDArray[np.int64],
    half_life_us: float,
) -> npt.NDArray[np.float64]:
    """Add events to a count-min sketch of decaying counts, and read each key's count after it.

    A key's count is the sum over its events of 2^-(age / half-life), whatever the order in which
    they come: one that comes late is added as faded as it is (forward decay, Cormode et al. 2009).
    The sketch (Cormode and Muthukrishnan 2005) never gives less than the count; it gives more than
    e * total / cells too much with probability at most e^-ROWS.

    Args:
        keys: Shape (n,), hashes; 0 is no key: its count is 0.
        times_us: Shape (n,), µs.
        new: Shape (n,): whether to add it, or only to read.
        counts: Shape (ROWS + 1, a power of two,); cell 0 of the last row holds the total.
        last_us: The same shape: when the count was right.
        half_life_us: µs.

    Returns:
        Shape (n,).
    """
    read = np.empty(len(keys), np.float64)
    mask = np.uint64(counts.shape[1] - 1)
    for i in range(len(keys)):
        read[i] = 0.0
        key = keys[i]
        if key == 0:
            continue
        least = np.inf
        for row in range(ROWS + 1):
            # Odd multipliers, and the upper bits: rows must not collide alike.
            mixed = (key ^ (key >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15 + 2 * row * row)
            mixed ^= mixed >> np.uint64(32)
            mixed *= np.uint64(0xD6E8FEB86659FD93 + 4 * row)
            place = (mixed >> np.uint64(20)) & mask if row < ROWS else np.uint64(0)
            count, last = counts[row, place], last_us[row, place]
            weight = 1.0
            if times_us[i] >= last:
                count *= 2.0 ** (-(times_us[i] - last) / half_life_us)
                last = times_us[i]
            else:
                weight = 2.0 ** (-(last - times_us[i]) / half_life_us)
            if new[i]:
                count += weight
                counts[row, place] = count
                last_us[row, place] = last
            if row < ROWS:
                least = min(least, count)
        read[i] = least
    return read


@njit(cache=True, nogil=True)
def peaks(
    keys: npt.NDArray[np.int64], times_us: npt.NDArray[np.int64], half_life_us: float
) -> npt.NDArray[np.float64]:
    """The largest decaying count that each key reached.

    Args:
        keys: Shape (n,), ascending.
        times_us: Shape (n,), µs, ascending within a key.
        half_life_us: µs.

    Returns:
        One for each distinct key, in their order.
    """
    found = np.empty(len(keys), np.float64)
    groups = 0
    count = 0.0
    for i in range(len(keys)):
        if i == 0 or keys[i] != keys[i - 1]:
            groups += 1
            count = 1.0
            found[groups - 1] = 1.0
        else:
            count = count * 2.0 ** (-(times_us[i] - times_us[i - 1]) / half_life_us) + 1.0
            found[groups - 1] = max(found[groups - 1], count)
    return found[:groups]
