"""What a command costs is its own."""

from __future__ import annotations

import sys

import pytest
from benchmark.speed import measure


def test_the_memory_of_the_caller_is_not_the_commands() -> None:
    ours = bytearray(b"x" * 200_000_000)
    assert measure([sys.executable, "-I", "-c", "pass"]).peak_mb < len(ours) / 1e6 / 2
    taken = measure([sys.executable, "-I", "-c", "x = bytearray(b'x' * 200_000_000)"])
    assert taken.peak_mb > 200


def test_a_command_that_fails_or_does_not_end() -> None:
    with pytest.raises(SystemExit, match="status 3"):
        measure([sys.executable, "-I", "-c", "raise SystemExit(3)"])
    with pytest.raises(TimeoutError, match="longer than 1 s"):
        measure([sys.executable, "-I", "-c", "import time; time.sleep(60)"], limit_s=1)
