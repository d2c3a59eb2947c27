"""Rows as texts: their numbers, flags, lengths of texts and texts, with a blank between each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from zhenzan.kernels.texts import bytes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pyarrow as pa

    Bytes = npt.NDArray[np.uint8]
    Ints = npt.NDArray[np.int64]
    Starts = npt.NDArray[np.int32]
    Flags = npt.NDArray[np.bool_]

_BLANK, _ZERO = ord(" "), ord("0")
_FLAG_TEXTS = np.frombuffer(b"falsetrue", np.uint8)


def row_texts(
    numbers: Sequence[pa.Array], flags: Sequence[Flags], texts: Sequence[pa.Array]
) -> tuple[Bytes, Ints]:
    """One text a row: numbers, ``true`` or ``false``, the lengths of its texts, and the texts.

    A blank stands between each two of these parts, null is empty.

    Args:
        numbers: One or more, each shape (n,), whole numbers from 0 on.
        flags: One or more, each shape (n,).
        texts: One or more, each shape (n,).

    Returns:
        The bytes of all texts one after the other; and shape (n + 1,), each one's beginning and
        the end of the last.
    """
    parts = [bytes_of(text) for text in texts]
    for part in parts:
        # All of one type for the kernel: some lie in Arrow's memory, which cannot be written.
        part[0].flags.writeable = part[1].flags.writeable = False
    of_numbers = np.stack([number.fill_null(0).to_numpy() for number in numbers])
    numbered = np.stack([_valid(number) for number in numbers])
    given = np.stack([_valid(text) for text in texts])
    data, starts = tuple(part[0] for part in parts), tuple(part[1] for part in parts)
    begins = _begins(of_numbers, numbered, np.stack(flags), starts, given)
    return _written(begins, of_numbers, numbered, np.stack(flags), data, starts, given), begins


def _valid(values: pa.Array) -> Flags:
    valid: Flags = values.is_valid().to_numpy(zero_copy_only=False)
    return valid


@njit(cache=True, nogil=True)
def _begins(
    numbers: Ints, numbered: Flags, flags: Flags, starts: tuple[Starts, ...], given: Flags
) -> Ints:
    begins = np.zeros(numbers.shape[1] + 1, np.int64)
    blanks = len(numbers) + len(flags) + 2 * len(starts) - 1
    for row in range(numbers.shape[1]):
        size = blanks
        for k in range(len(numbers)):
            if numbered[k, row]:
                size += _digits(numbers[k, row])
        for k in range(len(flags)):
            size += 4 if flags[k, row] else 5
        for k in range(len(starts)):
            if given[k, row]:
                length = np.int64(starts[k][row + 1] - starts[k][row])
                size += _digits(length) + length
        begins[row + 1] = begins[row] + size
    return begins


@njit(cache=True, nogil=True)
def _written(
    begins: Ints,
    numbers: Ints,
    numbered: Flags,
    flags: Flags,
    data: tuple[Bytes, ...],
    starts: tuple[Starts, ...],
    given: Flags,
) -> Bytes:
    # A blank more for the last text of all, whose own is cut off.
    out = np.empty(begins[-1] + 1, np.uint8)
    for row in range(numbers.shape[1]):
        at = begins[row]
        for k in range(len(numbers)):
            if numbered[k, row]:
                at = _put_number(out, at, numbers[k, row])
            at = _put_blank(out, at)
        for k in range(len(flags)):
            at = _put_flag(out, at, flags[k, row])
        for k in range(len(data)):
            if given[k, row]:
                at = _put_number(out, at, np.int64(starts[k][row + 1] - starts[k][row]))
            at = _put_blank(out, at)
        for k in range(len(data)):
            if given[k, row]:
                at = _put_bytes(out, at, data[k][starts[k][row] : starts[k][row + 1]])
            # After the last text the next row's begins, which is written later.
            at = _put_blank(out, at)
    return out[:-1]


@njit(cache=True, nogil=True)
def _put_bytes(out: Bytes, at: int, text: Bytes) -> int:
    for byte in text:
        out[at] = byte
        at += 1
    return at


@njit(cache=True, nogil=True)
def _digits(number: np.int64) -> int:
    digits, limit = 1, np.int64(10)
    while digits < 19 and number >= limit:
        digits += 1
        limit *= 10
    return digits


@njit(cache=True, nogil=True)
def _put_number(out: Bytes, at: int, number: np.int64) -> int:
    after: int = at + _digits(number)
    left = np.uint64(number)
    for place in range(after - 1, at - 1, -1):
        out[place] = np.uint8(_ZERO + left % np.uint64(10))
        left //= np.uint64(10)
    return after


@njit(cache=True, nogil=True)
def _put_flag(out: Bytes, at: int, flag: np.bool_) -> int:
    for place in range(5 if flag else 0, 9 if flag else 5):
        out[at] = _FLAG_TEXTS[place]
        at += 1
    out[at] = _BLANK
    return at + 1


@njit(cache=True, nogil=True)
def _put_blank(out: Bytes, at: int) -> int:
    out[at] = _BLANK
    return at + 1
