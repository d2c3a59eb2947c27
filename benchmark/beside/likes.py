"""A comparison on the likes of one world: all contenders get the same rows and must agree."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from benchmark.beside import record
from benchmark.beside.contest import Contender, contest
from benchmark.quality import environment

if TYPE_CHECKING:
    from collections.abc import Sequence


def compare(
    section: str,
    about: str | None,
    prepare: str,
    contenders: Sequence[tuple[str, str]],
    peer: tuple[str, str],
    **facts: str,
) -> None:
    """Measure all contenders, check that they agree, and write the figures down.

    Args:
        section: Which table; also the module that does the work, named like it.
        about: What ``--help`` says.
        prepare: SQL that writes the likes to ``{likes}`` from ``{events}``, both Parquet.
        contenders: Title and way of each that runs in this environment.
        peer: Title and way of the one that runs in the peers' environment.
        **facts: Kept beside the figures.

    Raises:
        SystemExit: Two gave different answers.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--world", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    ways = [(*one, sys.executable) for one in contenders] + [(*peer, environment.python())]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        likes = folder / "likes.parquet"
        duckdb.execute(prepare.format(events=given.world / "events.parquet", likes=likes))
        module = f"benchmark.beside.{section}"
        commands = [(title, [python, "-m", module, way, str(likes)]) for title, way, python in ways]
        rows = contest([Contender(*one) for one in commands], given.runs, folder)
        size = duckdb.execute(f"SELECT count(*) FROM '{likes}'").fetchall()[0][0]
    if any(row["answer"] != rows[0]["answer"] for row in rows):
        raise SystemExit(f"not the same {section}: {[row['answer'] for row in rows]}")
    record.keep(section, f"{size}", {"likes": size, "runs": given.runs, "rows": rows, **facts})
