"""What labels do to scores and verdicts: of reviewers who look at suspects, and of liars.

``python -m benchmark.labels W [W …] [--numbers 0 50 500 5000]`` scans each world of ``zhenzan
simulate`` without labels, draws labels from its truth as a reviewer would, scans again with them,
and prints a table in Markdown. Half of the labels are of accounts, half of likes; four in five are
drawn among those scored 0.5 or more, the rest at random; one in fifty is wrong. ``hostile`` are
5,000 labels that call honest suspects fake, then fake accounts genuine, then strangers fake.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

import zhenzan
from zhenzan.worlds.yardstick.measures import calibration

KINDS = {
    "account": (
        "account_id",
        "NOT t.role IN ('honest', 'beneficiary', 'victim')",
    ),
    "like": ("event_id", "t.fake"),
}
AMONG_SUSPECTS = 0.8
WRONG = 0.02
HOSTILE = "hostile"
HEAD = (
    "| world | labels | fake likes found, % | suspected, % | honest likes called fake, per 10,000 "
    "| honest accounts called fake | suspected | calibration error of likes | of accounts "
    "| true likes off by, % |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
)


def judged(scan: Path, world: Path, kind: str) -> dict[str, Any]:
    """What a scan says of each account or like, beside the truth."""
    key, fake = KINDS[kind]
    query = f"""
        SELECT s.{key}::VARCHAR AS id, s.score, s.verdict, {fake} AS fake
        FROM '{scan}/{kind}s.parquet' s JOIN '{world}/truth/{kind}s.parquet' t
        ON s.{key}::VARCHAR = t.{key}::VARCHAR ORDER BY id
    """
    with duckdb.connect() as connection:
        return dict(connection.execute(query).fetchnumpy())


def reviewed(scan: Path, world: Path, number: int) -> pa.Table:
    """Labels by somebody who looks at suspects, and at a few others."""
    dice = np.random.default_rng(number)
    tables = []
    for kind in KINDS:
        seen = judged(scan, world, kind)
        suspects = dice.permutation(np.flatnonzero(seen["score"] >= 0.5))
        chosen = suspects[: round(AMONG_SUSPECTS * number / 2)]
        others = dice.permutation(np.setdiff1d(np.arange(len(seen["id"])), chosen))
        chosen = np.concatenate([chosen, others[: number // 2 - len(chosen)]])
        said = seen["fake"][chosen] ^ (dice.random(len(chosen)) < WRONG)
        tables.append(table(kind, seen["id"][chosen], said))
    return pa.concat_tables(tables)


def hostile(scan: Path, world: Path, number: int = 5_000) -> pa.Table:
    """Labels that are all wrong, where they may do most harm."""
    tables = []
    for kind in KINDS:
        seen = judged(scan, world, kind)
        victims = np.flatnonzero(~seen["fake"])
        victims = victims[np.argsort(-seen["score"][victims], kind="stable")]
        friends = np.flatnonzero(seen["fake"])
        friends = friends[np.argsort(-seen["score"][friends], kind="stable")]
        chosen = np.concatenate([victims[: number // 4], friends[: number // 4]])
        tables.append(table(kind, seen["id"][chosen], ~seen["fake"][chosen]))
    return pa.concat_tables(tables)


def table(kind: str, names: Any, fake: Any) -> pa.Table:
    """Labels as ``zhenzan scan --labels`` reads them."""
    return pa.table(
        {
            "entity_type": [kind] * len(names),
            "entity_id": [str(name) for name in names],
            "label": np.where(fake, "fake", "genuine").tolist(),
            "source": ["reviewer"] * len(names),
        }
    )


def row(scan: Path, world: Path) -> str:
    """The cells of one scan."""
    likes, accounts = judged(scan, world, "like"), judged(scan, world, "account")
    called, fake = likes["verdict"] == "fake", likes["fake"]
    suspect = called | (likes["verdict"] == "suspect")
    honest = ~accounts["fake"]
    errors = [calibration(one["score"], one["fake"])[1] for one in (likes, accounts)]
    cells = (
        f"{100 * called[fake].mean():.1f}" if fake.any() else "–",
        f"{100 * suspect[fake].mean():.1f}" if fake.any() else "–",
        f"{10_000 * called[~fake].mean():.2f}",
        f"{int((accounts['verdict'][honest] == 'fake').sum())} of {int(honest.sum()):,}",
        f"{int((accounts['verdict'][honest] == 'suspect').sum())}",
        *(f"{error:.4f}" for error in errors),
        f"{100 * off(scan, world):.1f}",
    )
    return " | ".join(cells)


def off(scan: Path, world: Path) -> float:
    """Mean error of ``true_likes`` over contents with at least 20 likes."""
    query = f"""
        SELECT avg(abs(c.true_likes - t.genuine) / greatest(t.genuine, 1))
        FROM '{scan}/contents.parquet' c JOIN (
            SELECT l.content_id::VARCHAR AS id, count(*) AS likes,
                   count(*) FILTER (WHERE NOT t.fake) AS genuine
            FROM '{scan}/likes.parquet' l JOIN '{world}/truth/likes.parquet' t
            ON l.event_id::VARCHAR = t.event_id::VARCHAR GROUP BY 1
        ) t ON t.id = c.content_id::VARCHAR WHERE t.likes >= 20
    """
    with duckdb.connect() as connection:
        return float(connection.execute(query).fetchall()[0][0])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("worlds", nargs="+", type=Path)
    parser.add_argument("--numbers", nargs="+", default=["0", "50", "500", "5000", HOSTILE])
    given = parser.parse_args()
    print(HEAD, flush=True)
    for world in given.worlds:
        with tempfile.TemporaryDirectory() as folder:
            sides: dict[str, Any] = {
                name: world / f"{name}.parquet" for name in ("accounts", "contents")
            }
            bare = Path(folder) / "0"
            zhenzan.scan(world / "events.parquet", out=bare, **sides)
            for number in given.numbers:
                scan = Path(folder) / number
                if number == HOSTILE:
                    labels = hostile(bare, world)
                elif number != "0":
                    labels = reviewed(bare, world, int(number))
                if number != "0":
                    zhenzan.scan(world / "events.parquet", out=scan, labels=labels, **sides)
                print(f"| {world.name} | {number} | {row(scan, world)} |", flush=True)


if __name__ == "__main__":
    main()
