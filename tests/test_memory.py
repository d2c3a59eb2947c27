"""What memory a process holds, and that what was freed goes back to the system."""

from __future__ import annotations

import os
import sys

import numpy as np
import pyarrow as pa
import pytest

from zhenzan.memory import peak_bytes, release_unused, resident_bytes

MEGABYTE = 10**6

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")


def test_what_is_held_is_seen() -> None:
    before = resident_bytes()
    held = np.ones(100 * MEGABYTE, np.uint8)
    assert resident_bytes() - before > 90 * MEGABYTE
    assert peak_bytes() >= resident_bytes() - MEGABYTE
    assert resident_bytes(os.getpid()) > len(held)


def test_a_process_that_is_not_there_holds_nothing() -> None:
    assert resident_bytes(2**22 + 1) == 0


def test_what_was_freed_is_given_back() -> None:
    before = resident_bytes()
    pieces = [pa.array(np.ones(10_000)).cast(pa.int64()) for _ in range(2_000)]
    assert resident_bytes() - before > 100 * MEGABYTE
    del pieces
    release_unused()
    assert resident_bytes() - before < 60 * MEGABYTE
