"""Ed25519 signatures: statements and ledgers that anybody can check (RFC 8032)."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from zhenzan.errors import InputError

KEY_BYTES = 32


class SigningKey:
    """A private key of 32 random bytes, made at first use, readable by its owner only.

    Args:
        path: Its file; the folder is made if need be.

    Raises:
        InputError: The file cannot be made or read, or does not hold a key.
    """

    def __init__(self, path: Path) -> None:
        try:
            raw = _read_or_make(path)
        except OSError as error:
            raise InputError(
                f"The signing key {path} cannot be used: {error.strerror}.",
                "Make its folder writable, or name another one.",
            ) from error
        if len(raw) != KEY_BYTES:
            raise InputError(
                f"The signing key {path} is damaged: it has {len(raw)} bytes, not {KEY_BYTES}.",
                "Restore it from a copy; a new key cannot continue what the old one signed.",
            )
        self._key = Ed25519PrivateKey.from_private_bytes(raw)

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes: what others need to check a signature."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        """The signature of ``message``, 64 bytes."""
        return self._key.sign(message)

    def derive(self, purpose: str) -> bytes:
        """Another secret key, 32 bytes, that is always the same for one purpose (RFC 5869)."""
        raw = self._key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"zhenzan {purpose}".encode()).derive(raw)


def is_signed(message: bytes, signature: bytes, public: bytes) -> bool:
    """Whether the owner of the ``public`` key signed exactly this ``message``."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _read_or_make(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    raw = Ed25519PrivateKey.generate().private_bytes(
        Encoding.Raw, PrivateFormat.Raw, NoEncryption()
    )
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(name, path)  # fails if another process was first, so that all use one key
    except FileExistsError:
        return path.read_bytes()
    finally:
        Path(name).unlink()
    return raw
