"""How much an account, device, address or content has been liking or liked lately."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.kernels.decaying_counts import ROWS, add_and_read
from zhenzan.kernels.keyed_hash import keyed_hashes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    import pyarrow as pa

HALF_LIFE_US = 3_600_000_000
"""Counts fade by half in an hour: likes of an hour ago count half."""
COUNTED = {"account": "account_id", "device": "device", "address": "ip", "content": "content_id"}
"""What is counted by, and the column of checked rows that says it."""


@dataclass(frozen=True)
class Thresholds:
    """Counts that honest accounts, devices, addresses and contents stay below.

    Attributes:
        least: For each of ``COUNTED`` the count above which a like is held; one that is missing
            holds nothing.
    """

    least: Mapping[str, float]


class Counters:
    """The counters of one service, in ``5 * 16 * cells`` bytes for each of the four.

    Args:
        cells: Cells in a row; a power of two.
        key: 16 secret bytes.
    """

    def __init__(self, cells: int, key: bytes) -> None:
        self._key = key
        self._cells = cells
        # full, not zeros: all of the memory is taken now, and none later.
        self._counts = {name: np.full((ROWS + 1, cells), 0.0) for name in COUNTED}
        self._last_us = {name: np.full((ROWS + 1, cells), 0, np.int64) for name in COUNTED}

    def add(
        self,
        likes: pa.Table,
        new: npt.NDArray[np.bool_],
        now_us: int,
        thresholds: Thresholds | None,
    ) -> npt.NDArray[np.bool_]:
        """Count likes, and say which are above a threshold.

        What collisions add to a count, at most ``e * total / cells`` but for one key in 50, is
        taken off before it is compared.

        Args:
            likes: Checked rows of likes, shape (n,).
            new: Shape (n,): whether to count it; a repeat is only looked at.
            now_us: µs since 1970; what claims to be later happened now.
            thresholds: None: nothing is above.

        Returns:
            Shape (n,).
        """
        times = np.minimum(likes.column("ts").to_numpy(), now_us)
        above = np.zeros(likes.num_rows, np.bool_)
        for name, column in COUNTED.items():
            counts, last = self._counts[name], self._last_us[name]
            read = add_and_read(self._keys(likes, column), times, new, counts, last, HALF_LIFE_US)
            if thresholds and name in thresholds.least:
                error = math.e * counts[ROWS, 0] / self._cells
                above |= read - error > thresholds.least[name]
        return above

    def _keys(self, likes: pa.Table, column: str) -> npt.NDArray[np.uint64]:
        values = likes.column(column).combine_chunks()
        if column in {"device", "ip"}:
            numbers = values.fill_null(-1).to_numpy(zero_copy_only=False)
            return np.asarray(numbers + 1, np.uint64)  # pseudonyms are keyed hashes; 0: no value
        return keyed_hashes(values, self._key)
