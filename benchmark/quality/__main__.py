"""Run Zhenzan and its peers on the same logs, and write docs/benchmarks.md.

``python -m benchmark.quality [--accounts N] [--seeds A B] [--only WORD ...] [--data DIR]``

Every figure is kept in docs/benchmarks.json as soon as it is measured; ``--page-only`` writes the
page again from there.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmark.quality import page, real, worlds
from benchmark.quality.judge import Figures, Truth, judge
from benchmark.quality.peers import PEERS
from benchmark.quality.results import Results
from benchmark.quality.run import OURS, missing, run
from zhenzan.worlds.yardstick.measures import calibration

HERE = Path(__file__).parent
DATA = Path(__file__).parents[3] / "shared" / "data"
DETECTORS = (OURS, *PEERS)


def main() -> None:
    """Measure what was asked for, and write the page."""
    given = arguments()
    results = Results.read()
    if not given.page_only:
        results = results.again(setting(given), everything=set(given.only) == set(DETECTORS))
        measure_worlds(given, results)
        if given.data.is_dir():
            measure_real(given, results)
        else:
            print(f"no public logs in {given.data}: skipped", file=sys.stderr)
    page.write(results)


def arguments() -> argparse.Namespace:
    """What the command was told."""
    parser = argparse.ArgumentParser(prog="python -m benchmark.quality", description=__doc__)
    parser.add_argument("--accounts", type=int, default=6_000, help="honest accounts of a world")
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102], help="worlds")
    parser.add_argument(
        "--only", nargs="+", default=DETECTORS, choices=DETECTORS, help="detectors to measure again"
    )
    parser.add_argument("--data", type=Path, default=DATA, help="folder of public logs")
    parser.add_argument("--page-only", action="store_true", help="measure nothing")
    return parser.parse_args()


def setting(given: argparse.Namespace) -> Figures:
    """What somebody needs to know to measure it again."""
    return {
        "accounts": given.accounts,
        "days": worlds.DAYS,
        "seeds": given.seeds,
        "commit": commit(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }


def commit() -> str:
    """Which Zhenzan is measured; ``+`` marks changes that are not committed."""
    command = ["git", "describe", "--always", "--abbrev=10", "--exclude=*", "--dirty=+"]
    told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE)
    return told.stdout.strip() or "unknown"


def measure_worlds(given: argparse.Namespace, results: Results) -> None:
    """Every detector on every simulated world."""
    for seed in given.seeds:
        for kind in worlds.KINDS:
            with tempfile.TemporaryDirectory() as place:
                folder = Path(place) / "world"
                worlds.simulate(folder, kind, seed, given.accounts)
                carried = {}
                if kind == worlds.NOTHING_BOUGHT:
                    carried = results.thresholds(worlds.CARRIED_FROM, seed)
                measure_log(folder, given.only, results, kind, seed, carried)


def measure_real(given: argparse.Namespace, results: Results) -> None:
    """Every detector on the public logs that are there."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "planted"
        real.plant(folder, given.data)
        measure_log(folder, given.only, results, real.PLANTED, None, {})
        for number, log in enumerate(real.LOGS):
            folder = Path(place) / str(number)
            real.lay_out(folder, log, given.data)
            measure_log(folder, given.only, results, log.name, None, {})


def measure_log(
    folder: Path,
    detectors: tuple[str, ...],
    results: Results,
    kind: str,
    seed: int | None,
    carried: dict[str, float],
) -> None:
    """Every detector on one log, one after the other."""
    truth = Truth.read(folder) if (folder / "truth").exists() else None
    for detector in detectors:
        lacks = missing(detector, folder)
        figures: Figures = {"lacks": lacks}
        if not lacks:
            try:
                said = run(detector, folder)
            except TimeoutError as error:
                figures["failed"] = str(error)
            else:
                figures |= {
                    "cost": said.cost,
                    "more": said.more,
                }
                figures["counts"] = said.counts(folder / "events.parquet")
                if truth is not None:
                    score, usual = said.of(truth.event_id)
                    figures |= judge(truth, score, usual, carried.get(detector))
                    if detector == OURS:  # the only scores that are meant as probabilities
                        figures["calibration_error"] = calibration(score, truth.fake)[1]
        results.keep(kind, seed, detector, figures)
        print(f"{kind}{f', seed {seed}' if seed else ''}: {detector}", file=sys.stderr)


if __name__ == "__main__":
    main()
