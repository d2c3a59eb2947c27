"""Many JSON objects without anything inside as columns of text, where they are plainly written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

_MOST_DIGITS = 18
"""Longer whole numbers may not fit in 64 bits."""
_LEFT_TO_OTHERS = -1
_TAB, _NEWLINE, _RETURN, _SPACE = 9, 10, 13, 32
_QUOTE, _COMMA, _MINUS, _DOT, _ZERO, _NINE, _COLON = 34, 44, 45, 46, 48, 57, 58
_OPEN_LIST, _BACKSLASH, _CLOSE_LIST, _OPEN, _CLOSE = 91, 92, 93, 123, 125
_L, _N, _U = 108, 110, 117
_BLANK = np.isin(np.arange(256), (_TAB, _NEWLINE, _RETURN, _SPACE))
_INSIDE_TEXT = (np.arange(256) >= _SPACE) & ~np.isin(np.arange(256), (_QUOTE, _BACKSLASH))


def read_flat(
    body: bytes, names: Sequence[str], most_rows: int, *, lines: bool
) -> tuple[list[pa.Array], npt.NDArray[np.bool_]] | None:
    """The values of flat objects, as the texts they were written as.

    Args:
        body: A JSON array of objects, or an object on each line.
        names: The names to look for, in ASCII; others are passed over.
        most_rows: The most objects.
        lines: Which of the two it is.

    Returns:
        For each name its column, shape (rows,), text, null where there is none; and shape
        (names,): whether any object has that name. None where something is not written plainly:
        text with a backslash, numbers with an exponent or more than 18 digits, true and false, a
        name twice in an object, lists and objects inside, and all that is no JSON. Nothing is said
        against such a body: it has to be read in another way.
    """
    if not body.isascii():
        try:
            body.decode()
        except UnicodeDecodeError:
            return None
    # What is no byte of JSON ends every loop, so that none has to look for the end.
    data = np.frombuffer(body + b"\0", np.uint8)
    rows = int(np.count_nonzero(data == _OPEN))
    if not 0 < rows <= most_rows:
        return None
    words = np.frombuffer("".join(names).encode("ascii"), np.uint8)
    ends = np.cumsum([len(name) for name in names]).astype(np.int32)
    spans = np.full((len(names), rows, 2), -1, np.int32)
    found = np.zeros(len(names), np.bool_)
    count = _spans(data, words, ends, np.bool_(lines), spans, found)
    if count <= 0:
        return None
    return [_column(data, span[:count]) for span in spans], found


def _column(data: npt.NDArray[np.uint8], spans: npt.NDArray[np.int32]) -> pa.Array:
    starts = np.zeros(len(spans) + 1, np.int32)
    np.cumsum(spans[:, 1] - spans[:, 0], out=starts[1:])
    valid = spans[:, 0] >= 0
    texts = np.empty(starts[-1], np.uint8)
    _gather(data, spans, texts)
    bits = None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
    buffers = [bits, pa.py_buffer(starts), pa.py_buffer(texts)]
    return pa.Array.from_buffers(pa.string(), len(spans), buffers)


@njit(cache=True, nogil=True)
def _gather(
    data: npt.NDArray[np.uint8], spans: npt.NDArray[np.int32], texts: npt.NDArray[np.uint8]
) -> None:
    to = 0
    for row in range(len(spans)):
        for at in range(spans[row, 0], spans[row, 1]):
            texts[to] = data[at]
            to += 1


@njit(cache=True, nogil=True)
def _past_blanks(data: npt.NDArray[np.uint8], at: int, newlines: np.bool_) -> int:
    while _BLANK[data[at]] and (newlines or data[at] != _NEWLINE):
        at += 1
    return at


@njit(cache=True, nogil=True)
def _end_of_text(data: npt.NDArray[np.uint8], at: int) -> int:
    """Where the quote is that ends a text; -1 if it is not plain."""
    while _INSIDE_TEXT[data[at]]:
        at += 1
    return at if data[at] == _QUOTE else _LEFT_TO_OTHERS


@njit(cache=True, nogil=True)
def _past_digits(data: npt.NDArray[np.uint8], at: int) -> int:
    while _ZERO <= data[at] <= _NINE:
        at += 1
    return at


@njit(cache=True, nogil=True)
def _end_of_number(data: npt.NDArray[np.uint8], start: int) -> int:
    """Where a number ends; -1 if it is not plain. What comes after it is not looked at."""
    first = start + 1 if data[start] == _MINUS else start
    at = _past_digits(data, first)
    digits = at - first
    if not 0 < digits <= _MOST_DIGITS or (data[first] == _ZERO and digits > 1):
        return _LEFT_TO_OTHERS
    if data[at] == _DOT:
        end = _past_digits(data, at + 1)
        return end if end > at + 1 else _LEFT_TO_OTHERS
    return _LEFT_TO_OTHERS if first > start and data[first] == _ZERO else at


@njit(cache=True, nogil=True)
def _name_at(
    data: npt.NDArray[np.uint8],
    start: int,
    end: int,
    words: npt.NDArray[np.uint8],
    ends: npt.NDArray[np.int32],
    guess: int,
) -> int:
    """Which of the names stands there; their number if it is none. The guess is tried first."""
    for turn in range(-1, len(ends)):
        name = guess if turn < 0 else turn
        if name >= len(ends):
            continue
        first = ends[name - 1] if name else 0
        if ends[name] - first != end - start:
            continue
        same = True
        for place in range(end - start):
            if words[first + place] != data[start + place]:
                same = False
                break
        if same:
            return name
    return len(ends)


@njit(cache=True, nogil=True)
def _value(data: npt.NDArray[np.uint8], at: int) -> tuple[int, int, int]:
    """Where a value begins and ends (-1 for null), and where what comes after it does (or -1)."""
    if data[at] == _QUOTE:
        end = _end_of_text(data, at + 1)
        return at + 1, end, end + 1 if end >= 0 else _LEFT_TO_OTHERS
    if data[at] == _N:
        # One by one, so that a body that ends here is not read beyond its end.
        null = data[at + 1] == _U and data[at + 2] == _L and data[at + 3] == _L
        return -1, -1, at + 4 if null else _LEFT_TO_OTHERS
    end = _end_of_number(data, at)
    return at, end, end


@njit(cache=True, nogil=True)
def _name_and_value(data: npt.NDArray[np.uint8], at: int, newlines: np.bool_) -> tuple[int, int]:
    """Where the name ends whose quote stands there, and where its value begins; or -1."""
    end = _end_of_text(data, at + 1)
    if end < 0:
        return _LEFT_TO_OTHERS, _LEFT_TO_OTHERS
    at = _past_blanks(data, end + 1, newlines)
    if data[at] != _COLON:
        return _LEFT_TO_OTHERS, _LEFT_TO_OTHERS
    return end, _past_blanks(data, at + 1, newlines)


@njit(cache=True, nogil=True)
def _object(
    data: npt.NDArray[np.uint8],
    at: int,
    words: npt.NDArray[np.uint8],
    ends: npt.NDArray[np.int32],
    newlines: np.bool_,
    spans: npt.NDArray[np.int32],
    found: npt.NDArray[np.bool_],
    guesses: npt.NDArray[np.int64],
    row: int,
) -> int:
    """Read one object after its brace; gives what comes after it, or -1."""
    seen = 0
    place = 0
    at = _past_blanks(data, at, newlines)
    if data[at] == _CLOSE:
        return at + 1
    while data[at] == _QUOTE:
        end_of_name, value = _name_and_value(data, at, newlines)
        if end_of_name < 0:
            return _LEFT_TO_OTHERS
        # Objects of one program have their names in one order.
        place = min(place, len(guesses) - 1)
        name = _name_at(data, at + 1, end_of_name, words, ends, guesses[place])
        guesses[place] = name
        place += 1
        start, end, after = _value(data, value)
        if after < 0 or seen >> name & 1:
            return _LEFT_TO_OTHERS
        if name < len(ends):
            seen |= 1 << name
            found[name] = True
            spans[name, row, 0], spans[name, row, 1] = start, end
        at = _past_blanks(data, after, newlines)
        if data[at] != _COMMA:
            return at + 1 if data[at] == _CLOSE else _LEFT_TO_OTHERS
        at = _past_blanks(data, at + 1, newlines)
    return _LEFT_TO_OTHERS


@njit(cache=True, nogil=True)
def _next_object(data: npt.NDArray[np.uint8], at: int, lines: np.bool_) -> int:
    """Where the object after this one begins; where the body ends if this was the last; or -1."""
    end = len(data) - 1
    if lines:
        at = _past_blanks(data, at, np.False_)
        ended = at == end or data[at] == _NEWLINE
        return _past_blanks(data, at, np.True_) if ended else _LEFT_TO_OTHERS
    at = _past_blanks(data, at, np.True_)
    if data[at] == _COMMA:
        at = _past_blanks(data, at + 1, np.True_)
        return at if data[at] == _OPEN else _LEFT_TO_OTHERS
    closed = data[at] == _CLOSE_LIST and _past_blanks(data, at + 1, np.True_) == end
    return end if closed else _LEFT_TO_OTHERS


@njit(cache=True, nogil=True)
def _spans(
    data: npt.NDArray[np.uint8],
    words: npt.NDArray[np.uint8],
    ends: npt.NDArray[np.int32],
    lines: np.bool_,
    spans: npt.NDArray[np.int32],
    found: npt.NDArray[np.bool_],
) -> int:
    """Find where each value stands; gives the number of objects, or -1."""
    guesses = np.arange(len(ends) + 1)
    row = 0
    at = _past_blanks(data, 0, np.True_)
    if not lines:
        if data[at] != _OPEN_LIST:
            return _LEFT_TO_OTHERS
        at = _past_blanks(data, at + 1, np.True_)
    while data[at] == _OPEN:
        at = _object(data, at + 1, words, ends, not lines, spans, found, guesses, row)
        if at >= 0:
            at = _next_object(data, at, lines)
        if at < 0:
            return _LEFT_TO_OTHERS
        row += 1
    return row if at == len(data) - 1 else _LEFT_TO_OTHERS
