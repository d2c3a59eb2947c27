"""What a scan finds and whom it wrongly accuses, on simulated worlds with known truth.

Each world is drawn, scanned and judged by the commands that users have. The seeds are an argument,
so that nobody need take ours.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ZHENZAN = str(Path(sys.executable).with_name("zhenzan"))
Found = dict[str, Any]


def judge(folder: Path, seed: int, accounts: int, options: list[str]) -> Found:
    """Simulate one world with ``options``, scan it, and evaluate the scan."""
    world, scan = str(folder / "world"), str(folder / "scan")
    size = ["--accounts", str(accounts), "--days", "21", "--seed", str(seed)]
    _run("simulate", world, *size, *options)
    sides = [f"--{side}={world}/{side}.parquet" for side in ("accounts", "contents")]
    _run("scan", f"{world}/events.parquet", "--out", scan, *sides)
    found: Found = json.loads(_run("evaluate", scan, world, "--json"))
    return found


def _run(*words: str) -> str:
    done = subprocess.run([ZHENZAN, *words], check=True, capture_output=True, text=True)
    return done.stdout


def main() -> None:
    """Print one table over the worlds, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=6_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102])
    given = parser.parse_args()
    columns: dict[str, Found] = {}
    worlds = [(f"skill {skill}", ["--skill", str(skill)]) for skill in (0, 1, 2)]
    for seed in given.seeds:
        for name, options in [*worlds, ("nothing bought", ["--fraud", "0"])]:
            with tempfile.TemporaryDirectory() as folder:
                found = judge(Path(folder), seed, given.accounts, options)
            columns[f"{name}, seed {seed}"] = found
            print(f"{name}, seed {seed}: done", file=sys.stderr)
    print(table(columns))


def table(columns: dict[str, Found]) -> str:
    """One row per figure, one column per world."""
    rows = {
        "fake likes found, %": [_percent(f["recall"]) for f in columns.values()],
        "likes called fake that are, %": [_percent(f["precision"]) for f in columns.values()],
        "honest likes called fake, per 10,000": [
            _per_10k(f["false_likes"]) for f in columns.values()
        ],
        "honest accounts called fake, per 10,000": [
            _per_10k(f["false_accounts"]) for f in columns.values()
        ],
        "average precision": [_real(f["average_precision"]) for f in columns.values()],
        "calibration error": [_real(f["calibration_error"]) for f in columns.values()],
    }
    modes = sorted({m["mode"] for f in columns.values() for m in f["modes"]})
    for mode in modes:
        rows[f"found of {mode}, %"] = [
            next((_percent(m["recall"]) for m in f["modes"] if m["mode"] == mode), "–")
            for f in columns.values()
        ]
    crowds = sorted({c["crowd"] for f in columns.values() for c in f["crowds"]})
    for crowd in crowds:
        accused = [
            next((_per_10k(c["accounts"]) for c in f["crowds"] if c["crowd"] == crowd), "–")
            for f in columns.values()
        ]
        if any(value not in {"0.0", "–"} for value in accused):
            rows[f"accounts of {crowd} called fake, per 10,000"] = accused
    head = ["", *columns]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join([n, *v]) + " |" for n, v in rows.items())])


def _percent(share: Found | None) -> str:
    return "–" if not share or share["value"] is None else f"{100 * share['value']:.1f}"


def _per_10k(share: Found | None) -> str:
    return "–" if not share or share["value"] is None else f"{10_000 * share['value']:.1f}"


def _real(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main()
