"""A table of fixed size that remembers which numbers came, and what came with each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    import numpy.typing as npt

NEW, SAME, OTHER = 0, 1, 2
"""What a number is: not remembered, remembered with the same value, or with another one."""


@njit(cache=True, nogil=True)
def remember(
    keys: npt.NDArray[np.uint64],
    values: npt.NDArray[np.uint64],
    older_keys: npt.NDArray[np.uint64],
    older_values: npt.NDArray[np.uint64],
    table: npt.NDArray[np.uint64],
    table_values: npt.NDArray[np.uint64],
) -> npt.NDArray[np.int8]:
    """Look numbers up in two tables, and put those that are in neither into the second.

    Open addressing with linear probing; the caller keeps both tables at most half full.

    Args:
        keys: Shape (n,), hashes, not 0; a 0 is always new and never remembered.
        values: Shape (n,), what comes with each.
        older_keys: Shape (a power of two,); 0 is an empty place.
        older_values: The same shape.
        table: The same shape.
        table_values: The same shape.

    Returns:
        Shape (n,): ``NEW``, ``SAME`` or ``OTHER``.
    """
    found = np.empty(len(keys), np.int8)
    mask = np.uint64(len(table) - 1)
    for i in range(len(keys)):
        key = keys[i]
        found[i] = NEW
        if key == 0:
            continue
        place = key & mask
        while older_keys[place] != 0 and older_keys[place] != key:
            place = (place + np.uint64(1)) & mask
        if older_keys[place] == key:
            found[i] = SAME if older_values[place] == values[i] else OTHER
            continue
        place = key & mask
        while table[place] != 0 and table[place] != key:
            place = (place + np.uint64(1)) & mask
        if table[place] == key:
            found[i] = SAME if table_values[place] == values[i] else OTHER
            continue
        table[place] = key
        table_values[place] = values[i]
    return found
