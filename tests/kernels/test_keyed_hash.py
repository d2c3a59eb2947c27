"""SipHash-2-4 against its published vectors."""

from __future__ import annotations

import pyarrow as pa

from zhenzan.kernels.keyed_hash import keyed_hashes

KEY = bytes(range(16))
VECTORS = {
    0: 0x726FDB47DD0E0E31,
    1: 0x74F839C593DC67FD,
    7: 0xAB0200F58B01D137,
    8: 0x93F5F5799A932462,
    15: 0xA129CA6149BE45E5,
    63: 0x958A324CEB064572,
}
"""Length of 00 01 02 … → hash: appendix A of the paper, and the authors' vectors.h."""


def test_the_published_vectors() -> None:
    texts = pa.array([bytes(range(n)).decode() for n in VECTORS], pa.string())
    assert keyed_hashes(texts, KEY).tolist() == list(VECTORS.values())


def test_nulls_slices_and_nothing() -> None:
    texts = pa.array(["a", None, "真赞", "a"])
    hashes = keyed_hashes(texts, KEY)
    assert hashes[1] == 0
    assert hashes[0] == hashes[3] != hashes[2]
    assert keyed_hashes(texts.slice(2), KEY).tolist() == hashes[2:].tolist()
    assert keyed_hashes(texts.slice(0, 0), KEY).tolist() == []
    assert keyed_hashes(texts, KEY[::-1])[0] != hashes[0]
