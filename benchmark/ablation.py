"""What is lost without each kind of evidence, and without columns that a log may lack.

``python -m benchmark.ablation [--accounts N] [--seed S] [--skill 0|1|2]`` prints two tables in
Markdown: one witness or detector silenced at a time, then one column or more left out at a time.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import duckdb

import zhenzan
from zhenzan import pipeline
from zhenzan.detectors import DETECTORS
from zhenzan.reasons import REASONS
from zhenzan.rings import explained

if TYPE_CHECKING:
    from zhenzan.rings.witnesses import Witness

ZHENZAN = str(Path(sys.executable).with_name("zhenzan"))
HEAD = (
    "fake likes found, % | honest likes called fake, per 10,000 | "
    "honest accounts called fake, per 10,000 | calibration error |\n|---|---:|---:|---:|---:|"
)
NOT_EVIDENCE = {
    "ring_common_choice",
    "ring_fragments",
    "ring_judged",
    "ring_murmurs",
    "ring_small",
    "ring_team",
    "ring_throwaways",
    "ring_uncorroborated",
}
WITHOUT: dict[str, tuple[str, tuple[str, ...]]] = {
    "devices and addresses": ("* EXCLUDE (device_id, ip)", ("accounts", "contents")),
    "sources": ("* EXCLUDE (source)", ("accounts", "contents")),
    "authors, topics and times of posts": ("*", ("accounts",)),
    "ages of accounts": ("*", ("contents",)),
    "views": ("* FILTER", ("accounts", "contents")),
    "all but who liked what, and when": ("event_id, ts, account_id, content_id FILTER", ()),
}
"""What is left out: the columns that remain, and the side tables that remain."""


def silenced(code: str) -> ExitStack:
    """Within it, one witness or detector says nothing."""

    def deaf(heard: list[Witness]) -> list[Witness]:
        return [witness for witness in heard if witness.reason_code != code]

    stack = ExitStack()
    others = tuple(detector for detector in DETECTORS if detector.id != code)
    stack.enter_context(patch.object(pipeline, "DETECTORS", others))
    told = (deaf, *explained.EXPLANATIONS)
    stack.enter_context(patch.object(explained, "EXPLANATIONS", told))
    return stack


def judged(world: Path, events: Path, sides: tuple[str, ...]) -> str:
    """Scan and evaluate: the cells of one row."""
    with tempfile.TemporaryDirectory() as folder:
        tables: dict[str, Any] = {side: world / f"{side}.parquet" for side in sides}
        zhenzan.scan(events, out=folder + "/scan", **tables)
        words = [ZHENZAN, "evaluate", folder + "/scan", str(world), "--json"]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    recall = found["recall"]["value"]  # nothing, where nothing was bought
    cells = (
        "–" if recall is None else f"{100 * recall:.1f}",
        f"{10_000 * found['false_likes']['value']:.2f}",
        f"{10_000 * found['false_accounts']['value']:.2f}",
        f"{found['calibration_error']:.3f}",
    )
    return " | ".join(cells)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=201)
    parser.add_argument("--skill", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder) / "world"
        size = ["--accounts", str(given.accounts), "--days", "21", "--seed", str(given.seed)]
        words = [ZHENZAN, "simulate", str(world), *size, "--skill", str(given.skill)]
        subprocess.run(words, check=True, capture_output=True)
        events, both = world / "events.parquet", ("accounts", "contents")
        print(f"| silenced | {HEAD}")
        print(f"| nothing | {judged(world, events, both)} |", flush=True)
        codes = [reason.code for reason in REASONS.values() if reason.entity == "ring"]
        detectors = [detector.id for detector in DETECTORS]
        for code in [*detectors, *(c for c in codes if c not in NOT_EVIDENCE)]:
            with silenced(code):
                print(f"| `{code}` | {judged(world, events, both)} |", flush=True)
        print(f"\n| without | {HEAD}")
        for name, (columns, sides) in WITHOUT.items():
            left = Path(folder) / "left.parquet"
            only = "WHERE event_type <> 'view'" if name == "views" else "WHERE event_type = 'like'"
            query = f"SELECT {columns.replace(' FILTER', '')} FROM '{events}' "
            query += only if "FILTER" in columns else ""
            duckdb.sql(f"COPY ({query}) TO '{left}'")
            print(f"| {name} | {judged(world, left, sides)} |", flush=True)


if __name__ == "__main__":
    main()
