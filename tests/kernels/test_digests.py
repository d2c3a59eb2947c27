"""The digests of many texts are hashlib's of each."""

from __future__ import annotations

import hashlib
import random

import numpy as np
import pyarrow as pa
import pytest

from zhenzan.kernels.digests import KeyedBlake2b, md5_of_bytes
from zhenzan.kernels.texts import bytes_of

WORDS = [random.Random(size).randbytes(size) for size in range(1, 300)]
"""Of every size around the ends of blocks."""


@pytest.mark.parametrize("key", [b"k", bytes(range(32)), bytes(64)], ids=len)
@pytest.mark.parametrize("person", [b"", b"device", bytes(16)], ids=len)
def test_blake2b(key: bytes, person: bytes) -> None:
    def digest(word: bytes) -> int:
        found = hashlib.blake2b(word, digest_size=8, key=key, person=person).digest()
        return int.from_bytes(found, "little")

    found = KeyedBlake2b(key, person).digests(pa.array(WORDS, pa.binary()))
    assert found.tolist() == list(map(digest, WORDS))


@pytest.mark.parametrize(("key", "person"), [(b"", b""), (bytes(65), b""), (b"k", bytes(17))])
def test_a_key_or_person_that_blake2b_does_not_take(key: bytes, person: bytes) -> None:
    with pytest.raises(ValueError, match="bytes"):
        KeyedBlake2b(key, person)


def test_md5() -> None:
    found = md5_of_bytes(*bytes_of(pa.array([b"", *WORDS], pa.binary())))
    expected = [hashlib.md5(word, usedforsecurity=False).digest() for word in [b"", *WORDS]]
    assert found.astype("<u8").tobytes() == b"".join(expected)


@pytest.mark.parametrize("texts", [["真赞", "", None, "d1"], ["a"], []])
def test_parts_of_arrays(texts: list[str | None]) -> None:
    array = pa.array(["before", *texts, "after"], pa.string())
    part = array.slice(1, len(texts))
    hashed = KeyedBlake2b(b"k", b"")
    where = np.array([bool(text) for text in texts], bool)
    assert (hashed.digests(part) == hashed.digests(array)[1:-1])[where].all()
    assert (md5_of_bytes(*bytes_of(part)) == md5_of_bytes(*bytes_of(array))[1:-1]).all()
