"""Accounts that like the same contents within a minute: our kernel beside three other ways.

``python -m benchmark.beside.pairs --world W`` for a folder that ``zhenzan simulate`` wrote. The
work is from rows in memory (for the toolkit: in its own database) to weighted edges. All must give
the same edges.
"""

from __future__ import annotations

import gc
import hashlib
import multiprocessing
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from benchmark.beside.contest import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from benchmark.beside.contest import Work

WINDOW_S = 60
FEWEST_CONTENTS = 2
THREADS = 2

PREPARE = """
    COPY (
        SELECT dense_rank() OVER (ORDER BY account_id) AS account,
               dense_rank() OVER (ORDER BY content_id) AS content,
               min(epoch(ts)::BIGINT) AS second
        FROM read_parquet('{events}') WHERE event_type = 'like'
        GROUP BY account_id, content_id ORDER BY second, account, content
    ) TO '{likes}'
"""
BAND_JOIN = f"""
    SELECT l.account AS account_1, r.account AS account_2, count(*) AS weight
    FROM likes l JOIN likes r ON l.content = r.content AND l.account < r.account
        AND r.second BETWEEN l.second - {WINDOW_S} AND l.second + {WINDOW_S}
    GROUP BY ALL HAVING weight >= {FEWEST_CONTENTS}
"""
# Whoever is at most a window apart is in the same window of the grid or in one beside it.
GRID_JOIN = f"""
    SELECT l.account AS account_1, r.account AS account_2, count(*) AS weight
    FROM likes l
    JOIN (SELECT *, second // {WINDOW_S} + unnest([-1, 0, 1]) AS cell FROM likes) r
        ON l.content = r.content AND l.second // {WINDOW_S} = r.cell AND l.account < r.account
        AND r.second BETWEEN l.second - {WINDOW_S} AND l.second + {WINDOW_S}
    GROUP BY ALL HAVING weight >= {FEWEST_CONTENTS}
"""


def edges(*columns: npt.NDArray[np.int64]) -> dict[str, Any]:
    """How many edges there are, and what they are, in short: the same only if all are the same."""
    rows = np.stack([np.asarray(column, np.int64) for column in columns])
    ordered = np.ascontiguousarray(rows[:, np.lexsort(rows[::-1])])
    return {"edges": rows.shape[1], "sha256": hashlib.sha256(ordered.tobytes()).hexdigest()}


def in_order(*columns: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """The columns in the order of their rows, sorted as one number: 63 bits hold these logs."""
    lowest = [column.min() for column in columns]
    bits = [int(np.ptp(column)).bit_length() for column in columns]
    if sum(bits) > 63:
        raise SystemExit("The log is too large for this comparison. Hint: take fewer days.")
    packed = np.zeros(len(columns[0]), np.int64)
    for column, low, width in zip(columns, lowest, bits, strict=True):
        packed = packed << width | column - low
    packed.sort()
    found = []
    for low, width in zip(lowest[::-1], bits[::-1], strict=True):
        found.append((packed & (1 << width) - 1) + low)
        packed >>= width
    return found[::-1]


def ours(likes: Path) -> Work:
    """The kernel that the detector of lockstep runs on, without its limit on a rush."""
    from zhenzan.kernels.pairs import windowed_pairs  # noqa: PLC0415  peers run without it

    rows = duckdb.execute(f"SELECT account, content, second FROM '{likes}'").fetchnumpy()
    account, content, second = (rows[name] for name in ("account", "content", "second"))
    one = np.ones(2, np.int64)
    windowed_pairs(one, one, one, WINDOW_S)  # loads the compiled code, which is part of the start
    clock = Clock()
    content, second, account = in_order(content, second, account)
    pairs = windowed_pairs(content, second, account, WINDOW_S, FEWEST_CONTENTS)
    work = clock.work({})
    work.answer.update(edges(pairs.left, pairs.right, pairs.count))
    return work


def duckdb_join(likes: Path, query: str) -> Work:
    """A self-join in SQL."""
    db = duckdb.connect(config={"threads": THREADS})
    db.execute(f"CREATE TABLE likes AS FROM '{likes}'")
    clock = Clock()
    found = db.execute(query).fetchnumpy()
    work = clock.work({})
    work.answer.update(edges(found["account_1"], found["account_2"], found["weight"]))
    return work


def toolkit(likes: Path) -> Work:
    """coordination-network-toolkit's co-retweets: a like is to its content what a retweet is."""
    from coordination_network_toolkit.compute_networks import (  # noqa: PLC0415  a peer
        compute_co_retweet_parallel,
    )
    from coordination_network_toolkit.preprocess import preprocess_data  # noqa: PLC0415  a peer

    rows = duckdb.execute(f"SELECT account, content, second FROM '{likes}'").fetchall()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "network.db")
        preprocess_data(
            path, ((n, a, str(a), c, "", "", s, []) for n, (a, c, s) in enumerate(rows))
        )
        clock = Clock()
        compute_co_retweet_parallel(
            path, WINDOW_S, n_threads=THREADS, min_edge_weight=FEWEST_CONTENTS
        )
        # Its processes end when their pool is collected, and only then is it known what they cost.
        gc.collect()
        while multiprocessing.active_children():
            time.sleep(0.01)
        work = clock.work({})
        network = sqlite3.connect(path)
        # It gives each edge in both directions, and each account an edge to itself.
        found = network.execute(
            "SELECT user_1, user_2, weight FROM co_retweet_network WHERE user_1 < user_2"
        ).fetchall()
        network.close()
    work.answer.update(edges(*np.array(found, np.int64).reshape(-1, 3).T))
    return work


WAYS: dict[str, Callable[[Path], Work]] = {
    "zhenzan": ours,
    "band": lambda likes: duckdb_join(likes, BAND_JOIN),
    "grid": lambda likes: duckdb_join(likes, GRID_JOIN),
    "toolkit": toolkit,
}


def main() -> None:
    """Measure all ways, check that they agree, and write the figures down."""
    from benchmark.beside.likes import compare  # noqa: PLC0415  peers run without it
    from benchmark.quality import environment  # noqa: PLC0415  peers run without it

    version = environment.version("coordination-network-toolkit")
    compare(
        "pairs",
        __doc__,
        PREPARE,
        [
            ("Zhenzan's kernel", "zhenzan"),
            (f"DuckDB {duckdb.__version__}, band join", "band"),
            (f"DuckDB {duckdb.__version__}, join on a grid of windows", "grid"),
        ],
        peer=(f"coordination-network-toolkit {version}", "toolkit"),
    )


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] in WAYS:
        WAYS[sys.argv[1]](Path(sys.argv[2])).write(Path(sys.argv[3]))
    else:
        main()
