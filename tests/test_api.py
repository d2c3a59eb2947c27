"""Zhenzan from Python: what a caller gives, gets and is told."""

from __future__ import annotations

import gc
import shutil
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

import zhenzan
from zhenzan import api, pipeline
from zhenzan.tables import OUT_TABLES

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = pa.table(
    {
        "event_id": [f"e{n}" for n in range(40)],
        "ts": [1_760_000_000 + 977 * n for n in range(40)],
        "account_id": [f"u{n % 8}" for n in range(40)],
        "content_id": [f"c{n // 8}" for n in range(40)],
    }
)


@pytest.mark.parametrize("table", OUT_TABLES, ids=lambda table: table.name)
def test_a_scan_has_every_table(small_scan: zhenzan.Scan, table: Any) -> None:
    found = getattr(small_scan, table.name)
    assert isinstance(found, pa.Table)
    assert set(table.column_names) <= set(found.column_names)
    assert found.equals(parquet.read_table(small_scan.directory / f"{table.name}.parquet"))


def test_a_scan_can_be_opened_again(small_scan: zhenzan.Scan) -> None:
    opened = zhenzan.open(str(small_scan.directory))
    assert opened.likes.equals(small_scan.likes)
    assert opened.summary == small_scan.summary
    assert opened.report.is_file()
    assert {path.name for path in opened.directory.iterdir()} == api.scan_files()


def test_an_author_is_diagnosed(ring_scan: zhenzan.Scan) -> None:
    authors = ring_scan.authors.column("author_id").to_pylist()
    found = ring_scan.diagnose(authors[0], peers=authors[1:3])
    assert found.author_id == authors[0]
    assert [peer.author_id for peer in found.peers] == authors[1:3]
    for lang in ("en", "zh"):
        assert f'lang="{lang}' in found.html(lang)
    with pytest.raises(zhenzan.ZhenzanError, match="nobody-at-all"):
        ring_scan.diagnose("nobody-at-all")


def test_a_scan_shows_its_summary(small_scan: zhenzan.Scan) -> None:
    assert str(small_scan.directory) in repr(small_scan)
    assert f"{small_scan.likes.num_rows:,}" in repr(small_scan)
    html = small_scan._repr_html_()
    assert f"{small_scan.likes.num_rows:,}" in html
    assert "<" in html


def test_a_scan_may_follow_an_earlier_one(ring_scan: zhenzan.Scan) -> None:
    """Also one that it replaces; what is no scan is told before any work."""
    done = zhenzan.scan(EVENTS, previous=ring_scan.directory)
    assert done.summary["rings"]["ended"] == sorted(ring_scan.rings.column("ring_id").to_pylist())
    assert done.summary["rings"]["by_change"] == {}
    again = zhenzan.scan(EVENTS, out=done.directory, previous=done.directory)
    assert again.summary["rings"]["ended"] == []
    with pytest.raises(zhenzan.ZhenzanError, match="nowhere"):
        zhenzan.scan(EVENTS, previous="nowhere")


def test_a_scan_may_keep_what_it_read(tmp_path: Path) -> None:
    parquet.write_table(EVENTS, tmp_path / "events.parquet")
    for kept in (0, 1):
        done = zhenzan.scan(tmp_path / "events.parquet", store=tmp_path / "kept")
        assert done.summary["kept_files"] == kept
        assert done.likes.num_rows == EVENTS.num_rows
    kept_rows = sorted((tmp_path / "kept").iterdir())
    assert zhenzan.scan(EVENTS, store=tmp_path / "kept").summary["kept_files"] is None
    assert sorted((tmp_path / "kept").iterdir()) == kept_rows, "data in memory is not kept"


def test_explanations(ring_scan: zhenzan.Scan) -> None:
    like = ring_scan.likes.to_pylist()[0]
    for given in (
        {"like_id": like["event_id"]},
        {"account_id": like["account_id"]},
        {"content_id": like["content_id"]},
        {"ring_id": ring_scan.rings.to_pylist()[0]["ring_id"]},
    ):
        explanation = ring_scan.explain(**given)
        assert next(iter(given.values())) in str(explanation)
        assert explanation.text("zh") != str(explanation)


