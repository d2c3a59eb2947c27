"""SipHash-2-4 over text columns: 64-bit numbers that nobody without the key can make collide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numba import njit

from zhenzan.kernels.texts import bytes_of

if TYPE_CHECKING:
    import numpy.typing as npt

KEY_BYTES = 16


def keyed_hashes(values: pa.Array, key: bytes) -> npt.NDArray[np.uint64]:
    """The hash of each text (Aumasson and Bernstein 2012); 0 for null.

    Args:
        values: Shape (n,), text.
        key: 16 bytes.

    Returns:
        Shape (n,); never 0 for a text.
    """
    low, high = np.frombuffer(key, "<u8")
    data, starts = bytes_of(values.cast(pa.string()))
    hashes: npt.NDArray[np.uint64] = _hash_all(data, starts, low, high)
    if values.null_count:
        hashes[values.is_null().to_numpy(zero_copy_only=False)] = 0
    return hashes


@njit(cache=True, nogil=True)
def _rotated(value: np.uint64, bits: int) -> np.uint64:
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@njit(cache=True, nogil=True)
def _round(
    a: np.uint64, b: np.uint64, c: np.uint64, d: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    a += b
    b = _rotated(b, 13) ^ a
    a = _rotated(a, 32)
    c += d
    d = _rotated(d, 16) ^ c
    a += d
    d = _rotated(d, 21) ^ a
    c += b
    b = _rotated(b, 17) ^ c
    c = _rotated(c, 32)
    return a, b, c, d


@njit(cache=True, nogil=True)
def _hash_all(
    data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int32], low: np.uint64, high: np.uint64
) -> npt.NDArray[np.uint64]:
    count = len(offsets) - 1
    hashes = np.empty(count, np.uint64)
    for i in range(count):
        start, end = offsets[i], offsets[i + 1]
        a = low ^ np.uint64(0x736F6D6570736575)
        b = high ^ np.uint64(0x646F72616E646F6D)
        c = low ^ np.uint64(0x6C7967656E657261)
        d = high ^ np.uint64(0x7465646279746573)
        word = np.uint64(0)
        for at in range(start, end):
            place = (at - start) & 7
            word |= np.uint64(data[at]) << np.uint64(8 * place)
            if place == 7:
                d ^= word
                a, b, c, d = _round(a, b, c, d)
                a, b, c, d = _round(a, b, c, d)
                a ^= word
                word = np.uint64(0)
        word |= np.uint64((end - start) & 255) << np.uint64(56)
        d ^= word
        a, b, c, d = _round(a, b, c, d)
        a, b, c, d = _round(a, b, c, d)
        a ^= word
        c ^= np.uint64(0xFF)
        for _ in range(4):
            a, b, c, d = _round(a, b, c, d)
        found = a ^ b ^ c ^ d
        hashes[i] = found if found else np.uint64(1)
    return hashes
