"""Which events came lately, in fixed memory, so that a repeat is noticed at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.kernels.keyed_hash import keyed_hashes
from zhenzan.kernels.remembered import remember

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

_MIX = np.uint64(0x9E3779B97F4A7C15)


class RecentEvents:
    """Remembers at least the newest ``size`` events and at most twice as many.

    Two tables take turns: when the newer one is half full the older one is emptied and becomes the
    newer. A repeat that is older still is noticed by the next scan. Two different identifiers pass
    for one with probability ``2 * size / 2**64`` each, and nobody can choose them so: the hash is
    keyed.

    Args:
        size: Events to remember; a power of two. Takes 64 bytes each.
        key: 16 secret bytes.
    """

    def __init__(self, size: int, key: bytes) -> None:
        self._size = size
        self._key = key
        # full, not zeros: all of the memory is taken now, and none later.
        self._tables = [np.full((2, 2 * size), 0, np.uint64) for _ in range(2)]
        self._filled = 0

    def meet(self, rows: pa.Table) -> npt.NDArray[np.int8]:
        """Look events up and remember the new ones.

        Args:
            rows: Checked rows of events; those that could not be read are never repeats.

        Returns:
            Shape (rows,): ``NEW``, ``SAME`` (the same event once more) or ``OTHER`` (the same
            identifier with another content).
        """
        keys, contents = self._keys(rows)
        found = np.empty(len(keys), np.int8)
        for start in range(0, len(keys), self._size):
            part = slice(start, start + self._size)
            if self._filled + len(keys[part]) > self._size:
                self._tables.reverse()
                self._tables[1][:] = 0
                self._filled = 0
            older, newer = self._tables
            found[part] = remember(keys[part], contents[part], *older, *newer)
            self._filled += int((found[part] == 0).sum())
        return found

    def clear(self) -> None:
        """Forget all; the next scan still notices repeats."""
        for table in self._tables:
            table[:] = 0
        self._filled = 0

    def _keys(self, rows: pa.Table) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        keys = keyed_hashes(_one(rows, "event_id"), self._key)
        origin = np.zeros(len(keys), np.uint64)
        for name in ("device", "ip", "session"):
            numbers = _one(rows, name).fill_null(-1).to_numpy(zero_copy_only=False)
            origin = (origin ^ numbers.view(np.uint64)) * _MIX
        # An identifier that was made from the content does not know the origin, and events that
        # differ in it are different ones.
        made = _one(rows, "made").to_numpy(zero_copy_only=False)
        keys = np.where(made, (keys ^ origin) | np.uint64(1), keys)
        unread = _one(rows, "reason").is_valid().to_numpy(zero_copy_only=False)
        keys[unread] = 0
        prints = _one(rows, "fingerprint").to_numpy(zero_copy_only=False)
        return keys, prints.astype(np.uint64) ^ origin


def _one(rows: pa.Table, name: str) -> pa.Array:
    return rows.column(name).combine_chunks()
