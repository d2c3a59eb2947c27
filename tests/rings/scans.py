"""Whole scans of hand-drawn markets, each done once and shared by the tests that only read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import parquet
from tests.rings import markets

from zhenzan import pipeline, report
from zhenzan.detectors.examples import EXAMPLE_START_S
from zhenzan.engines.duckdb import DuckDBEngine
from zhenzan.ingest import Sources
from zhenzan.settings import ScanSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tests.rings.markets import Market

    from zhenzan.detectors.examples import Row

MEMORY_BYTES = 1_000_000_000
MARKETS: dict[str, Callable[[], Market]] = {
    "nothing bought": lambda: markets.people() + markets.niche(),
    "rack": lambda: markets.people() + markets.niche() + markets.again(markets.pool()),
    "careful": lambda: markets.people() + markets.pool(skill=1, orders=24, life=30),
    "nurtured": lambda: markets.people() + markets.pool(skill=1, orders=24, life=30),
    "bare": lambda: markets.people(150) + markets.pool(count=45),
    "once": lambda: markets.people(150) + markets.visitors() + markets.once(),
    "unsigned": lambda: markets.people(150) + markets.pool(),
    "judged": lambda: markets.people(150) + markets.niche() + markets.pool(),
}
"""``rack``: no views, six accounts to a phone. ``careful``: people with a life of their own, who
view first and have an own phone each. ``nurtured``: the same, but registered together. ``bare``:
only who liked what and when is logged. ``once``:
an account for each like. ``unsigned``: who wrote what is not known. ``judged``: people
labelled some of it, and were right."""


@dataclass(frozen=True)
class Scanned:
    """A market, its scan directory, the summary, and every query that was run."""

    market: Market
    directory: Path
    summary: dict[str, Any]
    queries: tuple[str, ...]
    _read: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of one output table."""
        if table not in self._read:
            self._read[table] = parquet.read_table(self.directory / f"{table}.parquet").to_pylist()
        return self._read[table]


_DONE: dict[str, Scanned] = {}


def scanned(name: str, folders: pytest.TempPathFactory) -> Scanned:
    """The scan of one of ``MARKETS``; done at the first call. Read only."""
    if name not in _DONE:
        market = MARKETS[name]()
        out = folders.mktemp("market")
        if name == "bare":
            sources = Sources(likes_alone(market))
        elif name == "unsigned":
            sources = Sources(events_of(market))
        else:
            accounts = accounts_of(market, lent=name == "careful")
            labels = labels_of(market) if name == "judged" else None
            sources = Sources(events_of(market), accounts, contents_of(market), labels)
        _DONE[name] = scan(sources, out, market)
    return _DONE[name]


def scan(
    sources: Sources,
    out: Path,
    market: Market | None = None,
    *,
    threads: int = 2,
    false_per_10k: float = 1.0,
    previous: pa.Table | None = None,
) -> Scanned:
    """Scan into ``out`` without a report, with a pseudonym key of its own."""
    queries: list[str] = []

    class Recording(DuckDBEngine):
        """Keeps what it was asked, with what differs between engines left out."""

        def json_object(self, columns: tuple[str, ...]) -> str:
            return f"/* json */ {super().json_object(columns)} /* end */"

        def list_by(self, value: str, order: str) -> str:
            return f"/* list */ {super().list_by(value, order)} /* end */"

        def empty_list(self) -> str:
            return f"/* list */ {super().empty_list()} /* end */"

        def create(self, name: str, query: str) -> None:
            queries.append(query)
            super().create(name, query)

        def query(self, query: str) -> pa.Table:
            queries.append(query)
            return super().query(query)

        def stream(self, query: str, batch_rows: int = 122_880) -> pa.RecordBatchReader:
            queries.append(query)
            return super().stream(query, batch_rows)

    out.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHENZAN_HOME", str(out.with_name(f"{out.name} key")))
        patch.setattr(pipeline, "DuckDBEngine", Recording)
        patch.setattr(report, "write_report", lambda directory, lang: None)
        settings = ScanSettings(
            memory_bytes=MEMORY_BYTES, threads=threads, false_per_10k=false_per_10k
        )
        summary = pipeline.run(sources, settings, out, previous=previous)
    return Scanned(market or markets.Market((), {}), out, summary, tuple(queries))


def events_of(market: Market) -> pa.Table:
    """The events of a market as a user would hand them in."""
    rows = [
        {
            "event_id": f"e{number:06}",
            "ts": row.ts_us,
            "event_type": row.event_type,
            "account_id": row.account_id,
            "content_id": row.content_id,
            "device_id": row.device_id,
            "ip": row.ip,
            "progress": row.progress,
            "source": row.source or _source(market, row),
        }
        for number, row in enumerate(market.rows)
    ]
    return pa.Table.from_pylist(rows)


def likes_alone(market: Market) -> pa.Table:
    """Who liked what and when, and nothing else."""
    events = events_of(market)
    likes = events.filter(pc.equal(events.column("event_type"), "like"))
    return likes.select(["ts", "account_id", "content_id"])


def _source(market: Market, row: Row) -> str:
    """Sellers search for what they were paid to like; to people it is shown."""
    if (row.account_id, row.content_id) in market.sold:
        return "search"
    return ("recommend", "follow", "recommend", "search")[len(row.account_id + row.content_id) % 4]


def contents_of(market: Market) -> pa.Table:
    """Who wrote what, how long it is and what it is about."""
    names, authors = list(market.authors), list(market.authors.values())
    return pa.table(
        {
            "content_id": names,
            "author_id": authors,
            "duration_ms": [30_000 + 100 * len(name) for name in names],
            "topic": [f"topic {sum(map(ord, author)) % 7}" for author in authors],
        }
    )


def labels_of(market: Market) -> pa.Table:
    """Of every third seller and every fifth other, of their likes, and of some contents."""
    likes = [row for row in events_of(market).to_pylist() if row["event_type"] == "like"]
    names = sorted({row["account_id"] for row in likes})
    seen = sorted(market.pool)[::3] + sorted(set(names) - market.pool)[::5]
    rows = [("account", name, name in market.pool) for name in seen]
    rows += [
        ("like", row["event_id"], (row["account_id"], row["content_id"]) in market.sold)
        for row in likes
        if row["account_id"] in seen
    ]
    rows += [("content", name, name in market.orders) for name in sorted(market.authors)[::7]]
    return labels_table(rows)


def labels_table(rows: Iterable[tuple[str, str, bool]]) -> pa.Table:
    """Labels as a user would hand them in: what, which, whether it is fake."""
    words = [(kind, name, "fake" if fake else "genuine") for kind, name, fake in rows]
    columns = ("entity_type", "entity_id", "label")
    return pa.table(dict(zip(columns, zip(*words, strict=True), strict=True)))


def accounts_of(market: Market, *, lent: bool = False) -> pa.Table:
    """Since when each account exists, over three years; those of a pool within a week.

    Accounts of one like each were made for it; those that people lent are of any age.
    """
    names = sorted({row.account_id for row in market.rows} | set(market.authors.values()))
    start_s, day_s = EXAMPLE_START_S, markets.DAY_S
    made = {name: 1 if name[0] == "t" else 200 + sum(map(ord, name)) % 7 for name in market.pool}
    made = {} if lent else made
    age_days = [made.get(name, 1 + number * 37 % 1_000) for number, name in enumerate(names)]
    return pa.table(
        {
            "account_id": names,
            "created_at": [start_s - day_s * days for days in age_days],
            "followers": [len(name) * 50 if "author" in name else None for name in names],
            "organization_id": ["agency" if "niche" in name else None for name in names],
        }
    )
