"""Hostile files end in one sentence, within the limits, and never in a traceback."""

from __future__ import annotations

import gzip
import random
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.ingest.loading import run

from zhenzan.errors import InputError, LimitError
from zhenzan.ingest import guard
from zhenzan.ingest.limits import GIB, IngestLimits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MIB = 2**20
SMALL = IngestLimits(expanded_floor_bytes=16 * MIB)


def repeated(value: str, rows: int) -> pa.DictionaryArray:
    """One value, ``rows`` times, which a Parquet file holds once."""
    return pa.DictionaryArray.from_arrays(np.zeros(rows, dtype=np.int32), [value])


def write_bomb(path: Path, rows: int, text: str) -> None:
    """A Parquet file of ``rows`` rows that are all the same: a few kilobytes."""
    columns = {"ts": "1709294400", "account_id": "u", "content_id": "v", "text": text}
    table = pa.table({name: repeated(value, rows) for name, value in columns.items()})
    pq.write_table(
        table,
        path,
        compression="zstd",
        row_group_size=rows,
        dictionary_pagesize_limit=GIB,
        data_page_size=GIB,
        max_rows_per_page=2**31 - 1,
        write_statistics=False,
        store_schema=False,
    )


def test_twenty_gigabytes_from_eight_kilobytes(tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    write_bomb(path, rows=20_000, text="a" * MIB)
    assert path.stat().st_size < 8_000
    with pytest.raises(LimitError, match=r"bomb\.parquet") as caught:
        run(path, limits=IngestLimits(memory_floor_bytes=0))
    assert caught.value.hint


def test_a_file_of_endless_equal_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    write_bomb(path, rows=800_000, text="t")
    assert path.stat().st_size < 8_000
    with pytest.raises(LimitError, match=r"rows\.parquet' expands from"):
        run(path, limits=SMALL)


@pytest.mark.parametrize("line", [b"\n", b"1709294400,u,v\n", b"x"])
def test_a_gzip_bomb(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(b"ts,account_id,content_id\n")
        piece = line * (MIB // len(line))
        for _ in range(20):
            file.write(piece)
    assert path.stat().st_size < 400_000
    with pytest.raises(LimitError, match=r"bomb\.csv\.gz' expands from"):
        run(path, limits=SMALL)


def test_honest_compression_is_far_from_the_limits(tmp_path: Path) -> None:
    rows = 50_000
    pick = np.random.default_rng(1)
    table = pa.table(
        {
            "event_id": pa.array(np.arange(rows)),
            "ts": pa.array(1_709_294_400 + np.sort(pick.integers(0, 86_400, rows))),
            "account_id": pa.array(pick.integers(0, 500, rows)),
            "content_id": pa.array(pick.integers(0, 50, rows)),
            **{name: repeated("the same for all", rows) for name in ("source", "device_id", "ip")},
        }
    )
    path = tmp_path / "events.parquet"
    pq.write_table(table, path, compression="zstd")
    decoded = sum(b.nbytes for b in pq.ParquetFile(path).iter_batches())
    assert decoded < path.stat().st_size * IngestLimits().expanded_ratio / 4
    strict = replace(SMALL, expanded_floor_bytes=0)
    assert run(path, limits=strict).report.accepted == rows


def test_the_child_killed_is_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killer = tmp_path / "killer"
    killer.write_text("#!/bin/sh\nkill -9 $$\n")
    killer.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(killer))
    with pytest.raises(LimitError, match="broke the process"):
        run(small_csv(tmp_path))


def test_time_is_limited(tmp_path: Path) -> None:
    limits = IngestLimits(seconds=0, seconds_per_gib=0)
    with pytest.raises(LimitError, match="took longer than 0 seconds"):
        run(small_csv(tmp_path), limits=limits)


def test_memory_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "resident_bytes", lambda _: 3 * GIB)
    with pytest.raises(LimitError, match="needs more than 2,147 MB of memory"):
        run(small_csv(tmp_path))


def test_many_columns(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("ts,account_id,content_id," + ",".join(f"c{i}" for i in range(100)) + "\n")
    with pytest.raises(LimitError, match="more than 50 columns"):
        run(path, limits=IngestLimits(most_columns=50))


def small_csv(folder: Path) -> Path:
    path = folder / "events.csv"
    path.write_text("ts,account_id,content_id\n1709294400,u,v\n")
    return path


def _truncate(data: bytearray) -> None:
    del data[len(data) // 2 :]


def _scribble(data: bytearray) -> None:
    pick = random.Random(2)
    for _ in range(60):
        data[pick.randrange(4, len(data) - 4)] = pick.randrange(256)


def _lie_about_rows(data: bytearray) -> None:
    # The footer says 77 rows where the file holds 76: 64-bit field 3, written as a zigzag varint.
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    place = data.index(b"\x16\x98\x01", footer)
    data[place + 1] = 0x9A


@pytest.mark.parametrize("harm", [_truncate, _scribble, _lie_about_rows])
def test_a_damaged_parquet_file(tmp_path: Path, harm: Callable[[bytearray], None]) -> None:
    path = tmp_path / "events.parquet"
    rows = 76
    table = pa.table({n: [f"{n}{i}" for i in range(rows)] for n in ("account_id", "content_id")})
    pq.write_table(table.append_column("ts", pa.array([1_709_294_400] * rows)), path)
    data = bytearray(path.read_bytes())
    harm(data)
    path.write_bytes(data)
    with pytest.raises((InputError, LimitError), match=r"events\.parquet"):
        run(path)


def test_damaged_compressed_text(tmp_path: Path) -> None:
    path = tmp_path / "events.csv.gz"
    path.write_bytes(gzip.compress(b"ts,account_id,content_id\n" + b"1709294400,u,v\n" * 99)[:-9])
    with pytest.raises(InputError, match="damaged"):
        run(path)
