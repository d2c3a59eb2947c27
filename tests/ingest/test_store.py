"""Kept rows: the same tables as without them, whatever was kept before."""

from __future__ import annotations

import fcntl
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.ingest.loading import KEY, Loaded, run, write

from zhenzan.errors import CallError, InputError
from zhenzan.ingest import guard, loading, store

if TYPE_CHECKING:
    from pathlib import Path

T0 = 1_709_294_400
"""2024-03-01T12:00:00Z, seconds since 1970."""
DAY_S = 86_400
OTHER_KEY = bytes(range(1, 33))


def day(number: int, rows: int = 6, **columns: Any) -> pa.Table:
    """Events of one day; the first repeats one of the day before, the last has no time."""
    events = [max(rows * number + n - 2 * (n == 0), 0) for n in range(rows)]
    table: dict[str, Any] = {
        "event_id": [f"e{n}" for n in events],
        "ts": [str(T0 + DAY_S * (n // rows) + n) for n in events[:-1]] + ["soon"],
        "account_id": [f"u{n % 4}" for n in events],
        "content_id": [f"v{n % 3}" for n in events],
        "event_type": ["view", "like"] * (rows // 2),
        "device_id": [f"d{n % 5}" for n in events],
    }
    return pa.table(table | columns)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Three days, a folder each, in three formats."""
    for number, ending in enumerate(("parquet", "csv", "jsonl")):
        folder = tmp_path / "log" / f"day={number}"
        folder.mkdir(parents=True)
        write(day(number), folder / f"events.{ending}")
    return tmp_path / "log"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def same(one: Loaded, other: Loaded) -> bool:
    """Everything but how many files had been kept."""
    return replace(one, report=replace(one.report, kept_files=None)) == replace(
        other, report=replace(other.report, kept_files=None)
    )


def rows_kept(kept: Path) -> list[str]:
    return sorted(path.name for path in kept.iterdir() if path.suffix == ".parquet")


def test_a_second_scan_reads_nothing_and_ends_in_the_same(log: Path, kept: Path) -> None:
    plain, first, second = run(log), run(log, store=kept), run(log, store=kept)
    assert (first.report.kept_files, second.report.kept_files) == (0, 3)
    assert plain.report.kept_files is None
    assert plain.report.duplicate > 0, "repeats across files are in it"
    assert plain.report.quarantined > 0
    assert same(first, plain)
    assert same(second, plain)


def test_what_is_kept_is_not_read_again(
    log: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(log, store=kept)
    monkeypatch.setattr(loading, "run_child", lambda job: pytest.fail("a file was read"))
    run(log, store=kept)


def test_a_new_day_is_read_alone(log: Path, kept: Path) -> None:
    run(log / "day=0", store=kept)
    run(log, store=kept)
    (log / "day=3").mkdir()
    write(day(3), log / "day=3" / "events.parquet")
    found = run(log, store=kept)
    assert found.report.kept_files == 3
    assert same(found, run(log))


def test_a_changed_file_is_read_again(log: Path, kept: Path) -> None:
    run(log, store=kept)
    path = log / "day=1" / "events.csv"
    stat = path.stat()
    path.write_text(path.read_text().replace("u1", "u9"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    found = run(log, store=kept)
    assert found.report.kept_files == 2
    assert same(found, run(log))
    assert "u9" in {row["account_id"] for row in found.accounts_in}


def test_a_removed_file_is_gone_from_the_tables_and_from_the_store(log: Path, kept: Path) -> None:
    run(log, store=kept)
    before = rows_kept(kept)
    shutil.rmtree(log / "day=2")
    found = run(log, store=kept)
    assert same(found, run(log))
    assert len(rows_kept(kept)) == 2
    assert set(rows_kept(kept)) < set(before)


def test_a_file_under_another_name_is_known(log: Path, kept: Path) -> None:
    run(log, store=kept)
    moved = log.rename(log.with_name("moved"))
    found = run(moved, store=kept)
    assert found.report.kept_files == 3
    assert same(found, run(moved)), "quarantine names the file as it is called now"


def test_a_file_that_is_there_twice_counts_twice(log: Path, kept: Path) -> None:
    shutil.copy(log / "day=0" / "events.parquet", log / "day=0" / "again.parquet")
    plain = run(log)
    for expected in (0, 4):
        found = run(log, store=kept)
        assert found.report.kept_files == expected
        assert same(found, plain)


def test_accounts_and_contents_are_kept_too(log: Path, kept: Path, tmp_path: Path) -> None:
    accounts, contents = tmp_path / "accounts.csv", tmp_path / "contents.parquet"
    write(pa.table({"account_id": ["u1", "u2"], "followers": [3, 4]}), accounts)
    write(pa.table({"content_id": ["v1"], "author_id": ["u7"]}), contents)
    plain = run(log, accounts=accounts, contents=contents)
    for expected in (0, 5):
        found = run(log, accounts=accounts, contents=contents, store=kept)
        assert found.report.kept_files == expected
        assert same(found, plain)


@pytest.mark.parametrize("change", ["key", "mapping"])
def test_with_another_key_or_mapping_all_is_read_again(log: Path, kept: Path, change: str) -> None:
    run(log, store=kept)
    options: dict[str, Any] = (
        {"key": OTHER_KEY} if change == "key" else {"columns": {"session_id": "device_id"}}
    )
    found = run(log, store=kept, **options)
    assert found.report.kept_files == 0
    assert same(found, run(log, **options))


def test_with_another_reader_all_is_read_again(
    log: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(log, store=kept)
    monkeypatch.setattr(store, "_reader", lambda: ["a later version"])
    assert run(log, store=kept).report.kept_files == 0


@pytest.mark.parametrize("damage", ["no sums", "torn sums", "torn rows", "no rows"])
def test_a_killed_scan_leaves_nothing_that_misleads(log: Path, kept: Path, damage: str) -> None:
    run(log, store=kept)
    rows = kept / rows_kept(kept)[0]
    about = rows.with_suffix(".json")
    if damage == "no sums":
        about.unlink()
    elif damage == "torn sums":
        about.write_text(about.read_text()[:20])
    elif damage == "torn rows":
        rows.write_bytes(rows.read_bytes()[:-9])
    else:
        rows.unlink()
    found = run(log, store=kept)
    assert found.report.kept_files == 2
    assert same(found, run(log))


def test_a_file_that_changes_while_it_is_read_is_not_kept(
    log: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = guard.run_child

    def read_and_change(job: Any) -> Any:
        staged = read(job)
        write(day(7), log / "day=0" / "events.parquet")
        return staged

    monkeypatch.setattr(loading, "run_child", read_and_change)
    run(log, store=kept)
    monkeypatch.undo()
    found = run(log, store=kept)
    assert found.report.kept_files == 2
    assert same(found, run(log))


def test_a_file_that_cannot_be_read_stops_the_scan_as_without_a_store(
    log: Path, kept: Path
) -> None:
    pq.write_table(pa.table({"ts": [T0]}), log / "bad.parquet")
    with pytest.raises(InputError) as plain:
        run(log)
    with pytest.raises(InputError) as found:
        run(log, store=kept)
    assert str(found.value) == str(plain.value)


def test_nothing_kept_shows_a_device_or_a_name(log: Path, kept: Path) -> None:
    run(log, store=kept, key=KEY)
    for path in kept.iterdir():
        assert b"events" not in path.name.encode()
        if path.suffix == ".parquet":
            assert b"d1" not in pq.read_table(path).column("device").cast(pa.string()).to_pylist()
            assert pq.read_schema(path).field("device").type == pa.int64()


def test_two_scans_do_not_use_one_store_at_once(log: Path, kept: Path) -> None:
    run(log, store=kept)
    with (kept / store.LOCK).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CallError, match="Another scan uses the store") as caught:
            run(log, store=kept)
    assert "--store" in caught.value.hint


def test_a_folder_with_something_else_is_no_store(log: Path, tmp_path: Path) -> None:
    with pytest.raises(CallError, match="holds something else") as caught:
        run(log, store=log)
    assert "--store" in caught.value.hint
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(CallError, match="cannot be used"):
        run(log, store=file)


@pytest.mark.parametrize("source", ["folder", "glob", "list"])
def test_a_store_among_the_files_is_refused(log: Path, source: str) -> None:
    if source == "glob":
        run(log, store=log.with_name("kept"))
        log.with_name("kept").rename(log / "kept")
    given = {"folder": log, "glob": str(log / "*"), "list": [log]}[source]
    with pytest.raises(CallError, match="lies among the files") as caught:
        run(given, store=log / "kept")
    assert "--store" in caught.value.hint
