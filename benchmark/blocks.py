"""Dense blocks as a detector would use them: what they are made of, and what they would add.

``python -m benchmark.blocks W [W …]`` prints two tables in Markdown for worlds of ``zhenzan
simulate``. A block counts if it is denser than the densest block of each of a few copies of the
log in which every account has as many likes, and every content as many in every hour, as before,
but who liked what is drawn anew (the configuration model). The first table says who is in such
blocks; the second what a scan finds if their accounts are proposed as groups, beside all else.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import duckdb
import numpy as np

from benchmark.ablation import judged
from benchmark.peeling import Block, dense_blocks
from zhenzan.rings import build
from zhenzan.rings.choices import read_rows
from zhenzan.rings.customers import pools

if TYPE_CHECKING:
    import numpy.typing as npt

    from zhenzan.engines.base import Engine
    from zhenzan.rings.choices import Choices, Rows

    Ints = npt.NDArray[np.int64]

COPIES = 3
ROUNDS = 100
KINDS = 3
FEWEST_ACCOUNTS = 4
"""Fewer are a family."""
HOUR_US = 3_600_000_000
BUCKETS = {
    "contents": None,
    "hours": HOUR_US,
    "quarters of days": 6 * HOUR_US,
    "days": 24 * HOUR_US,
}
"""What a column is: a content, or so long a time of it."""
LIKES = """
    SELECT dense_rank() OVER (ORDER BY e.account_id) - 1 AS account,
           dense_rank() OVER (ORDER BY e.content_id) - 1 AS content, min(epoch_us(e.ts)) AS ts,
           bool_or(l.fake) AS fake,
           min(CASE WHEN l.fake THEN l.mode ELSE coalesce(nullif(a.hard, ''), 'others') END) AS kind
    FROM '{world}/events.parquet' e
    JOIN '{world}/truth/likes.parquet' l USING (event_id)
    JOIN '{world}/truth/accounts.parquet' a ON a.account_id = e.account_id
    WHERE e.event_type = 'like' GROUP BY e.account_id, e.content_id ORDER BY account, content
