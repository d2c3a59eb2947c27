"""Signatures hold for what was signed, and for nothing else."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.errors import InputError
from zhenzan.signing import SigningKey, is_signed

if TYPE_CHECKING:
    from pathlib import Path


def test_a_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ledger.key"
    first = SigningKey(path)
    assert SigningKey(path).public == first.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


@given(message=st.binary(max_size=200), other=st.binary(max_size=200))
def test_only_the_message_that_was_signed_passes(
    tmp_path_factory: pytest.TempPathFactory, message: bytes, other: bytes
) -> None:
    key = SigningKey(tmp_path_factory.getbasetemp() / "one.key")
    signature = key.sign(message)
    assert is_signed(message, signature, key.public)
    assert is_signed(other, signature, key.public) == (other == message)
    assert not is_signed(message, signature[:-1], key.public)
    stranger = SigningKey(tmp_path_factory.getbasetemp() / "other.key")
    assert not is_signed(message, signature, stranger.public)


def test_a_damaged_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "short.key").write_bytes(b"short")
    with pytest.raises(InputError, match="damaged: it has 5 bytes"):
        SigningKey(tmp_path / "short.key")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="cannot be used"):
        SigningKey(tmp_path / "file" / "one.key")


def test_derived_keys_are_one_for_each_purpose(tmp_path: Path) -> None:
    key = SigningKey(tmp_path / "one.key")
    assert key.derive("links") == SigningKey(tmp_path / "one.key").derive("links")
    assert len({key.derive("links"), key.derive("names"), key.public}) == 3
