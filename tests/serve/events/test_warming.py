"""Warming runs through what an event does, and leaves nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.ingest import Admission
from zhenzan.kernels import decaying_counts, digests, flat_json, keyed_hash, remembered
from zhenzan.serve.events.warming import warm

if TYPE_CHECKING:
    from pathlib import Path


def test_all_kernels_are_compiled(tmp_path: Path) -> None:
    admission = Admission(tmp_path, 500_000_000)
    warm(admission)
    admission.close()
    kernels = (
        flat_json._spans,
        flat_json._gather,
        digests._blake2b_all,
        digests._md5_all,
        keyed_hash._hash_all,
        remembered.remember,
        decaying_counts.add_and_read,
    )
    assert all(kernel.signatures for kernel in kernels)


def test_nothing_is_left(tmp_path: Path) -> None:
    admission = Admission(tmp_path, 500_000_000)
    warm(admission)
    assert not list(tmp_path.rglob("*.*"))
    admission.close()
