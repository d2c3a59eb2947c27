"""Ten rules on likes: our policies beside the engine of Osprey.

``python -m benchmark.beside.rules --scan DIR --osprey COPY`` for a directory that ``zhenzan scan``
wrote and a copy of github.com/roostorg/osprey (Apache-2.0), for which an environment of its own is
made. Both are given the same likes and must describe the same accounts by each rule.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import duckdb

from benchmark.beside import record
from benchmark.beside.contest import Clock, Contender, Work, contest
from benchmark.beside.ten_rules import RULES, answer, policy
from zhenzan.enforcement.hits import described
from zhenzan.enforcement.reading import parse_policy
from zhenzan.report.scan_directory import ScanDirectory

COLUMNS = "account_id::VARCHAR AS account_id, score, verdict, provenance, reasons, ring_id"
QUIET = ("DD_TRACE_ENABLED=false", "DD_DOGSTATSD_DISABLE=true")
"""Osprey's tracing and metrics, which nobody would read here, are off."""


def lay_out(scan: Path, folder: Path, events: int) -> int:
    """Write some likes of a scan for both; gives how many the whole scan has.

    They are as they would come in, a mixture of all the scan knows: every so many likes.
    """
    some = folder / "some"
    shutil.copytree(scan, some)
    likes = scan / "likes.parquet"
    db = duckdb.connect()
    total = int(db.execute(f"SELECT count(*) FROM '{likes}'").fetchall()[0][0])
    chosen = f"FROM '{likes}' QUALIFY row_number() OVER () % {max(total // events, 1)} = 0"
    db.execute(f"COPY (SELECT * {chosen} LIMIT {events}) TO '{some / 'likes.parquet'}'")
    rows = db.execute(f"SELECT {COLUMNS} FROM '{some / 'likes.parquet'}'")
    names = [column[0] for column in rows.description or ()]
    with (some / "events.jsonl").open("w", encoding="utf-8") as file:
        for row in rows.fetchall():
            file.write(json.dumps(dict(zip(names, row, strict=True))) + "\n")
    return total


def ours(scan: Path) -> Work:
    """Each rule of a policy as the service asks it, from the files of a scan."""
    rules = parse_policy(policy()).rules
    clock = Clock()
    with ScanDirectory(scan) as directory:
        hits = {rule.id: described(rule, directory) for rule in rules}
    work = clock.work({})
    work.answer.update(answer(hits))
    return work


def environment(copy: Path, folder: Path) -> str:
    """Make an environment of what Osprey asks for; gives its interpreter."""
    asked = tomllib.loads((copy / "pyproject.toml").read_text(encoding="utf-8"))
    packages = [p for p in asked["dependency-groups"]["common"] if not p.startswith("types-")]
    python = str(folder / "environment" / "bin" / "python")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "environment")], check=True)
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, *packages], check=True)
    return python


def main() -> None:
    """Run both, see that they agree, and write the figures down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scan", type=Path, required=True)
    parser.add_argument("--osprey", type=Path, required=True, help="a copy of its repository")
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    copy = given.osprey.resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        total = lay_out(given.scan, folder, given.events)
        python = environment(copy, folder)
        paths = ":".join(str(copy / part / "src") for part in ("osprey_worker", "osprey_rpc"))
        theirs = ["env", f"PYTHONPATH={paths}", *QUIET, python, "-m", "benchmark.beside.osprey"]
        child = [sys.executable, "-m", "benchmark.beside.rules"]
        rows = contest(
            [
                Contender("Zhenzan's policy", [*child, str(folder / "some")]),
                Contender("Osprey's engine", [*theirs, str(folder / "some")]),
                Contender("Zhenzan's policy, the whole scan", [*child, str(given.scan)]),
            ],
            given.runs,
            folder,
        )
    if rows[1]["answer"] != rows[0]["answer"]:
        raise SystemExit(f"not the same hits: {[row['answer'] for row in rows[:2]]}")
    if not all(rows[0]["answer"]["hits"].values()):
        raise SystemExit(f"a rule describes nobody: {rows[0]['answer']['hits']}")
    for row, events in zip(rows, (given.events, given.events, total), strict=True):
        row["events"] = events
    head = ["git", "-C", str(copy), "rev-parse", "--short=10", "HEAD"]
    commit = subprocess.run(head, capture_output=True, text=True, check=False).stdout.strip()
    figures = {"events": given.events, "rules": len(RULES), "runs": given.runs, "rows": rows}
    record.keep("rules", f"{given.events}", {**figures, "osprey": commit or "unknown"})


if __name__ == "__main__":
    if len(sys.argv) == 3 and not sys.argv[1].startswith("--"):
        ours(Path(sys.argv[1])).write(Path(sys.argv[2]))
    else:
        main()