"""
MADE_OF = (
    "| world | columns | blocks | accounts in them | of these without a fake like there, % "
    "| likes in them | of these fake, % | of all fake likes, % "
    "| most are of, % |\n|---|---|---:|---:|---:|---:|---:|---:|---|"
)
ADDED = (
    "| world | proposals | fake likes found, % | honest likes called fake, per 10,000 | "
    "honest accounts called fake, per 10,000 | calibration error | CPU s |\n"
    "|---|---|---:|---:|---:|---:|---:|"
)


def columns(content: Ints, ts: Ints, bucket_us: int | None) -> Ints:
    """Codes from 0 of contents, or of contents in a time."""
    if bucket_us is None:
        return np.unique(content, return_inverse=True)[1]
    bucket = (ts - ts.min()) // bucket_us
    return np.unique(content * (bucket.max() + 1) + bucket, return_inverse=True)[1]


def surprising_blocks(account: Ints, column: Ints) -> list[Block]:
    """Blocks that are denser than any block of the rewired copies, the densest first.

    Args:
        account: Of each like, codes from 0.
        column: Of each like, codes from 0; no account likes one twice.
    """
    dice = np.random.default_rng(1)
    densest = 0.0
    for _ in range(COPIES):
        densest = max(densest, next(dense_blocks(account, rewired(account, column, dice))).density)
    return list(takewhile(lambda block: block.density > densest, dense_blocks(account, column)))


def rewired(account: Ints, column: Ints, dice: np.random.Generator) -> Ints:
    """Columns dealt out anew: each account gets as many, each column as often, and no pair twice.

    Pairs that came twice are dealt again with as many others. Where hardly anybody could like
    anything else a few may be left; they count twice, which lets fewer blocks surprise.
    """
    dealt = dice.permutation(column)
    for _ in range(ROUNDS):
        pair = account * (column.max() + 1) + dealt
        again = np.ones(len(pair), bool)
        again[np.unique(pair, return_index=True)[1]] = False
        if not again.any():
            break
        again[dice.integers(0, len(pair), 2 * again.sum())] = True
        dealt[again] = dice.permutation(dealt[again])
    return dealt


def made_of(world: Path) -> list[str]:
    """Who is in the blocks of a world: a row for each kind of column."""
    with duckdb.connect() as connection:
        found = connection.execute(LIKES.format(world=world)).fetchnumpy()
    account, content, ts, fake, kind = (np.asarray(values) for values in found.values())
    lines = []
    for name, bucket_us in BUCKETS.items():
        column = columns(content, ts, bucket_us)
        blocks = surprising_blocks(account, column)
        inside = np.zeros(len(account), bool)
        for block in blocks:
            inside |= np.isin(account, block.rows) & np.isin(column, block.columns)
        people = np.unique(account[inside])
        innocent = ~np.isin(people, account[inside & fake])
        cells = (
            world.name,
            name,
            f"{len(blocks)}",
            f"{len(people):,}",
            _percent(innocent),
            f"{inside.sum():,}",
            _percent(fake[inside]),
            _percent(inside[fake]),
            ", ".join(
                f"{name} {_percent(kind[inside] == name)}"
                for name, _ in Counter(kind[inside].tolist()).most_common(KINDS)
            ),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _percent(share: npt.NDArray[np.bool_]) -> str:
    return f"{100 * share.mean():.1f}" if len(share) else "–"


class Proposals:
    """Blocks of what no group explains so far, in the place of ``rings.build.pools``."""

    def __init__(self) -> None:
        self.cpu_s = 0.0
        self._place: Ints = np.zeros(0, np.int64)
        self._ts: Ints = np.zeros(0, np.int64)
        self._contents = 0

    def read_rows(self, engine: Engine, present: frozenset[str]) -> Rows:
        """First endorsements; their times are remembered."""
        rows = read_rows(engine, present)
        self._contents = int(rows.content.max()) + 1
        self._place = rows.account * self._contents + rows.content
        times = engine.query("SELECT ts FROM firsts ORDER BY account, content")
        self._ts = times.column("ts").to_numpy()
        return rows

    def pools(self, rest: Rows, chosen: Choices) -> list[Ints]:
        """What is proposed anyway, and the accounts of each surprising block."""
        started = time.process_time()
        ts = self._ts[np.searchsorted(self._place, rest.account * self._contents + rest.content)]
        names, account = np.unique(rest.account, return_inverse=True)
        found = [
            names[block.rows]
            for bucket_us in BUCKETS.values()
            for block in surprising_blocks(account, columns(rest.content, ts, bucket_us))
            if len(block.rows) >= FEWEST_ACCOUNTS
        ]
        self.cpu_s += time.process_time() - started
        return [*pools(rest, chosen), *found]


def added(world: Path) -> list[str]:
    """What a scan finds without and with blocks among its proposals: two rows."""
    events, sides = world / "events.parquet", ("accounts", "contents")
    also = Proposals()
    started = time.process_time()
    plain = judged(world, events, sides)
    scan_cpu_s = time.process_time() - started
    with patch.multiple(build, pools=also.pools, read_rows=also.read_rows):
        more = judged(world, events, sides)
    return [
        f"| {world.name} | as they are | {plain} | {scan_cpu_s:.0f} |",
        f"| {world.name} | and blocks | {more} | + {also.cpu_s:.0f} |",
    ]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("worlds", type=Path, nargs="+")
    worlds: list[Path] = parser.parse_args().worlds
    for head, rows in ((MADE_OF, made_of), (ADDED, added)):
        print(head)
        for world in worlds:
            print("\n".join(rows(world)), flush=True)
        print()


if __name__ == "__main__":
    main()
