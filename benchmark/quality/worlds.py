"""Simulated worlds: what is asked of ``zhenzan simulate``, in the order of the page."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from benchmark.quality.run import ZHENZAN

if TYPE_CHECKING:
    from pathlib import Path

DAYS = 21
KINDS: dict[str, list[str]] = {
    "clumsy sellers": ["--skill", "0"],
    "ordinary sellers": ["--skill", "1"],
    "evasive sellers": ["--skill", "2"],
    "nothing bought": ["--fraud", "0"],
}
NOTHING_BOUGHT = "nothing bought"
CARRIED_FROM = "ordinary sellers"
"""Where nothing is bought no threshold can be best: the one from this world of the same seed."""


def simulate(folder: Path, kind: str, seed: int, accounts: int) -> None:
    """Write one world."""
    size = ["--accounts", str(accounts), "--days", str(DAYS), "--seed", str(seed)]
    command = [ZHENZAN, "simulate", str(folder), *size, *KINDS[kind]]
    subprocess.run(command, check=True, capture_output=True)
