"""Data in memory is read by the Arrow protocol, whatever library it comes from."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from tests.ingest.loading import run

from zhenzan.errors import CallError, InputError

ROWS: list[dict[str, Any]] = [
    {
        "ts": pd.Timestamp("2024-03-01T12:00:00", tz="Asia/Shanghai"),
        "event_type": "view",
        "account_id": 7,
        "content_id": "v1",
        "watch_ms": 1_200,
    },
    {
        "ts": pd.Timestamp("2024-03-01T12:00:09", tz="Asia/Shanghai"),
        "event_type": "like",
        "account_id": 8,
        "content_id": "v1",
        "watch_ms": None,
    },
]


def sources() -> dict[str, object]:
    frame = pd.DataFrame(ROWS, index=["x", "y"])
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return {
        "pandas": frame,
        "polars": pl.from_arrow(table),
        "table": table,
        "reader": pa.RecordBatchReader.from_batches(table.schema, table.to_batches()),
        "batch": table.to_batches()[0],
        "relation": duckdb.connect().from_arrow(table),
    }


@pytest.mark.parametrize("name", list(sources()))
def test_every_library_gives_the_same(name: str) -> None:
    loaded = run(sources()[name])
    assert [(e["ts"], e["event_type"], e["watch_ms"]) for e in loaded.events] == [
        (1_709_265_600_000_000, 1, 1_200),
        (1_709_265_609_000_000, 2, None),
    ]
    assert [a["account_id"] for a in loaded.accounts_in] == ["7", "8"]
    assert loaded.report.integer_ids == {"account_id"}
    assert loaded.report.digest == run(sources()["table"]).report.digest


def test_whole_numbers_that_a_frame_made_floats() -> None:
    contents = pd.DataFrame({"content_id": ["v1", "v2"], "author_id": [7, None]})
    loaded = run(sources()["table"], contents=contents)
    assert loaded.contents_in[0]["author"] == 0
    assert loaded.accounts_in[0]["account_id"] == "7"


def test_what_cannot_be_read() -> None:
    with pytest.raises(CallError, match="events is a int"):
        run(5)
    with pytest.raises(InputError, match="mixes types"):
        run(pd.DataFrame({"ts": [1, "x"], "account_id": [1, 2], "content_id": [1, 2]}))
    nested = pa.table({"ts": [1_709_294_400], "account_id": [["u"]], "content_id": ["v"]})
    with pytest.raises(InputError, match="'account_id' of events holds values of the type list"):
        run(nested)


def test_unknown_columns_may_hold_anything() -> None:
    table = sources()["table"]
    assert isinstance(table, pa.Table)
    odd = table.append_column("odd", pa.array([{"a": [1]}, {"a": [2]}]))
    odd = odd.append_column("raw", pa.array([b"\xff", b"x"])).append_column("no", pa.nulls(2))
    assert run(odd).report.accepted == 2
