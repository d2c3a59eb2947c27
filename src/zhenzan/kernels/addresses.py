"""IPv4 addresses of many texts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from zhenzan.kernels.texts import bytes_of

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa


def ipv4_addresses(texts: pa.Array) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """The four bytes of each address that is written as ``inet_pton`` reads it.

    Args:
        texts: Shape (n,), text or bytes; null is none.

    Returns:
        Shape (n, 4), zeros where there is none; and shape (n,): whether there is one.
    """
    addresses, found = _read_all(*bytes_of(texts))
    return addresses, found


@njit(cache=True, nogil=True)
def _read_all(
    data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    count = len(starts) - 1
    addresses = np.zeros((count, 4), np.uint8)
    found = np.zeros(count, np.bool_)
    for i in range(count):
        found[i] = _read(data[starts[i] : starts[i + 1]], addresses[i])
        if not found[i]:
            addresses[i] = 0
    return addresses, found


@njit(cache=True, nogil=True)
def _read(text: npt.NDArray[np.uint8], address: npt.NDArray[np.uint8]) -> bool:
    """Four numbers up to 255 between dots, none of them with a zero before it."""
    part, number, digits = 0, 0, 0
    for letter in text:
        if letter == 46:  # a dot
            if not digits or part == 3:
                return False
            address[part] = number
            part, number, digits = part + 1, 0, 0
            continue
        if not 48 <= letter <= 57 or (digits and not number):
            return False
        number = 10 * number + (letter - 48)
        digits += 1
        if number > 255:
            return False
    address[3] = number
    return part == 3 and digits > 0
