"""How much memory a process holds, and how to give back what nobody uses."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from pathlib import Path

import pyarrow as pa


def resident_bytes(process: int | None = None) -> int:
    """Memory that a process holds now; 0 where the system does not say.

    Args:
        process: Its number; None: this process.
    """
    try:
        pages = int(Path(f"/proc/{process or 'self'}/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGESIZE")


def peak_bytes() -> int:
    """The most memory that this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def release_unused() -> None:
    """Give back to the system what was freed: Arrow and the C library keep it for themselves."""
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # only in the GNU C library
    if trim is not None:
        trim(0)
