"""Devices, sessions and addresses become keyed hashes before anything is written to disk."""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhenzan.errors import InputError
from zhenzan.settings import data_folder

if TYPE_CHECKING:
    import numpy.typing as npt

KEY_BYTES = 32
HASH_BYTES = 8
_POSITIVE = 2**63 - 1
_NO_NETWORK = bytes(HASH_BYTES)
_IPV4_BYTES = 4
_IPV4_IN_IPV6 = b"\x00" * 10 + b"\xff\xff"
_MOST_NETWORKS = 100_000
"""Networks remembered at a time; unlike addresses they repeat all the time."""


def read_key(folder: Path | None = None) -> bytes:
    """The key of the pseudonyms: 32 random bytes, made at first use, readable by the user only.

    Args:
        folder: Where it is kept; by default the user's data folder.

    Raises:
        InputError: The key cannot be made or read, or is not 32 bytes.
    """
    path = (folder or data_folder()) / "pseudonym.key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            key = _make_key(path)
    except OSError as error:
        raise InputError(
            f"The pseudonym key {path} cannot be used: {error.strerror}.",
            "Make its folder writable, or set ZHENZAN_HOME to another one.",
        ) from error
    if len(key) != KEY_BYTES:
        raise InputError(
            f"The pseudonym key {path} is damaged: it has {len(key)} bytes, not {KEY_BYTES}.",
            "Restore it from a copy; or delete it, and pseudonyms will no longer match old ones.",
        )
    return key


def _make_key(path: Path) -> bytes:
    # Written aside and linked into place: two first scans at once agree on one whole key.
    key = os.urandom(KEY_BYTES)
    handle, name = tempfile.mkstemp(prefix=".pseudonym-", dir=path.parent)  # Mode 0600.
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(name)
    except FileExistsError:
        return path.read_bytes()
    finally:
        Path(name).unlink()
    return key


def network_address(text: str) -> bytes | None:
    """An address as 4 (IPv4) or 16 (IPv6) bytes; IPv4 inside IPv6 is IPv4; None if it is none."""
    try:
        return socket.inet_pton(socket.AF_INET, text)
    except (OSError, ValueError):
        pass
    try:
        packed = socket.inet_pton(socket.AF_INET6, text)
    except (OSError, ValueError):
        return None
    return packed[12:] if packed.startswith(_IPV4_IN_IPV6) else packed


class Pseudonyms:
    """Turns devices, sessions, addresses and networks into whole numbers that stand for them.

    The number is 63 bits of blake2b with the key, told apart by column: of 100 million values,
    the chance that any two share a number is 1 in 2,000, and nobody without the key can make two
    that do. Each distinct value of a run of rows is hashed once; remembering values from run to
    run would cost more than hashing.

    Args:
        key: 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._hashes = {
            name: hashlib.blake2b(digest_size=HASH_BYTES, key=key, person=name.encode())
            for name in ("device", "ip", "net", "session")
        }
        self._networks: dict[bytes, bytes] = {}

    def devices(self, values: pa.Array) -> pa.Array:
        """The numbers of device ids. Shape (n,) text → (n,) int64; null or empty → null.

        The text may come as a dictionary, as for all these: only what it uses is hashed.
        """
        return self._plain("device", values)

    def sessions(self, values: pa.Array) -> pa.Array:
        """The numbers of session ids. Shape (n,) text → (n,) int64; null or empty → null."""
        return self._plain("session", values)

    def addresses(self, values: pa.Array) -> tuple[pa.Array, pa.Array]:
        """The numbers of addresses, and of their networks (null where the text is no address).

        Text that is no address may be a platform's own hash of one: it is hashed as it is.
        """
        words, empty, indices = _distinct(values)
        canonical: list[bytes] = []
        networks: list[bytes] = []
        for word in words:
            address = network_address(word.decode())
            if address is None:
                canonical.append(b"text" + word)
                networks.append(_NO_NETWORK)
            else:
                canonical.append(address)
                # The /24 of an IPv4 address, the /48 of an IPv6 address.
                prefix = address[:3] if len(address) == _IPV4_BYTES else address[:6]
                networks.append(self._networks.get(prefix) or self._network(prefix))
        numbers = _numbers(_hashed(self._hashes["ip"], canonical))
        unknown = np.array([network is _NO_NETWORK for network in networks], bool)
        nets = pa.array(_numbers(networks), mask=unknown)
        return pa.array(numbers, mask=empty).take(indices), nets.take(indices)

    def _plain(self, name: str, values: pa.Array) -> pa.Array:
        words, empty, indices = _distinct(values)
        return pa.array(_numbers(_hashed(self._hashes[name], words)), mask=empty).take(indices)

    def _network(self, prefix: bytes) -> bytes:
        if len(self._networks) >= _MOST_NETWORKS:
            self._networks.clear()
        found = self._networks[prefix] = _hashed(self._hashes["net"], [prefix])[0]
        return found


def _distinct(values: pa.Array) -> tuple[list[bytes], npt.NDArray[np.bool_], pa.Array]:
    """The distinct values as bytes, which of them are empty, and each row's position among them."""
    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    words, indices = encoded.dictionary.cast(pa.binary()), encoded.indices
    used = np.zeros(len(words), bool)
    used[indices.drop_null().to_numpy()] = True
    if not used.all():
        places = pa.array(np.cumsum(used) - 1)
        words, indices = words.filter(pa.array(used)), places.take(indices)
    empty = pc.equal(pc.binary_length(words), 0).to_numpy(zero_copy_only=False)
    return words.to_pylist(), empty, indices


def _hashed(keyed: hashlib.blake2b, words: list[bytes]) -> list[bytes]:
    digests: list[bytes] = []
    copy, append = keyed.copy, digests.append
    for word in words:
        # A copy has the key in it already, which halves the work.
        digest = copy()
        digest.update(word)
        append(digest.digest())
    return digests


def _numbers(digests: list[bytes]) -> npt.NDArray[np.int64]:
    """63 bits of each digest as a whole number from 0 on."""
    return np.frombuffer(b"".join(digests), "<i8") & _POSITIVE
