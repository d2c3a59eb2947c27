"""Deciding on likes as they come: what the service runs for each, beside MIDAS-R.

``python -m benchmark.beside.stream --world W --midas COPY`` for a folder that ``zhenzan simulate``
wrote and a copy of its authors' repository (github.com/Stream-AD/MIDAS, Apache-2.0), which is
compiled with the system's C++ compiler. HTTP, checks and disk are left out of both.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmark.beside import record
from benchmark.beside.contest import Clock, Contender, Work, contest
from benchmark.speed import measure, zhenzan
from zhenzan.model import EVENT_TYPES
from zhenzan.serve.live.counters import Counters
from zhenzan.serve.live.decisions import Decision, LiveDecisions
from zhenzan.serve.live.learned import learn
from zhenzan.serve.live.standing import read_standing
from zhenzan.serve.settings import ServeSettings
from zhenzan.worlds.yardstick.measures import average_precision

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

BATCH = 1_000
"""Likes in a request, as in the benchmark of the service."""
FALSE_PER_10K = 1.0
RANK = {Decision.COUNT: 0.0, Decision.HOLD: 1.0, Decision.DISCOUNT: 2.0}
DRIVER = Path(__file__).with_name("midas.cpp")
TICK_S = 60
SKETCHES = ((2, 1_024), (4, 65_536))
"""Rows and columns of MIDAS's sketches: as in its authors' demonstration, and larger."""
LIKES = """
    SELECT event_id::VARCHAR AS event_id, epoch_us(e.ts) AS ts, account_id, content_id,
           CASE WHEN device_id IS NOT NULL THEN (hash(device_id) >> 1)::BIGINT END AS device,
           CASE WHEN ip IS NOT NULL THEN (hash(ip) >> 1)::BIGINT END AS ip, fake,
           (dense_rank() OVER (ORDER BY account_id))::INTEGER AS account,
           (dense_rank() OVER (ORDER BY content_id))::INTEGER AS content
    FROM '{world}/events.parquet' e JOIN '{world}/truth/likes.parquet' USING (event_id)
    WHERE event_type = 'like' ORDER BY ts, event_id
"""


def prepare(world: Path, folder: Path, scans: int) -> None:
    """Write the likes for both, and scan the world as it was at each cut of its second half."""
    db = duckdb.connect(config={"threads": 2})
    found = db.sql(LIKES.format(world=world))
    assert found is not None
    likes: pa.Table = found.to_arrow_table()
    ts = likes.column("ts").to_numpy()
    cuts = np.linspace((ts[0] + ts[-1]) / 2, ts[-1] + 1, scans + 1).astype(np.int64)
    step = pa.array(np.searchsorted(cuts[1:], ts, side="right"), pa.int64())
    late = pa.array(ts >= cuts[0])
    pq.write_table(
        likes.append_column("step", step).append_column("late", late), folder / "likes.parquet"
    )
    tick = (ts - ts[0]) // (1_000_000 * TICK_S) + 1
    triples = np.stack([likes.column("account"), likes.column("content"), tick]).astype(np.int32)
    np.ascontiguousarray(triples.T).tofile(folder / "likes.i32")
    sides = [f"--{name}={world / name}.parquet" for name in ("accounts", "contents")]
    for number, cut in enumerate(cuts[:-1].tolist()):
        known = folder / "known.parquet"
        db.execute(f"COPY (FROM '{world}/events.parquet' WHERE epoch_us(ts) < {cut}) TO '{known}'")
        measure([zhenzan(), "scan", str(known), "--out", str(folder / f"scan{number}"), *sides])
        print(f"scan {number + 1} of {scans}", flush=True)


def ours(folder: Path) -> Work:
    """The service's decisions on likes of the second half, by the newest scan at each time."""
    likes = pq.read_table(folder / "likes.parquet").combine_chunks()
    live = LiveDecisions(["like"], Counters(ServeSettings().counter_cells, bytes(range(16))))
    late = likes.column("late").to_numpy()
    live.decide(_checked(likes.slice(0, 1)), np.zeros(1, np.bool_), 0)  # loads compiled code
    early = _checked(likes.slice(0, int(np.argmax(late))))
    live.decide(early, np.ones(early.num_rows, np.bool_), 2**62)
    coming = likes.slice(early.num_rows)
    starts = np.searchsorted(coming.column("step").to_numpy(), np.arange(10_000)).tolist()
    spent = Work(0.0, 0.0, {})
    said: list[str] = []
    for number in range(int(coming.column("step").to_numpy()[-1]) + 1):
        scan = folder / f"scan{number}"
        live.standing = read_standing(scan)
        live.thresholds = learn(scan, folder / "likes.parquet", FALSE_PER_10K)
        rows = _checked(coming.slice(starts[number], starts[number + 1] - starts[number]))
        clock = Clock()
        for first in range(0, rows.num_rows, BATCH):
            batch = rows.slice(first, BATCH)
            said += live.decide(batch, np.ones(batch.num_rows, np.bool_), 2**62).decisions
        work = clock.work({})
        spent = Work(spent.cpu_s + work.cpu_s, spent.wall_s + work.wall_s, {})
    score = np.array([RANK[Decision(word)] for word in said])
    fake = coming.column("fake").to_numpy()
    discounted = score == RANK[Decision.DISCOUNT]
    spent.answer.update(judged(score, fake))
    spent.answer["discounted"] = judged(discounted.astype(np.float64), fake)
    return spent


