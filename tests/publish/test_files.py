"""Output files: exact schemas, sorted unique keys, and bytes that depend on the rows alone."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from pyarrow import parquet

from zhenzan.publish import files
from zhenzan.tables import LIKES, OUT_TABLES, SIGNALS

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 2 * 122_880 + 4_321
"""Two whole row groups and a part of one."""


@pytest.fixture(scope="module")
def likes() -> pa.Table:
    """Many rows of the likes table, its texts too long and too many for one dictionary page."""
    dice = random.Random(4)
    columns = {
        "event_id": pa.array([f"event number {n:012} of a long log" for n in range(ROWS)]),
        "ts": pa.array(range(ROWS), pa.int64()),
        "account_id": pa.array([f"account {dice.randrange(10**6)}" for _ in range(ROWS)]),
        "content_id": pa.array([f"c{dice.randrange(500)}" for _ in range(ROWS)]),
        "score": pa.array([dice.randrange(10**6) / 10**6 for _ in range(ROWS)]),
        "verdict": pa.array(["genuine"] * ROWS),
        "provenance": pa.array(["genuine"] * ROWS),
        "reasons": pa.array(
            [["like_unseen", "like_in_burst"][: dice.randrange(3)] for _ in range(ROWS)]
        ),
        "ring_id": pa.array([dice.choice((None, "r-000000000001")) for _ in range(ROWS)]),
    }
    return pa.table(columns)


def batches(table: pa.Table, sizes: list[int]) -> pa.RecordBatchReader:
    """The rows in batches of the given sizes, over and over."""

    def cut() -> list[pa.RecordBatch]:
        found, start, turn = [], 0, 0
        while start < table.num_rows:
            size = sizes[turn % len(sizes)]
            found += table.slice(start, size).combine_chunks().to_batches()
            start, turn = start + size, turn + 1
        return found

    return pa.RecordBatchReader.from_batches(table.schema, cut())


@pytest.mark.parametrize("sizes", [[2_048], [50_000, 1, 999], [122_880], [ROWS]], ids=str)
def test_bytes_do_not_depend_on_batches(tmp_path: Path, likes: pa.Table, sizes: list[int]) -> None:
    files._write(batches(likes, [122_881]), tmp_path / "a.parquet", LIKES.schema)
    files._write(batches(likes, sizes), tmp_path / "b.parquet", LIKES.schema)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


@pytest.mark.parametrize("sizes", [[2_048], [50_000, 1, 999], [ROWS]], ids=str)
def test_bytes_by_day_do_not_depend_on_batches(
    tmp_path: Path, likes: pa.Table, sizes: list[int]
) -> None:
    apart_us = 3 * files.DAY_US // ROWS
    times = pa.array(range(0, ROWS * apart_us, apart_us), pa.int64())
    rows = likes.set_column(1, "ts", times)
    files._write_by_day(batches(rows, [122_881]), tmp_path / "a", LIKES.schema)
    files._write_by_day(batches(rows, sizes), tmp_path / "b", LIKES.schema)
    for day in ("day=1970-01-01", "day=1970-01-02", "day=1970-01-03"):
        one, other = (tmp_path / name / day / files.PART for name in ("a", "b"))
        assert one.read_bytes() == other.read_bytes()
    read = parquet.read_table(tmp_path / "a", partitioning=None)
    assert read.equals(rows.cast(LIKES.schema))


def test_rows_come_back_in_groups_of_one_size(tmp_path: Path, likes: pa.Table) -> None:
    path = tmp_path / "likes.parquet"
    files._write(batches(likes, [7_000]), path, LIKES.schema)
    read = parquet.read_table(path)
    assert read.schema.equals(LIKES.schema)
    assert read.equals(likes.cast(LIKES.schema))
    metadata = parquet.read_metadata(path)
    sizes = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
    assert sizes == [files.GROUP_ROWS] * 2 + [4_321]


@pytest.mark.parametrize("table", OUT_TABLES, ids=lambda table: table.name)
def test_a_table_without_rows_is_a_file_with_its_columns(tmp_path: Path, table: object) -> None:
    schema = getattr(table, "schema", None)
    assert isinstance(schema, pa.Schema)
    files._write(schema.empty_table().to_reader(), tmp_path / "empty.parquet", schema)
    read = parquet.read_table(tmp_path / "empty.parquet")
    assert read.schema.equals(schema)
    assert read.num_rows == 0


def test_whole_number_identifiers_stay_whole_numbers() -> None:
    schema = files._schema(LIKES, frozenset({"event_id", "account_id"}))
    assert schema.field("event_id").type == pa.int64()
    assert schema.field("account_id").type == pa.int64()
    assert schema.field("content_id").type == pa.string()
    assert schema.names == LIKES.schema.names


def test_an_authors_identifier_is_an_accounts() -> None:
    [contents] = [table for table in OUT_TABLES if table.name == "contents"]
    assert files._schema(contents, frozenset({"account_id"})).field("author_id").type == pa.int64()
    assert files._schema(contents, frozenset({"content_id"})).field("author_id").type == pa.string()


def test_entities_of_signals_are_always_text() -> None:
    everything = frozenset({"event_id", "account_id", "content_id"})
    assert files._schema(SIGNALS, everything).equals(SIGNALS.schema)
