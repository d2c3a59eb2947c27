"""Staged events: the same rows whether they are read here or by the query, and however few wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.ingest.loading import KEY

from zhenzan.errors import LimitError
from zhenzan.ingest import event_rows
from zhenzan.ingest.memory import open_memory
from zhenzan.ingest.pseudonyms import Pseudonyms
from zhenzan.ingest.staging import Staging, open_staging

if TYPE_CHECKING:
    from pathlib import Path

ODD_TIMES = {7: "2026-01-02 03:04:05 UTC", 40: "never", 41: "", 99: "1e9"}
"""Row → a time that only the query reads, or that nothing does."""
EVENTS = pa.table(
    {
        "event_id": [None if row % 3 == 0 else f"e{row}" for row in range(120)],
        "ts": [ODD_TIMES.get(row, f"2026-01-02T03:04:{row % 60:02}Z") for row in range(120)],
        "account_id": [f"u{row % 7}" for row in range(120)],
        "content_id": [f"c{row % 11}" for row in range(120)],
        "text": [None if row % 2 else "好" for row in range(120)],
    }
)


def staged(folder: Path, table: pa.Table) -> list[dict[str, object]]:
    folder.mkdir()
    with open_staging(folder, 10**9, threads=1) as connection:
        staging = Staging("events", {}, folder, connection, Pseudonyms(KEY))
        staging.stage([lambda: open_memory(table, "events")])
    rows = pq.read_table(folder / "events-0.parquet").to_pylist()
    return sorted(rows, key=lambda row: row["row"])


def test_the_same_rows_however_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = staged(tmp_path / "both", EVENTS)
    assert [row["row"] for row in expected] == list(range(1, 121))
    assert [row["row"] for row in expected if row["reason"]] == [41, 42]
    monkeypatch.setattr(event_rows, "ROWS_AT_ONCE", 1)
    assert staged(tmp_path / "few", EVENTS) == expected
    monkeypatch.setattr(event_rows, "read_plain", lambda *_: None)
    assert staged(tmp_path / "query", EVENTS) == expected


def test_no_space_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(LimitError, match="cannot be written to the work folder"):
        staged(tmp_path / "full", EVENTS)
