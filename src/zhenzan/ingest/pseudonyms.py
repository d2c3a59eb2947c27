"""Devices, sessions and addresses become keyed hashes before anything is written to disk."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhenzan.errors import InputError
from zhenzan.kernels.addresses import ipv4_addresses
from zhenzan.kernels.digests import KeyedBlake2b
from zhenzan.settings import data_folder

if TYPE_CHECKING:
    import numpy.typing as npt

KEY_BYTES = 32
_POSITIVE = 2**63 - 1
_IPV4_BYTES, _IPV4_NETWORK_BYTES, _IPV6_NETWORK_BYTES = 4, 3, 6
_IPV4_IN_IPV6 = b"\x00" * 10 + b"\xff\xff"


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
            name: KeyedBlake2b(key, name.encode()) for name in ("device", "ip", "net", "session")
        }

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
        numbers, networks = np.empty((2, len(words)), np.int64)
        unknown = np.zeros(len(words), bool)
        packed, is_ipv4 = ipv4_addresses(words)
        numbers[is_ipv4] = self._numbers("ip", _fixed(packed[is_ipv4]))
        networks[is_ipv4] = self._numbers("net", _fixed(packed[is_ipv4, :_IPV4_NETWORK_BYTES]))
        others = np.flatnonzero(~is_ipv4)
        if len(others):
            canonical, nets = _others(words.take(pa.array(others)).to_pylist())
            numbers[others] = self._numbers("ip", canonical)
            networks[others] = self._numbers("net", nets)
            unknown[others] = nets.is_null()
        return (
            pa.array(numbers, mask=empty).take(indices),
            pa.array(networks, mask=unknown).take(indices),
        )

    def _plain(self, name: str, values: pa.Array) -> pa.Array:
        words, empty, indices = _distinct(values)
        return pa.array(self._numbers(name, words), mask=empty).take(indices)

    def _numbers(self, name: str, words: pa.Array) -> npt.NDArray[np.int64]:
        """63 bits of each digest as a whole number from 0 on."""
        return self._hashes[name].digests(words).view(np.int64) & _POSITIVE


def _distinct(values: pa.Array) -> tuple[pa.Array, npt.NDArray[np.bool_], pa.Array]:
    """The distinct values as bytes, which of them are empty, and each row's position among them."""
    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    words, indices = encoded.dictionary.cast(pa.binary()), encoded.indices
    # A dictionary that was made here holds nothing that is not used.
    if encoded is values:
        used = np.zeros(len(words), bool)
        used[indices.drop_null().to_numpy()] = True
        if not used.all():
            places = pa.array(np.cumsum(used) - 1)
            words, indices = words.filter(pa.array(used)), places.take(indices)
    empty = pc.equal(pc.binary_length(words), 0).to_numpy(zero_copy_only=False)
    return words, empty, indices


def _fixed(packed: npt.NDArray[np.uint8]) -> pa.Array:
    """Shape (n, bytes of each) → (n,) binary."""
    count, size = packed.shape
    starts = pa.py_buffer(np.arange(0, size * count + 1, size, dtype=np.int32))
    data = pa.py_buffer(np.ascontiguousarray(packed))
    return pa.Array.from_buffers(pa.binary(), count, [None, starts, data])


def _others(words: list[bytes]) -> tuple[pa.Array, pa.Array]:
    """What is hashed of texts that may be addresses, and of their networks; null: of none."""
    canonical: list[bytes] = []
    networks: list[bytes | None] = []
    for word in words:
        address = network_address(word.decode())
        if address is None:
            canonical.append(b"text" + word)
            networks.append(None)
        else:
            canonical.append(address)
            # The /24 of an IPv4 address, the /48 of an IPv6 address.
            is_ipv4 = len(address) == _IPV4_BYTES
            networks.append(address[: _IPV4_NETWORK_BYTES if is_ipv4 else _IPV6_NETWORK_BYTES])
    return pa.array(canonical, pa.binary()), pa.array(networks, pa.binary())
