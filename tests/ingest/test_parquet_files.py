"""Parquet files of any make: odd names, old types, wide rows."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.ingest.loading import run

from zhenzan.errors import InputError
from zhenzan.ingest import parquet_files
from zhenzan.ingest.files import DataFile
from zhenzan.ingest.limits import IngestLimits
from zhenzan.ingest.parquet_files import open_parquet
from zhenzan.ingest.records import Meter, Opened

if TYPE_CHECKING:
    from pathlib import Path

T0 = 1_709_294_400
"""2024-03-01T12:00:00Z, seconds since 1970."""
BASE: dict[str, list[Any]] = {
    "ts": [T0, T0 + 1],
    "account_id": ["u0", "u1"],
    "content_id": ["v", "v"],
}


def opened(path: Path) -> Opened:
    file = DataFile(str(path), "parquet", "", path.stat().st_size)
    return open_parquet(file, frozenset({"device_id"}), Meter(file, IngestLimits()))


def test_only_the_asked_columns_are_read_even_beside_nested_ones(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    table = pa.table({"a": [{"b": 1, "c": 2}], "a.b": [3], "d": [4]})
    pq.write_table(table, path)
    source = opened(path)
    positions = [source.schema.names.index(name) for name in ("a.b", "d")]
    batches = [records.batch for records in source.read(positions)]
    assert pa.Table.from_batches(batches).to_pylist() == [{"a.b": 3, "d": 4}]


def test_rows_are_numbered_across_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_files, "ROWS_PER_RUN", 1_500)
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"n": list(range(1, 5_001))}), path, row_group_size=700)
    runs = list(opened(path).read([0]))
    assert len(runs) > 3
    assert [n for r in runs for n in r.numbers] == list(range(1, 5_001))
    assert [n for r in runs for n in r.batch.column(0).to_pylist()] == list(range(1, 5_001))


def test_wide_rows_come_in_smaller_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_files, "_BYTES_PER_RUN", 2**20)
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"t": [str(i) * 500 for i in range(4_000)]}), path)
    assert max(len(r.numbers) for r in opened(path).read([0])) == 1_024


def test_timestamps_of_any_unit_and_zone(tmp_path: Path) -> None:
    moment = pa.array([datetime.fromtimestamp(T0, UTC)], pa.timestamp("us", "UTC"))
    types = [pa.timestamp(u, z) for u in ("s", "ms", "us", "ns") for z in (None, "Asia/Shanghai")]
    for number, kind in enumerate(types):
        stamp = moment.cast(pa.timestamp("us")).cast(pa.timestamp(kind.unit)).cast(pa.int64())
        table = pa.table({"ts": stamp.cast(kind), "account_id": [str(kind)], "content_id": ["v"]})
        pq.write_table(table, tmp_path / f"{number}.parquet", version="2.6")
    loaded = run(tmp_path)
    assert len(loaded.accounts_in) == len(types)
    assert [e["ts"] for e in loaded.events] == [T0 * 10**6] * len(types)


def test_old_spark_timestamps_and_far_dates(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    moments = pa.array([datetime(2024, 3, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)])
    table = pa.table({**BASE, "ts": moments.cast(pa.timestamp("us"))})
    pq.write_table(table, path, use_deprecated_int96_timestamps=True)
    loaded = run(path)
    assert [e["ts"] for e in loaded.events] == [1_709_251_200 * 10**6]
    assert [q["row"] for q in loaded.quarantine] == [2]


def test_uuids_dates_and_byte_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    ids = [uuid.UUID(int=7), uuid.UUID(int=2**127 + 5)]
    duckdb.execute(
        "COPY (SELECT unnest([?, ?])::UUID AS event_id, DATE '2024-03-01' AS ts, "
        "unnest(['u0', 'u1'])::BLOB AS account_id, 1.50::DECIMAL(9, 2) AS content_id, "
        f"NULL::UUID AS session_id, uuid() AS other) TO '{path}' (FORMAT parquet)",
        [str(i) for i in ids],
    )
    loaded = run(path)
    assert sorted(e["event_id"] for e in loaded.endorsements) == [str(i) for i in ids]
    assert [a["account_id"] for a in loaded.accounts_in] == ["u0", "u1"]
    assert [c["content_id"] for c in loaded.contents_in] == ["1.50"]
    assert {e["ts"] for e in loaded.events} == {1_709_251_200 * 10**6}
    assert {e["session"] for e in loaded.endorsements} == {None}


def test_an_empty_file_and_a_repeated_column(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table(BASE).slice(0, 0), path)
    with pytest.raises(InputError, match="holds no events"):
        run(path)
    names = ["ts", "account_id", "content_id", "ts"]
    table = pa.Table.from_arrays([*pa.table(BASE).columns, pa.array([1, 2])], names=names)
    pq.write_table(table, path)
    with pytest.raises(InputError, match="'ts' more than once"):
        run(path)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.binary(), pa.int64()])
def test_devices_of_any_type_are_read_alike(tmp_path: Path, kind: pa.DataType) -> None:
    """Of a column with a dictionary, of one without, and of one that is no text."""
    rows = pa.table(
        {
            "ts": pa.array([1_760_000_000 + n for n in range(8)]),
            "account_id": ["a"] * 8,
            "content_id": [f"c{n}" for n in range(8)],
            "device_id": pa.array(["7", "8", None, "7", "9", "7", None, "8"]).cast(kind),
        }
    )
    found = []
    for name, by_dictionary in (("one", True), ("other", False)):
        path = tmp_path / f"{name}.parquet"
        pq.write_table(rows, path, use_dictionary=by_dictionary)
        found.append(run(path).endorsements)
    assert found[0] == found[1]
    devices = {row["content"]: row["device"] for row in found[0]}
    assert [devices[n] is None for n in (1, 2, 6)] == [False, True, True]
    assert len({devices[0], devices[3], devices[5]}) == 1
    assert len(set(devices.values())) == 4
