"""Logs by day and tables by day, on either engine: only new files are read, and the bytes agree."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from pyarrow import parquet
from tests.engines import logs
from tests.engines.test_same_answer import same_tables

import zhenzan

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.engines.spark import SparkEngine

HELD_BACK = 0.25
"""Share of the first day's rows that come late."""


def scan(log: Path, out: Path, engine: str, store: Path | None = None) -> zhenzan.Scan:
    return zhenzan.scan(
        log, out=out, memory="1GB", threads=2, engine=engine, store=store, partition_by="day"
    )


def grows(whole: Path, log: Path) -> int:
    """Copy a log without its last day and a part of its first; the number of its files."""
    days = sorted(whole.glob("day=*"))
    for day in days[:-1]:
        shutil.copytree(day, log / day.name)
    first = next((log / days[0].name).iterdir())
    rows = parquet.ParquetFile(first).read()
    late = int(rows.num_rows * HELD_BACK)
    assert late > 0
    parquet.write_table(rows.slice(late), first)
    parquet.write_table(rows.slice(0, late), whole / "late.parquet")
    return len(days) - 1


def new_day(whole: Path, log: Path) -> None:
    """A new day comes, and an old one gains a file."""
    days = sorted(whole.glob("day=*"))
    shutil.copytree(days[-1], log / days[-1].name)
    (whole / "late.parquet").rename(log / days[0].name / "late.parquet")


@pytest.mark.parametrize("engine", ["duckdb", pytest.param("spark", marks=pytest.mark.slow)])
def test_new_days_alone_are_read_and_the_tables_are_those_of_a_full_scan(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHENZAN_HOME", str(tmp_path / "key"))
    spark: SparkEngine | None = request.getfixturevalue("spark") if engine == "spark" else None
    logs.by_day(tmp_path / "whole")
    log, store = tmp_path / "log", tmp_path / "store"
    days = grows(tmp_path / "whole", log)
    before = scan(log, tmp_path / "before", "duckdb", store)
    assert before.summary["kept_files"] == 0
    new_day(tmp_path / "whole", log)

    after = scan(log, tmp_path / "after", engine, store)
    assert after.summary["kept_files"] == days
    assert after.summary["settings"]["engine"] == engine
    assert after.likes.num_rows > before.likes.num_rows
    same_tables(scan(log, tmp_path / "full", "duckdb").directory, after.directory)

    if spark:
        told = spark._session.read.parquet((after.directory / "likes.parquet").as_uri())
        found = {(row["event_id"], row["day"].isoformat()) for row in told.collect()}
        likes = after.likes.select(["event_id", "ts"]).to_pylist()
        assert found == {(row["event_id"], row["ts"].date().isoformat()) for row in likes}