def _checked(likes: pa.Table) -> pa.Table:
    """Rows as they come from the door of the service."""
    many = likes.num_rows
    columns = ("event_id", "ts", "account_id", "content_id", "device", "ip")
    return pa.table(
        {
            **{name: likes.column(name) for name in columns},
            "file": pa.array(np.zeros(many, np.int32)),
            "event_type": pa.array(np.full(many, EVENT_TYPES.index("like"), np.int16)),
            "reason": pa.nulls(many, pa.string()),
        }
    )


def midas(folder: Path, rows: int, columns: int) -> Work:
    """MIDAS-R's scores of all likes in order; those of the second half are judged."""
    scores = folder / "scores.f32"
    said = subprocess.run(
        [folder / "midas", str(rows), str(columns), folder / "likes.i32", scores],
        check=True,
        capture_output=True,
        text=True,
    )
    likes = pq.read_table(folder / "likes.parquet", columns=["fake", "late"])
    late = likes.column("late").to_numpy()
    score = np.fromfile(scores, np.float32).astype(np.float64)[late]
    # It scores both halves at one pace: the second half has its share of the time.
    seconds = float(said.stdout) * late.mean()
    return Work(seconds, seconds, judged(score, likes.column("fake").to_numpy()[late]))


def judged(score: npt.NDArray[np.float64], fake: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Average precision; and of what is above the lowest score: how much is found, and right."""
    above = score > score.min()
    return {
        "ap": average_precision(score, fake),
        "found": float(above[fake].mean()),
        "precision": float(fake[above].mean()) if above.any() else 0.0,
    }


def compiled(copy: Path, folder: Path) -> str:
    """Compile MIDAS-R with our driver; gives the commit of the copy."""
    source = ["-I", str(copy / "src"), str(DRIVER), "-o", str(folder / "midas")]
    subprocess.run(["c++", "-O3", "-march=native", "-std=c++17", *source], check=True)
    head = ["git", "-C", str(copy), "rev-parse", "--short=10", "HEAD"]
    found = subprocess.run(head, capture_output=True, text=True, check=False).stdout.strip()
    return f"commit {found}" if found else "a copy without its history"


def contenders(folder: Path) -> Sequence[Contender]:
    """Our decisions, and MIDAS-R with each size of sketch."""
    child = [sys.executable, "-m", "benchmark.beside.stream"]
    return [
        Contender("Zhenzan's live decisions", [*child, "ours", str(folder)]),
        *(
            Contender(
                f"MIDAS-R, sketches of {rows} × {columns:,}",
                [*child, f"midas-{rows}-{columns}", str(folder)],
            )
            for rows, columns in SKETCHES
        ),
    ]


def main() -> None:
    """Scan the history, decide on what follows in all ways, and write the figures down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world", type=Path, required=True)
    parser.add_argument("--midas", type=Path, required=True, help="a copy of its repository")
    parser.add_argument("--scans", type=int, default=15, help="in the second half, evenly")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        version = compiled(given.midas, folder)
        prepare(given.world, folder, given.scans)
        rows = contest(contenders(folder), given.runs, folder)
        counts = f"SELECT count(*), avg(fake::INT) FROM '{folder}/likes.parquet' WHERE late"
        size, fakes = duckdb.execute(counts).fetchall()[0]
    figures = {"likes": size, "fakes": fakes, "scans": given.scans, "midas": version}
    record.keep("stream", f"{size}", {**figures, "runs": given.runs, "rows": rows})


if __name__ == "__main__":
    if len(sys.argv) == 4 and not sys.argv[1].startswith("--"):
        way, _, sketch = sys.argv[1].partition("-")
        folder = Path(sys.argv[2])
        sizes = map(int, sketch.split("-")) if sketch else ()
        (midas(folder, *sizes) if way == "midas" else ours(folder)).write(Path(sys.argv[3]))
    else:
        main()
