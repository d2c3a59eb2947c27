"""What a whole scan costs, beside the cost of only reading every column, in the same run.

Both run as processes of their own, in turn, so that CPU seconds and peak memory are the operating
system's own figures. Wall time is printed too; on a busy machine only the ratio of CPU means much.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL

READ_EVERYTHING = """
import duckdb, sys
connection = duckdb.connect(config={"threads": 2})
path = sys.argv[1]
names = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]
columns = ", ".join('"' + name + '"' for name in names)
print(connection.execute(f"SELECT sum(hash({columns})) FROM '{path}'").fetchall())
"""

FLOORS = 3
"""Reads of each input, of which the median counts: the first also fetches it from the disk."""


# A process counts the memory of the one that started it into its own peak, so a small one does. It
# says what the command cost in one line, and the command says nothing.
LAUNCH = """
import json, os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
wall_s = time.perf_counter() - started
cost = [wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000]
print(json.dumps([os.waitstatus_to_exitcode(status), *cost]))
"""


@dataclass(frozen=True)
class Cost:
    """What one process cost."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def measure(command: list[str], limit_s: float | None = None) -> Cost:
    """Run a command to its end and ask the operating system what it cost, children included.

    Raises:
        SystemExit: It failed.
        TimeoutError: It took longer than ``limit_s`` and was ended.
    """
    launcher = [sys.executable, "-I", "-S", "-c", LAUNCH, *command]
    process = subprocess.Popen(launcher, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        said, _ = process.communicate(timeout=limit_s)
    except BaseException as error:
        os.killpg(process.pid, SIGKILL)
        process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise TimeoutError(f"{command[:4]} took longer than {limit_s:.0f} s") from error
        raise
    status, wall_s, cpu_s, peak_mb = json.loads(said)
    if status != 0:
        raise SystemExit(f"{command[:4]} failed with status {status}")
    return Cost(wall_s, cpu_s, peak_mb)


def main() -> None:
    """Simulate a world if none is given, read it, scan it, and print both costs and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world", type=Path, help="a folder that zhenzan simulate wrote")
    parser.add_argument("--accounts", type=int, default=5_000, help="of the world to simulate")
    parser.add_argument("--memory", default="8GB")
    parser.add_argument("--keep", type=Path, help="where the scan goes; by default nowhere")
    parser.add_argument("--runs", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        world = given.world or Path(folder) / "world"
        if given.world is None:
            measure([zhenzan(), "simulate", str(world), "--accounts", str(given.accounts)])
        scan = given.keep or Path(folder) / "scan"
        for _ in range(given.runs):
            _print(*scan_and_floor(world, scan, given.memory))


def scan_and_floor(
    world: Path, scan: Path, memory: str = "8GB"
) -> tuple[Cost, Cost, dict[str, object]]:
    """Read every column of a world's events, and scan the world.

    Args:
        world: A folder that ``zhenzan simulate`` or ``benchmark.beside.copies`` wrote.
        scan: Where the scan goes.
        memory: What the scan may use.

    Returns:
        The cost of reading, the cost of the scan, and the scan's ``summary.json``.
    """
    events = str(events_of(world))
    files = f"{events}/*.parquet" if Path(events).is_dir() else events
    reads = [measure([sys.executable, "-c", READ_EVERYTHING, files]) for _ in range(FLOORS)]
    floor = sorted(reads, key=lambda cost: cost.cpu_s)[FLOORS // 2]
    sides = [f"--{name}={world / name}.parquet" for name in ("accounts", "contents")]
    limits = ["--threads", "2", "--memory", memory]
    cost = measure([zhenzan(), "scan", events, "--out", str(scan), *sides, *limits])
    return floor, cost, json.loads((scan / "summary.json").read_text(encoding="utf-8"))


def events_of(world: Path) -> Path:
    """The file of a world's events, or the folder of its files."""
    file = world / "events.parquet"
    return file if file.exists() else world / "events"


def zhenzan() -> str:
    """The program, of the environment that this runs in."""
    return str(Path(sys.executable).with_name("zhenzan"))


def _print(floor: Cost, cost: Cost, summary: dict[str, object]) -> None:
    rows = summary["rows"]
    assert isinstance(rows, dict)
    events = rows["in"]
    print(f"{events:,} events")
    print(f"{'':18}{'wall s':>10}{'CPU s':>10}{'peak MB':>10}")
    for name, one in (("read all columns", floor), ("whole scan", cost)):
        print(f"{name:18}{one.wall_s:10.1f}{one.cpu_s:10.1f}{one.peak_mb:10.0f}")
    per_event = 1e6 * cost.cpu_s / max(events, 1)
    print(f"ratio of CPU {cost.cpu_s / floor.cpu_s:.1f}; {per_event:.1f} CPU-µs an event")
    stages = summary["stages"]
    assert isinstance(stages, list)
    for stage in stages:
        print(f"  {stage['stage']:16}{stage['seconds']:10.1f}{stage['cpu_seconds']:10.1f}")
