"""Whole scans of several sizes, beside reading every column once: what an event costs, by stage.

``python -m benchmark.beside.growth --worlds W1 W4`` for folders that ``zhenzan simulate`` wrote;
with ``--section copies`` for logs that ``benchmark.beside.copies`` wrote of them.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.beside import record
from benchmark.speed import events_of, measure, scan_and_floor, zhenzan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.speed import Cost


def measured(world: Path, runs: int, memory: str) -> dict[str, Any]:
    """Medians over some runs; the floor and the scan take turns."""
    floors, costs, summaries = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(runs):
            floor, cost, summary = scan_and_floor(world, Path(folder) / f"scan{run}", memory)
            floors.append(floor)
            costs.append(cost)
            summaries.append(summary)
            print(f"{world}: floor {floor.cpu_s:.1f}, scan {cost.cpu_s:.1f} CPU-s", flush=True)
    rows: Any = summaries[0]["rows"]
    stages: list[Any] = [summary["stages"] for summary in summaries]
    return {
        "events": rows["in"],
        "parquet_mb": sum(file.stat().st_size for file in _files(world)) / 1e6,
        "runs": runs,
        "memory": memory,
        "floor": _median(floors),
        "scan": _median(costs),
        "stages": [
            {
                "stage": same[0]["stage"],
                "cpu_s": statistics.median(stage["cpu_seconds"] for stage in same),
                "wall_s": statistics.median(stage["seconds"] for stage in same),
                "peak_mb": statistics.median(s["peak_memory_bytes"] for s in same) / 1e6,
            }
            for same in zip(*stages, strict=True)
        ],
    }


def _files(world: Path) -> list[Path]:
    events = events_of(world)
    return sorted(events.glob("*.parquet")) if events.is_dir() else [events]


def _median(costs: Sequence[Cost]) -> dict[str, float]:
    rows = [asdict(cost) for cost in costs]
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}


def main() -> None:
    """Measure each world and write the figures down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=Path, nargs="+", required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", default="8GB")
    parser.add_argument("--section", choices=("growth", "copies"), default="growth")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:  # once without counting: it compiles the kernels
        small = Path(folder) / "world"
        measure([zhenzan(), "simulate", str(small), "--accounts", "500"])
        scan_and_floor(small, Path(folder) / "scan", given.memory)
    for world in given.worlds:
        figures = measured(world, given.runs, given.memory)
        record.keep(given.section, f"{figures['events']}", figures)


if __name__ == "__main__":
    main()
