"""BLAKE2b and MD5 of many short texts at once, as hashlib gives them of each.

Why not hashlib: it takes one text at a time, each as an object of Python, and holds the
interpreter's lock for texts of less than 2 kB. A million texts take, CPU seconds here and there:
BLAKE2b of 16 bytes 0.14 and 0.44 (a keyed state copied each time), MD5 of 77 bytes 0.26 and 0.57.
And these loops let other threads run, which a service that answers meanwhile needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from zhenzan.kernels.texts import bytes_of

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    Words = npt.NDArray[np.uint32]

BLAKE2B_BLOCK_BYTES = 128
MD5_AT_ONCE = 64
"""Of one text each step of MD5 waits for the one before it; of many texts, processors do the same
step of several at once."""
_KEY_BYTES = 64
_PERSON_BYTES = 16
_IV = np.array(
    [
        0x6A09E667F3BCC908,
        0xBB67AE8584CAA73B,
        0x3C6EF372FE94F82B,
        0xA54FF53A5F1D36F1,
        0x510E527FADE682D1,
        0x9B05688C2B3E6C1F,
        0x1F83D9ABFB41BD6B,
        0x5BE0CD19137E2179,
    ],
    np.uint64,
)
_SIGMA = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    ],
    np.uint8,
)
_MD5_SINES = np.array([int(abs(np.sin(i + 1)) * 2**32) for i in range(64)], np.uint32)
_MD5_TURNS = np.array(
    [[7, 12, 17, 22] * 4, [5, 9, 14, 20] * 4, [4, 11, 16, 23] * 4, [6, 10, 15, 21] * 4], np.uint32
).reshape(64)


class KeyedBlake2b:
    """BLAKE2b (RFC 7693) with a key and a digest of 8 bytes.

    Args:
        key: 1 to 64 bytes.
        person: Up to 16 bytes that tell this use of the key from others.
    """

    def __init__(self, key: bytes, person: bytes) -> None:
        if not 1 <= len(key) <= _KEY_BYTES or len(person) > _PERSON_BYTES:
            raise ValueError("the key has 1 to 64 bytes, the person up to 16")
        settings = bytes([8, len(key), 1, 1]) + bytes(44) + person.ljust(_PERSON_BYTES, b"\0")
        state = _IV ^ np.frombuffer(settings, "<u8")
        block = np.frombuffer(key.ljust(BLAKE2B_BLOCK_BYTES, b"\0"), "<u8").astype(np.uint64)
        # The key is a block before every text: it is compressed once.
        _compress(state, block, np.uint64(BLAKE2B_BLOCK_BYTES), np.uint64(0))
        self._keyed = state

    def digests(self, texts: pa.Array) -> npt.NDArray[np.uint64]:
        """The digest of each text, its first byte the lowest.

        Args:
            texts: Shape (n,), text or bytes of any length but 0.

        Returns:
            Shape (n,); of a null or an empty text, anything.
        """
        digests: npt.NDArray[np.uint64] = _blake2b_all(*bytes_of(texts), self._keyed)
        return digests


def md5_of_bytes(
    data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int32] | npt.NDArray[np.int64]
) -> npt.NDArray[np.uint64]:
    """The MD5 (RFC 1321) of each of many texts: a short name for what it says, and no secret.

    Args:
        data: Their bytes, one text after the other.
        starts: Shape (n + 1,): each text's beginning, and the end of the last.

    Returns:
        Shape (n, 2): its first and its last 8 bytes, of each the first byte the lowest.
    """
    digests: npt.NDArray[np.uint64] = _md5_all(data, starts)
    return digests


@njit(cache=True, nogil=True, inline="always")
def _mixed(
    a: np.uint64, b: np.uint64, c: np.uint64, d: np.uint64, x: np.uint64, y: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    a = a + b + x
    d ^= a
    d = (d >> np.uint64(32)) | (d << np.uint64(32))
    c = c + d
    b ^= c
    b = (b >> np.uint64(24)) | (b << np.uint64(40))
    a = a + b + y
    d ^= a
    d = (d >> np.uint64(16)) | (d << np.uint64(48))
    c = c + d
    b ^= c
    b = (b >> np.uint64(63)) | (b << np.uint64(1))
    return a, b, c, d


@njit(cache=True, nogil=True)
def _compress(
    h: npt.NDArray[np.uint64], m: npt.NDArray[np.uint64], so_far: np.uint64, last: np.uint64
) -> None:
    """RFC 7693, 3.2: one block of 16 words into the state; ``last`` is all ones for the last."""
    v0, v1, v2, v3, v4, v5, v6, v7 = h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]
    v8, v9, v10, v11 = _IV[0], _IV[1], _IV[2], _IV[3]
    v12, v13, v14, v15 = _IV[4] ^ so_far, _IV[5], _IV[6] ^ last, _IV[7]
    for turn in range(12):
        s = _SIGMA[turn]
        v0, v4, v8, v12 = _mixed(v0, v4, v8, v12, m[s[0]], m[s[1]])
        v1, v5, v9, v13 = _mixed(v1, v5, v9, v13, m[s[2]], m[s[3]])
        v2, v6, v10, v14 = _mixed(v2, v6, v10, v14, m[s[4]], m[s[5]])
        v3, v7, v11, v15 = _mixed(v3, v7, v11, v15, m[s[6]], m[s[7]])
        v0, v5, v10, v15 = _mixed(v0, v5, v10, v15, m[s[8]], m[s[9]])
        v1, v6, v11, v12 = _mixed(v1, v6, v11, v12, m[s[10]], m[s[11]])
        v2, v7, v8, v13 = _mixed(v2, v7, v8, v13, m[s[12]], m[s[13]])
        v3, v4, v9, v14 = _mixed(v3, v4, v9, v14, m[s[14]], m[s[15]])
    h[0] ^= v0 ^ v8
    h[1] ^= v1 ^ v9
    h[2] ^= v2 ^ v10
    h[3] ^= v3 ^ v11
    h[4] ^= v4 ^ v12
    h[5] ^= v5 ^ v13
    h[6] ^= v6 ^ v14
    h[7] ^= v7 ^ v15


@njit(cache=True, nogil=True)
def _blake2b_all(
    data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int32], keyed: npt.NDArray[np.uint64]
) -> npt.NDArray[np.uint64]:
    count = len(starts) - 1
    digests = np.empty(count, np.uint64)
    h = np.empty(8, np.uint64)
    m = np.empty(16, np.uint64)
    for i in range(count):
        h[:] = keyed
        at, end = starts[i], starts[i + 1]
        # The key's block counts too.
        so_far = np.uint64(BLAKE2B_BLOCK_BYTES)
        while at < end:
            size = min(end - at, BLAKE2B_BLOCK_BYTES)
            m[:] = np.uint64(0)
            for place in range(size):
                m[place >> 3] |= np.uint64(data[at + place]) << np.uint64(8 * (place & 7))
            at += size
            so_far += np.uint64(size)
            last = np.uint64(0xFFFFFFFFFFFFFFFF) if at == end else np.uint64(0)
            _compress(h, m, so_far, last)
        digests[i] = h[0]
    return digests


@njit(cache=True, nogil=True)
def _md5_block(a: Words, b: Words, c: Words, d: Words, words: npt.NDArray[np.uint32]) -> None:
    """RFC 1321, 3.4: of each text one block of 16 words into its state, all texts at once."""
    for step in range(64):
        # Of the four words the one that is named a changes, then all move on by one name.
        if step < 16:
            _first_round(a, b, c, d, words[step], step)
        elif step < 32:
            _second_round(a, b, c, d, words[(5 * step + 1) & 15], step)
        elif step < 48:
            _third_round(a, b, c, d, words[(3 * step + 5) & 15], step)
        else:
            _fourth_round(a, b, c, d, words[(7 * step) & 15], step)
        a, b, c, d = d, a, b, c


@njit(cache=True, nogil=True, inline="always")
def _turned(total: np.uint32, turns: np.uint32) -> np.uint32:
    return np.uint32(total << turns) | np.uint32(total >> (np.uint32(32) - turns))


@njit(cache=True, nogil=True)
def _first_round(a: Words, b: Words, c: Words, d: Words, word: Words, step: int) -> None:
    sine, turns = _MD5_SINES[step], _MD5_TURNS[step]
    for i in range(MD5_AT_ONCE):
        total = np.uint32(a[i] + (d[i] ^ (b[i] & (c[i] ^ d[i]))) + sine + word[i])
        a[i] = b[i] + _turned(total, turns)


@njit(cache=True, nogil=True)
def _second_round(a: Words, b: Words, c: Words, d: Words, word: Words, step: int) -> None:
    sine, turns = _MD5_SINES[step], _MD5_TURNS[step]
    for i in range(MD5_AT_ONCE):
        total = np.uint32(a[i] + (c[i] ^ (d[i] & (b[i] ^ c[i]))) + sine + word[i])
        a[i] = b[i] + _turned(total, turns)


@njit(cache=True, nogil=True)
def _third_round(a: Words, b: Words, c: Words, d: Words, word: Words, step: int) -> None:
    sine, turns = _MD5_SINES[step], _MD5_TURNS[step]
    for i in range(MD5_AT_ONCE):
        total = np.uint32(a[i] + (b[i] ^ c[i] ^ d[i]) + sine + word[i])
        a[i] = b[i] + _turned(total, turns)


@njit(cache=True, nogil=True)
def _fourth_round(a: Words, b: Words, c: Words, d: Words, word: Words, step: int) -> None:
    sine, turns = _MD5_SINES[step], _MD5_TURNS[step]
    for i in range(MD5_AT_ONCE):
        total = np.uint32(a[i] + (c[i] ^ (b[i] | ~d[i])) + sine + word[i])
        a[i] = b[i] + _turned(total, turns)


@njit(cache=True, nogil=True, inline="always")
def _word(data: npt.NDArray[np.uint8], at: np.uint64) -> np.uint32:
    # Unsigned places and no loop: so that it is compiled to one read.
    low = np.uint32(data[at]) | np.uint32(data[at + np.uint64(1)]) << np.uint32(8)
    high = np.uint32(data[at + np.uint64(2)]) | np.uint32(data[at + np.uint64(3)]) << np.uint32(8)
    return low | high << np.uint32(16)


@njit(cache=True, nogil=True)
def _put_block(
    words: npt.NDArray[np.uint32],
    place: int,
    data: npt.NDArray[np.uint8],
    at: int,
    left: int,
    size: int,
) -> None:
    """A block of a text as words: ``left`` bytes from ``at`` on, or what comes after the text."""
    whole = min(max(left, 0) // 4, 16)
    for number in range(whole):
        words[number, place] = _word(data, np.uint64(at + 4 * number))
    if whole == 16:
        return
    # After the text a bit that is set, and in the last 8 bytes its size in bits.
    word = np.uint32(0)
    if left >= 0:
        for byte in range(left - 4 * whole):
            word |= np.uint32(data[at + 4 * whole + byte]) << np.uint32(8 * byte)
        word |= np.uint32(0x80) << np.uint32(8 * (left - 4 * whole))
    words[whole, place] = word
    words[whole + 1 :, place] = np.uint32(0)
    if left < 64 - 8:
        words[14, place] = np.uint32(size << 3)
        words[15, place] = np.uint32(size >> 29)


@njit(cache=True, nogil=True)
def _md5_all(
    data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int32] | npt.NDArray[np.int64]
) -> npt.NDArray[np.uint64]:
    count = len(starts) - 1
    digests = np.empty((count, 2), np.uint64)
    state = np.empty((4, MD5_AT_ONCE), np.uint32)
    mixed = np.empty((4, MD5_AT_ONCE), np.uint32)
    words = np.zeros((16, MD5_AT_ONCE), np.uint32)
    blocks = np.zeros(MD5_AT_ONCE, np.int64)
    for first in range(0, count, MD5_AT_ONCE):
        texts = min(MD5_AT_ONCE, count - first)
        for i in range(texts):
            blocks[i] = (starts[first + i + 1] - starts[first + i] + 8) // 64 + 1
        state[0], state[1] = np.uint32(0x67452301), np.uint32(0xEFCDAB89)
        state[2], state[3] = np.uint32(0x98BADCFE), np.uint32(0x10325476)
        for block in range(blocks[:texts].max()):
            for i in range(texts):
                size = np.int64(starts[first + i + 1]) - starts[first + i]
                done = 64 * block
                _put_block(words, i, data, starts[first + i] + done, size - done, size)
            mixed[:] = state
            _md5_block(mixed[0], mixed[1], mixed[2], mixed[3], words)
            for i in range(texts):
                # Texts that have ended already are mixed on for nothing.
                if block < blocks[i]:
                    for word in range(4):
                        state[word, i] += mixed[word, i]
        for i in range(texts):
            for half in range(2):
                high = np.uint64(state[2 * half + 1, i]) << np.uint64(32)
                digests[first + i, half] = np.uint64(state[2 * half, i]) | high
    return digests
