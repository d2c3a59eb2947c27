"""Logs on which engines have to agree: one that makes everything speak, one that says little."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import dataset
from tests.rings import markets
from tests.rings.scans import accounts_of, contents_of, events_of, labels_table, likes_alone

from zhenzan.detectors.examples import EXAMPLE_START_S

if TYPE_CHECKING:
    from pathlib import Path

SCRIPTS = 3


def everything() -> dict[str, pa.Table]:
    """Every column and source, and something for each detector to find; some rows are no events."""
    market = markets.people() + markets.niche() + markets.again(markets.pool())
    market += markets.visitors() + markets.once()
    events = events_of(market)
    quiet = sorted(market.authors)[-40::4]
    rows = [
        {
            "event_id": f"s{script}-{number}",
            "ts": round((EXAMPLE_START_S + 90_000 + 9_000 * number + 7 * script) * 1e6),
            "event_type": "like",
            "account_id": f"script{script}",
            "content_id": content,
            "source": "search",
        }
        for script in range(SCRIPTS)
        for number, content in enumerate(quiet)
    ]
    rows += [dict(rows[0], event_id=f"torn{number}", ts=-1) for number in range(3)]
    rows += [dict(rows[0], event_id=f"c{n}", event_type=kind) for n, kind in enumerate(OTHER_KINDS)]
    extra = pa.Table.from_pylist(rows, events.schema)
    judged = [("account", "script0", True), ("content", quiet[0], False)]
    judged += [("account", name, True) for name in sorted(market.pool)[::3]]
    judged += [("account", f"p{number:03}", False) for number in range(0, 400, 9)]
    return {
        "events": pa.concat_tables([events, extra, extra.slice(0, 5)]),
        "accounts": accounts_of(market),
        "contents": contents_of(market),
        "labels": labels_table(judged),
    }


OTHER_KINDS = ("comment", "share", "favorite", "follow", "impression")


def by_day(folder: Path) -> dict[str, object]:
    """``little`` as Spark writes it: Parquet files in a folder for each day, and a mark."""
    events = little()["events"]
    ts = pc.cast(events.column("ts"), pa.timestamp("us"))
    events = events.append_column("day", pc.strftime(ts, "%Y-%m-%d"))
    days = dataset.partitioning(pa.schema([("day", pa.string())]), flavor="hive")
    dataset.write_dataset(events, folder, format="parquet", partitioning=days)
    (folder / "_SUCCESS").touch()
    return {"events": folder}


def little() -> dict[str, pa.Table]:
    """Only who liked what and when; identifiers are whole numbers."""
    likes = likes_alone(markets.people(150) + markets.pool(count=45))
    names = {c: sorted(set(likes.column(c).to_pylist())) for c in ("account_id", "content_id")}
    for position, (column, known) in enumerate(names.items(), start=1):
        codes = {name: 10_000 - 7 * code for code, name in enumerate(known)}
        numbers = [codes[name] for name in likes.column(column).to_pylist()]
        likes = likes.set_column(position, column, pa.array(numbers, pa.int64()))
    return {"events": likes}
