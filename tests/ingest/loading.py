"""Loads sources into a fresh engine, for the tests of the ingest stage."""

from __future__ import annotations

import csv
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from zhenzan.engines.duckdb import DuckDBEngine
from zhenzan.ingest import IngestReport, Sources, load
from zhenzan.settings import ScanSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from zhenzan.ingest.limits import IngestLimits

KEY = bytes(range(32))
Row = dict[str, Any]


@dataclass(frozen=True)
class Loaded:
    """A report and the tables, each as a list of rows in a fixed order."""

    report: IngestReport
    events: list[Row]
    endorsements: list[Row]
    accounts_in: list[Row]
    contents_in: list[Row]
    labels_in: list[Row] | None
    quarantine: list[Row]

    def named_events(self) -> list[Row]:
        """The events with the user's identifiers instead of codes, without pseudonyms."""
        accounts = {r["account"]: r["account_id"] for r in self.accounts_in}
        contents = {r["content"]: r["content_id"] for r in self.contents_in}
        return [
            {
                "account_id": accounts[r["account"]],
                "content_id": contents[r["content"]],
                **{k: r[k] for k in ("event_type", "ts", "watch_ms", "progress", "source")},
            }
            for r in self.events
        ]


def run(
    events: object,
    *,
    accounts: object = None,
    contents: object = None,
    labels: object = None,
    columns: Mapping[str, str] | None = None,
    endorsement: tuple[str, ...] = ("like",),
    key: bytes = KEY,
    threads: int = 2,
    limits: IngestLimits | None = None,
    store: Path | None = None,
) -> Loaded:
    """Load the sources and read every table back."""
    settings = ScanSettings(
        endorsement=endorsement,
        memory_bytes=10**9,
        threads=threads,
        columns=dict(columns or {}),
    )
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        engine = DuckDBEngine(work, 10**9, threads)
        try:
            report = load(
                Sources(events, accounts, contents, labels),
                settings,
                engine,
                key,
                work,
                limits=limits,
                store=store,
            )
            assert sorted(p.name for p in work.iterdir() if "ingest" in p.name) == []
            return Loaded(
                report,
                _rows(engine, "events", "ALL"),
                _rows(engine, "endorsements", '"like"'),
                _rows(engine, "accounts_in", "account"),
                _rows(engine, "contents_in", "content"),
                _rows(engine, "labels_in", "ALL") if labels is not None else None,
                _rows(engine, "quarantine", '"source", "row"'),
            )
        finally:
            engine.close()


def write(table: pa.Table, path: Path) -> None:
    """Write a table in the format that the path's ending says."""
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    elif path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(table.column_names)
            writer.writerows(zip(*(c.to_pylist() for c in table.columns), strict=True))
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in table.to_pylist()))


def _rows(engine: DuckDBEngine, table: str, order: str) -> list[Row]:
    rows: list[Row] = engine.query(f"SELECT * FROM {table} ORDER BY {order}").to_pylist()
    return rows
