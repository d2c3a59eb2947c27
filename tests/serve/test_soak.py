"""Under load the memory of the service stays flat: what comes goes to the disk."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import msgspec
import numpy as np
import pytest
from benchmark.serve import event

from zhenzan.serve.data_folder import DataFolder

from .served import Served

ROWS = 1_000
ALLOWED_GROWTH = 0.05
"""Of the memory, over what is measured: allocators breathe."""


def resident_bytes(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


def soak(folder: Path, warm_batches: int, batches: int) -> None:
    served = Served(DataFolder(folder / "data"))
    held: list[int] = []
    headers = {"Authorization": f"Bearer {served.key}", "Content-Type": "application/json"}
    url = f"http://127.0.0.1:{served.port}/v1/events"
    try:
        with httpx.Client(timeout=60, trust_env=False, headers=headers) as client:
            for batch in range(warm_batches + batches):
                rows = [event(n) for n in range(batch * ROWS, (batch + 1) * ROWS)]
                while client.post(url, content=msgspec.json.encode(rows)).status_code == 429:
                    time.sleep(0.1)
                if batch >= warm_batches:
                    held.append(resident_bytes(served.process.pid))
    finally:
        served.stop()
    slope = np.polyfit(np.arange(len(held)), held, 1)[0]
    growth = slope * len(held) / np.mean(held)
    assert growth < ALLOWED_GROWTH, f"{growth:.1%} over {len(held)} batches"


def test_memory_is_flat(tmp_path: Path) -> None:
    soak(tmp_path, warm_batches=60, batches=120)


@pytest.mark.slow
def test_memory_is_flat_for_minutes(tmp_path: Path) -> None:
    soak(tmp_path, warm_batches=300, batches=8_000)
