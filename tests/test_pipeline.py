"""Whole scans: the same bytes whatever the order, files or threads; budgets; little data."""

from __future__ import annotations

import json
import random
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyarrow import csv, parquet
from tests.rings import markets
from tests.rings.scans import (
    accounts_of,
    contents_of,
    events_of,
    likes_alone,
    scan,
    scanned,
)

from zhenzan import pipeline, worlds
from zhenzan.errors import CallError, InputError
from zhenzan.ingest import Sources
from zhenzan.settings import ScanSettings
from zhenzan.tables import OUT_TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rings.scans import Scanned

    from zhenzan.settings import Language

VERDICTS = {"genuine", "suspect", "fake", "unknown"}
FEW = pa.table(
    {
        "event_id": [f"e{n}" for n in range(40)],
        "ts": [1_760_000_000 + 977 * n for n in range(40)],
        "account_id": [f"u{n % 8}" for n in range(40)],
        "content_id": [f"c{n // 8}" for n in range(40)],
    }
)


@pytest.fixture
def rack(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    return scanned("rack", tmp_path_factory)


def shuffled(table: pa.Table, seed: int) -> pa.Table:
    order = list(range(table.num_rows))
    random.Random(seed).shuffle(order)
    return table.take(pa.array(order))


def as_json_lines(table: pa.Table, path: Path) -> None:
    rows = [{k: v for k, v in row.items() if v is not None} for row in table.to_pylist()]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def as_files(table: pa.Table, folder: Path) -> Path:
    """The rows in another order, in files of every format, some of them compressed."""
    folder.mkdir()
    table = shuffled(table, 5)
    third = table.num_rows // 3
    parquet.write_table(table.slice(0, third), folder / "z.parquet", row_group_size=1_000)
    with pa.CompressedOutputStream(str(folder / "a.csv.gz"), "gzip") as stream:
        csv.write_csv(table.slice(third, third), stream)
    as_json_lines(table.slice(2 * third), folder / "m.jsonl")
    return folder


def different(one: Scanned, other: Scanned) -> list[str]:
    """The tables whose files differ in a byte."""
    names = [f"{table.name}.parquet" for table in OUT_TABLES]
    return [
        name
        for name in names
        if (one.directory / name).read_bytes() != (other.directory / name).read_bytes()
    ]


def test_the_same_bytes_from_other_files_formats_order_and_threads(
    rack: Scanned, tmp_path: Path
) -> None:
    market = rack.market
    sources = Sources(
        as_files(events_of(market), tmp_path / "events"),
        as_files(accounts_of(market), tmp_path / "accounts"),
        as_files(contents_of(market), tmp_path / "contents"),
    )
    other = scan(sources, tmp_path / "scan", market, threads=1)
    assert different(rack, other) == []
    assert other.summary["input_digest"] == rack.summary["input_digest"]


def test_the_same_bytes_from_small_batches_in_reverse(rack: Scanned, tmp_path: Path) -> None:
    """With another pseudonym key, too: devices and addresses have other codes."""
    backwards = [
        table.take(pa.array(range(table.num_rows - 1, -1, -1)))
        for table in (make(rack.market) for make in (events_of, accounts_of, contents_of))
    ]
    sources = Sources(*(table.to_reader(999) for table in backwards))
    other = scan(sources, tmp_path / "scan", rack.market, threads=3)
    assert different(rack, other) == []


def test_the_same_bytes_when_days_are_read_one_by_one(rack: Scanned, tmp_path: Path) -> None:
    market, log = rack.market, tmp_path / "log"
    files = as_files(events_of(market), tmp_path / "all")
    log.mkdir()
    for kept, file in enumerate(sorted(files.iterdir())):
        file.rename(log / file.name)
        sources = Sources(log, accounts_of(market), contents_of(market))
        other = scan(sources, tmp_path / "scan", store=tmp_path / "kept", key=tmp_path / "key")
        assert other.summary["kept_files"] == kept
    assert different(rack, other) == []
    assert other.summary["input_digest"] == rack.summary["input_digest"]


def test_the_same_bytes_without_event_ids(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """An identifier made from a row's content does not depend on where the row stood."""
    bare = scanned("bare", tmp_path_factory)
    other = scan(Sources(shuffled(likes_alone(bare.market), 6)), tmp_path / "scan", bare.market)
    assert different(bare, other) == []


@pytest.mark.slow
def test_the_same_bytes_of_a_large_world(tmp_path: Path) -> None:
    """Half a million events, with sellers and honest crowds of every kind."""
    worlds.simulate(tmp_path, worlds.WorldSettings(accounts=6_000, days=14, seed=5))
    paths = [tmp_path / f"{name}.parquet" for name in ("events", "accounts", "contents")]
    one = scan(Sources(*paths), tmp_path / "one", threads=3)
    tables = [shuffled(parquet.read_table(path), 7).to_reader(5_000) for path in paths]
    other = scan(Sources(*tables), tmp_path / "other", threads=1)
    assert one.rows("rings")
    assert different(one, other) == []


def test_a_repeated_row_changes_nothing_but_the_count(rack: Scanned, tmp_path: Path) -> None:
    events = events_of(rack.market)
    doubled = pa.concat_tables([events, events.slice(0, 5_000)])
    sources = Sources(doubled, accounts_of(rack.market), contents_of(rack.market))
    other = scan(sources, tmp_path / "scan", rack.market)
    assert different(rack, other) == []
    assert other.summary["rows"]["duplicate"] == 5_000


def called(done: Scanned, table: str) -> set[str]:
    key = {"likes": "event_id", "accounts": "account_id"}[table]
    return {row[key] for row in done.rows(table) if row["verdict"] == "fake"}


@pytest.mark.parametrize("name", ["rack", "bare"])
def test_a_larger_budget_calls_more_and_never_less(
    name: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    usual = scanned(name, tmp_path_factory)
    events = likes_alone(usual.market) if name == "bare" else events_of(usual.market)
    strict, bold = (
        scan(Sources(events), tmp_path / str(budget), usual.market, false_per_10k=budget)
        for budget in (1e-6, 10_000)
    )
    for table in ("likes", "accounts"):
        assert called(strict, table) <= called(bold, table)
        scores = [
            [(row["score"], row["reasons"]) for row in done.rows(table)] for done in (strict, bold)
        ]
        assert scores[0] == scores[1], "the budget moves verdicts, not scores"
    assert called(strict, "accounts") < called(bold, "accounts") <= usual.market.pool
    thresholds = [done.summary["thresholds"] for done in (strict, bold)]
    assert thresholds[0]["like"] > thresholds[1]["like"] >= 0.9499
    assert thresholds[0]["account"] > thresholds[1]["account"] >= 0.9499


@pytest.mark.parametrize("columns", [["ts", "account_id", "content_id"], []], ids=["bare", "full"])
def test_where_nothing_is_bought_nothing_is_called_fake(tmp_path: Path, columns: list[str]) -> None:
    market = markets.people(seed=7) + markets.niche(seed=8)
    events = events_of(market)
    if columns:
        events = events.filter(pa.compute.equal(events.column("event_type"), "like"))
        events = events.select(columns)
    done = scan(Sources(events, contents=contents_of(market)), tmp_path / "scan", market)
    assert {row["verdict"] for row in done.rows("likes")} <= {"genuine", "unknown"}
    assert {row["verdict"] for row in done.rows("accounts")} <= {"genuine", "unknown"}
    assert not {"boosted"} & {row["verdict"] for row in done.rows("contents")}
    assert done.rows("rings") == []


def test_a_log_of_a_few_likes_is_unknown_not_fake(tmp_path: Path) -> None:
    done = scan(Sources(FEW.slice(0, 3)), tmp_path / "scan")
    assert {row["verdict"] for row in done.rows("likes")} == {"unknown"}
    assert {row["verdict"] for row in done.rows("accounts")} == {"unknown"}
    assert {row["verdict"] for row in done.rows("contents")} == {"unknown"}
    for table in ("signals", "rings", "ring_members", "curves", "quarantine"):
        assert done.rows(table) == []


@pytest.mark.parametrize("event_type", ["view", "poke"])
def test_a_log_without_a_like_has_nothing_to_judge(tmp_path: Path, event_type: str) -> None:
    events = FEW.append_column("event_type", pa.array([event_type] * FEW.num_rows))
    done = scan(Sources(events), tmp_path / "scan")
    assert done.summary["likes"]["total"] == 0
    assert all(done.rows(table.name) == [] for table in OUT_TABLES)


def test_detectors_that_lack_a_column_say_which(tmp_path_factory: pytest.TempPathFactory) -> None:
    bare = scanned("bare", tmp_path_factory).summary["detectors"]
    full = scanned("rack", tmp_path_factory).summary["detectors"]
    assert full["skipped"] == []
    lacking = {row["id"]: row["missing"] for row in bare["skipped"]}
    assert {"path": ["view"], "device": ["device_id"], "address": ["ip"]}.items() <= lacking.items()
    for row in bare["skipped"]:
        assert all(column in row["why"] for column in row["missing"])
    ran = {row["id"] for row in full["run"]}
    assert ran == {row["id"] for row in bare["run"]} | set(lacking)


def test_rows_that_cannot_be_read_are_counted_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    lines = [f"{1_760_000_000 + n},u{n % 8},c{n // 8}" for n in range(40)]
    lines[7] = "yesterday,u1,c1"
    lines[9] = "1760000000,,c1"
    path.write_text("\n".join(["ts,account_id,content_id", *lines]) + "\n", encoding="utf-8")
    done = scan(Sources(path), tmp_path / "scan")
    rows = done.summary["rows"]
    assert rows == {"in": 40, "accepted": 38, "duplicate": 0, "quarantined": 2}
    kept = done.rows("quarantine")
    assert [row["row"] for row in kept] == sorted(row["row"] for row in kept)
    assert "yesterday" in kept[0]["raw"]
    assert len(done.rows("likes")) == 38


def test_what_is_judged_is_the_users_choice(tmp_path: Path) -> None:
    words = ["like", "share", "favorite", "view"] * 10
    events = FEW.append_column("event_type", pa.array(words))
    settings = ScanSettings(("share", "favorite"), memory_bytes=10**9, threads=1)
    out = tmp_path / "scan"
    out.mkdir()
    summary = pipeline.run(Sources(events), settings, out)
    assert summary["likes"]["total"] == 20
    assert (out / "report.html").is_file()
    assert parquet.read_table(out / "likes.parquet").num_rows == 20


class Watcher:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, Any]] = []

    def started(self, stage: str, position: int, total: int) -> None:
        self.told.append(("started", stage, (position, total)))

    def finished(self, stage: str, seconds: float) -> None:
        self.told.append(("finished", stage, seconds >= 0.0))


def test_progress_is_told_stage_by_stage(tmp_path: Path) -> None:
    watcher = Watcher()
    settings = ScanSettings(memory_bytes=10**9, threads=1)
    summary = pipeline.run(Sources(FEW), settings, tmp_path, watcher)
    names = [*(name for name, _ in pipeline.STAGES), "report"]
    assert watcher.told == [
        told
        for position, name in enumerate(names, start=1)
        for told in (("started", name, (position, len(names))), ("finished", name, True))
    ]
    assert [stage["stage"] for stage in summary["stages"]] == names
    on_disk = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert on_disk == json.loads(json.dumps(summary))


def test_an_engine_that_is_not_installed_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zhenzan.engines.spark", None)
    with pytest.raises(CallError, match="spark is not installed") as caught:
        pipeline.run(Sources(FEW), ScanSettings(engine="spark"), tmp_path / "scan")
    assert "zhenzan[spark]" in caught.value.hint


def test_a_failure_leaves_no_working_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work, out = tmp_path / "work", tmp_path / "out"
    work.mkdir()
    out.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    settings = ScanSettings(memory_bytes=10**9, threads=1)
    with pytest.raises(InputError):
        pipeline.run(Sources(tmp_path / "absent.csv"), settings, out)
    assert list(work.iterdir()) == []
    pipeline.run(Sources(FEW), settings, out)
    assert list(work.iterdir()) == []


def test_verdict_words(rack: Scanned) -> None:
    assert {row["verdict"] for row in rack.rows("likes")} <= VERDICTS
    assert {row["verdict"] for row in rack.rows("accounts")} <= VERDICTS


@pytest.mark.parametrize(("lang", "words"), [("en", "the log has no"), ("zh", "日志中没有")])
def test_why_a_detector_did_not_look_is_said_in_the_language_of_the_scan(
    lang: Language, words: str, tmp_path: Path
) -> None:
    (tmp_path / "scan").mkdir()
    done = pipeline.run(Sources(FEW), ScanSettings(threads=1, lang=lang), tmp_path / "scan")
    reasons = {row["id"]: row["why"] for row in done["detectors"]["skipped"]}
    assert reasons["device"] == f"{words} device_id"


class Onlooker:
    """Sees which files there are beside the results while each stage runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: set[str] = set()

    def started(self, stage: str, position: int, total: int) -> None:
        self.seen |= {path.name for path in self.folder.iterdir()}

    def finished(self, stage: str, seconds: float) -> None:
        self.seen |= {path.name for path in self.folder.iterdir()}


@pytest.mark.parametrize("fails", [False, True])
def test_work_is_done_beside_the_results_and_leaves_nothing(*, fails: bool, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    (folder / "scan").mkdir(parents=True)
    onlooker = Onlooker(folder)
    events = FEW.drop(["ts"]) if fails else FEW
    with pytest.raises(InputError) if fails else nullcontext():
        pipeline.run(Sources(events), ScanSettings(threads=1), folder / "scan", onlooker)
    assert any(name.startswith(".scan.work-") for name in onlooker.seen)
    assert [path.name for path in folder.iterdir()] == ["scan"]