def test_an_explanation_is_of_one_entity(ring_scan: zhenzan.Scan) -> None:
    with pytest.raises(zhenzan.CallError, match="one like, account, content or ring"):
        ring_scan.explain()
    with pytest.raises(zhenzan.CallError, match="one like, account, content or ring"):
        ring_scan.explain(account_id="u", ring_id="r")
    with pytest.raises(zhenzan.ZhenzanError, match="nobody-at-all"):
        ring_scan.explain(account_id="nobody-at-all")


def test_without_a_directory_results_live_as_long_as_the_scan() -> None:
    scan = zhenzan.scan(EVENTS)
    directory = scan.directory
    assert scan.likes.num_rows == 40
    assert directory.is_dir()
    del scan
    gc.collect()
    assert not directory.exists()


def test_a_failed_scan_leaves_no_temporary_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(zhenzan.InputError):
        zhenzan.scan(tmp_path / "absent.parquet")
    gc.collect()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "given",
    [
        EVENTS.to_reader(),
        EVENTS.to_pandas(),
        pl.DataFrame(EVENTS.to_pydict()),
        EVENTS.to_pandas().sample(frac=1, random_state=1),
    ],
    ids=["reader", "pandas", "polars", "shuffled"],
)
def test_the_same_rows_in_any_form_give_the_same_tables(given: Any) -> None:
    scan, from_arrow = zhenzan.scan(given), zhenzan.scan(EVENTS)
    for table in OUT_TABLES:
        assert getattr(scan, table.name).equals(getattr(from_arrow, table.name)), table.name


def test_columns_and_endorsement() -> None:
    frame = pd.DataFrame(EVENTS.to_pydict()).rename(columns={"ts": "when", "account_id": "uid"})
    frame["event_type"] = ["share", "like"] * 20
    scan = zhenzan.scan(frame, columns={"ts": "when", "account_id": "uid"}, endorsement=["share"])
    assert scan.likes.num_rows == 20
    assert scan.summary["settings"]["endorsement"] == ["share"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"engine": "abacus"}, "no engine 'abacus'"),
        ({"lang": "fr"}, "no language 'fr'"),
        ({"memory": "lots"}, "'lots' is not an amount"),
        ({"memory": "1KB"}, "at least 500MB"),
        ({"threads": 0}, "at least one thread"),
        ({"false_per_10k": 0}, "false-punish budget"),
        ({"endorsement": ["clap"]}, "'clap' is not an event type"),
        ({"out": ""}, "has no name"),
    ],
)
def test_wrong_calls(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(zhenzan.CallError, match=sentence) as caught:
        zhenzan.scan(EVENTS, **wrong)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["absent", "file", "empty"])
def test_what_is_no_scan_directory_is_not_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(zhenzan.CallError, match=f"{name} is not a scan directory"):
        zhenzan.open(tmp_path / name)


def test_a_missing_table_is_named(small_scan: zhenzan.Scan, tmp_path: Path) -> None:
    copy = shutil.copytree(small_scan.directory, tmp_path / "copy")
    (copy / "rings.parquet").unlink()
    with pytest.raises(zhenzan.InputError, match=r"no rings\.parquet"):
        _ = zhenzan.open(copy).rings


def test_a_failed_scan_leaves_the_old_one(
    small_scan: zhenzan.Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copytree(small_scan.directory, tmp_path / "scan")

    def fail(_sources: object, _settings: object, out: Path, *_rest: object) -> None:
        (out / "likes.parquet").write_text("half a file")
        raise MemoryError

    monkeypatch.setattr(pipeline, "run", fail)
    with pytest.raises(MemoryError):
        zhenzan.scan(EVENTS, out=copy)
    assert zhenzan.open(copy).likes.equals(small_scan.likes)


def test_a_scan_replaces_an_earlier_one(small_scan: zhenzan.Scan, tmp_path: Path) -> None:
    copy = shutil.copytree(small_scan.directory, tmp_path / "scan")
    assert zhenzan.scan(EVENTS, out=copy).likes.num_rows == 40
    assert zhenzan.open(copy).likes.num_rows == 40
