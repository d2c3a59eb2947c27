"""Sold lists planted in real organic traffic: what is found with time, account and content alone.

``python -m benchmark.planted --data DIR [--seed S]`` prints a table in Markdown. The traffic is
what people shared in the German election of 2021 (CooRTweet, MIT; not part of this repository).
Eight sellers are planted in it, each with 50–300 accounts and 10–40 orders, some on new contents
and some on contents that people share too; 40–90% of a seller's accounts fill each order. Either
an order is filled within minutes, or over all of the six weeks. The accounts like popular contents
beside that, as many as ``cover`` says for each order.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa

import zhenzan

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGS = ("url", "domain", "hashtag")
COVERS = (0.0, 0.2, 0.5, 1.0)
SELLERS = 8
NEW_SHARE = 0.6
"""Of the orders, on contents that nobody else shares."""
MOST_SHARES = 50
"""The other contents have at most so many."""
SECONDS_APART = 3.0
"""Mean time between two likes of an order that is filled at once, s."""


@dataclass(frozen=True)
class Planted:
    """A log and which of its events were sold.

    Attributes:
        events: event_id, ts (µs), account_id, content_id.
        sold: The event_ids of sold likes.
        honest: Number of accounts that are nobody's.
    """

    events: pa.Table
    sold: frozenset[str]
    honest: int


def plant(shares: Path, *, slow: bool, cover: float, seed: int) -> Planted:
    """Sellers among the sharers of one log."""
    dice = np.random.default_rng(seed)
    rows = (
        duckdb.connect()
        .sql(
            "SELECT account_id::varchar AS account, content_id::varchar AS content, "
            f"epoch_us(ts::timestamp) AS ts FROM read_parquet('{shares}') ORDER BY 1, 2, 3"
        )
        .fetchnumpy()
    )
    contents, shared = np.unique(rows["content"].astype(str), return_counts=True)
    start, end = np.quantile(rows["ts"].astype(np.int64), [0.02, 0.98]).astype(np.int64).tolist()
    told: list[tuple[str, str, int, bool]] = [
        (str(a), str(c), int(t), False)
        for a, c, t in zip(rows["account"], rows["content"], rows["ts"], strict=True)
    ]
    for seller in range(SELLERS):
        accounts = np.array([f"sold-{seller}-{n}" for n in range(dice.integers(50, 301))])
        orders, filling = int(dice.integers(10, 41)), dice.uniform(0.4, 0.9)
        for order in range(orders):
            known = str(dice.choice(contents[shared <= MOST_SHARES]))
            content = f"new-{seller}-{order}" if dice.random() < NEW_SHARE else known
            filled = dice.permutation(accounts[dice.random(len(accounts)) < filling])
            gaps = dice.exponential(SECONDS_APART * 1e6, len(filled))
            at_once = int(dice.integers(start, end)) + np.cumsum(gaps).astype(np.int64)
            times = dice.integers(start, end, len(filled)) if slow else at_once
            told += [(str(a), content, int(t), True) for a, t in zip(filled, times, strict=True)]
        for account in accounts.tolist():
            for content in dice.choice(
                contents, dice.poisson(cover * orders * filling), p=shared / shared.sum()
            ):
                told.append((account, str(content), int(dice.integers(start, end)), False))
    ids = [f"e{n}" for n in range(len(told))]
    events = pa.table(
        {
            "event_id": ids,
            "ts": pa.array([t for _, _, t, _ in told], pa.timestamp("us", "UTC")),
            "account_id": [a for a, _, _, _ in told],
            "content_id": [c for _, c, _, _ in told],
        }
    )
    sold = frozenset(name for name, row in zip(ids, told, strict=True) if row[3])
    return Planted(events, sold, len(np.unique(rows["account"].astype(str))))


def measured(planted: Planted) -> tuple[float, float, float]:
    """Sold likes found (share), honest accounts called fake, and ``suspect``, per 10,000."""
    with tempfile.TemporaryDirectory() as folder:
        scan = zhenzan.scan(planted.events, out=Path(folder) / "scan")
        likes, accounts = scan.likes.to_pylist(), scan.accounts.to_pylist()
    found = sum(like["verdict"] == "fake" for like in likes if like["event_id"] in planted.sold)
    called = [
        sum(a["verdict"] == word and not a["account_id"].startswith("sold-") for a in accounts)
        for word in ("fake", "suspect")
    ]
    return found / len(planted.sold), *(10_000 * n / planted.honest for n in called)


def table(data: Path, seed: int) -> Iterator[str]:
    """The table in Markdown, line by line."""
    yield "| traffic | filled | cover | sold likes found, % | accused, per 10,000 | suspected |"
    yield "|---|---|---:|---:|---:|---:|"
    for log in LOGS:
        shares = data / f"coord_share/de_election_2021_{log}/events.parquet"
        for slow in (False, True):
            for cover in COVERS:
                planted = plant(shares, slow=slow, cover=cover, seed=seed)
                found, accused, suspected = measured(planted)
                pace = "over six weeks" if slow else "at once"
                yield (
                    f"| {log} | {pace} | {cover:.1f} | {100 * found:.1f} | {accused:.1f} | "
                    f"{suspected:.0f} |"
                )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public logs")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    for line in table(chosen.data, chosen.seed):
        print(line, flush=True)
