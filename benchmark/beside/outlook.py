"""What measured scans say of larger ones: how stages grow, and a billion events a day."""

from __future__ import annotations

import math
from typing import Any

DAY_EVENTS = 1e9
WINDOW_DAYS = 30
USD_CORE_HOUR = 0.04
"""An assumption of November 2026; see the page."""
ARROW_BYTES = 142
"""An event of a simulated world in memory, all columns without the text of comments."""
SHUFFLE_KEYS = 4
INTAKE_US = (6.3, 13.0)
"""CPU µs of an event that the service takes in, Arrow and JSON; measured on docs/serve.md."""
US_PER_HOUR = 3.6e9


def with_start(size: Any) -> list[dict[str, Any]]:
    """The stages of a scan, and the start and end of its process, which are what is left."""
    rest = size["scan"]["cpu_s"] - sum(stage["cpu_s"] for stage in size["stages"])
    return [*size["stages"], {"stage": "start and end", "cpu_s": max(rest, 0.0)}]


def outlook(growth: list[Any]) -> dict[str, Any]:
    """Figures of docs/scale.md.

    Args:
        growth: Measured scans, the smallest first; at least two.
    """
    before, largest = growth[-2:]
    added = largest["events"] - before["events"]
    cpu_us = 1e6 * (largest["scan"]["cpu_s"] - before["scan"]["cpu_s"]) / added
    memory = 1e6 * (largest["scan"]["peak_mb"] - before["scan"]["peak_mb"]) / added
    parquet = 1e6 * largest["parquet_mb"] / largest["events"]
    stages = _stages(growth)
    (rings,) = (row for row in stages if row["stage"] == "rings")
    reckoned = {
        name: _reckoned(events, cpu_us, memory, parquet)
        for name, events in (("day", DAY_EVENTS), ("month", DAY_EVENTS * WINDOW_DAYS))
    }
    return {
        "stages": stages,
        "events_added": added,
        "cpu_us": cpu_us,
        "memory_bytes": memory,
        "parquet_bytes": parquet,
        "start_s": with_start(largest)[-1]["cpu_s"],
        "rings_exponent": rings["cells"][-1]["exponent"],
        "largest": largest["events"],
        "ingest_mb": largest["stages"][0]["peak_mb"],
        "peak_mb": largest["stages"][-1]["peak_mb"],
        "price": USD_CORE_HOUR,
        "arrow_bytes": ARROW_BYTES,
        "intake_low": DAY_EVENTS * INTAKE_US[0] / US_PER_HOUR,
        "intake_high": DAY_EVENTS * INTAKE_US[1] / US_PER_HOUR,
        **reckoned,
    }


def _stages(growth: list[Any]) -> list[dict[str, Any]]:
    """Per stage, its CPU seconds at each size, and the exponent from the size before."""
    by_size = [{s["stage"]: s["cpu_s"] for s in with_start(size)} for size in growth]
    rows = []
    for stage in by_size[0]:
        cells = []
        for number, costs in enumerate(by_size):
            cell = {"cpu_s": costs[stage]}
            if number:
                more = growth[number]["events"] / growth[number - 1]["events"]
                cell["exponent"] = math.log(costs[stage] / by_size[number - 1][stage], more)
            cells.append(cell)
        rows.append({"stage": stage, "cells": cells})
    return rows


def _reckoned(events: float, cpu_us: float, memory: float, parquet: float) -> dict[str, float]:
    hours = events * cpu_us / US_PER_HOUR
    return {
        "core_hours": hours,
        "memory_gb": events * memory / 1e9,
        "parquet_gb": events * parquet / 1e9,
        "shuffle_gb": SHUFFLE_KEYS * events * ARROW_BYTES / 1e9,
        "usd": hours * USD_CORE_HOUR,
    }
