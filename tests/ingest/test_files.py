"""Which files a path, a glob or a directory stands for."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.ingest.loading import run

from zhenzan.errors import InputError
from zhenzan.ingest.files import find_files
from zhenzan.model import EVENT_TYPES

CSV = "ts,account_id,content_id\n"


def test_directory_with_many_formats(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.csv").write_text("hidden")
    (tmp_path / ".hidden.csv").write_text("hidden")
    (tmp_path / "README.md").write_text("about")
    (tmp_path / "old.parquet.gz").write_bytes(b"x")
    (tmp_path / "a.csv").write_text(CSV + "1709294401,u1,v\n")
    (tmp_path / "b.CSV.GZ").write_bytes(gzip.compress((CSV + "1709294402,u2,v\n").encode()))
    row = '{"ts": 1709294403, "account_id": "u3", "content_id": "v", "source": "feed"}\n'
    (tmp_path / "deep" / "c.ndjson").write_text(row)
    zstd = tmp_path / "deep" / "d.jsonl.zst"
    with pa.CompressedOutputStream(str(zstd), "zstd") as file:
        file.write(row.replace("u3", "u4").encode())
    table = pa.table({"ts": [1_709_294_405], "account_id": ["u5"], "content_id": ["v"]})
    pq.write_table(table, tmp_path / "deep" / "er" / "e.parquet")
    loaded = run(tmp_path)
    assert [a["account_id"] for a in loaded.accounts_in] == ["u1", "u2", "u3", "u4", "u5"]
    assert [Path(p).name for p in loaded.report.skipped_files] == [
        "README.md",
        "old.parquet.gz",
    ]
    assert loaded.report.columns_present == {"source"}


def test_globs_lists_and_repeats(tmp_path: Path) -> None:
    for name in ("a1.csv", "a2.csv", "b1.csv"):
        (tmp_path / name).write_text(CSV + f"1709294400,{name},v\n")
    names = [Path(f.path).name for f in find_files(str(tmp_path / "a*.csv"), "events").files]
    assert names == ["a1.csv", "a2.csv"]
    both = [tmp_path / "b1.csv", str(tmp_path / "*1.csv")]
    names = [Path(f.path).name for f in find_files(both, "events").files]
    assert names == ["a1.csv", "b1.csv"]
    (tmp_path / "a[1].csv").write_text(CSV)
    assert len(find_files(str(tmp_path / "a[1].csv"), "events").files) == 1


def test_folders_name_columns(tmp_path: Path) -> None:
    for kind in ("view", "like"):
        folder = tmp_path / f"event_type={kind}" / "source=__HIVE_DEFAULT_PARTITION__"
        folder.mkdir(parents=True)
        table = pa.table({"ts": [1_709_294_400], "account_id": [kind], "content_id": ["a%20b"]})
        pq.write_table(table, folder / "part.parquet")
    loaded = run(tmp_path)
    assert loaded.report.events_by_type == {"view": 1, "like": 1}
    assert loaded.report.columns_present == {"event_type", "view"}
    one = run(str(tmp_path / "event_type=v*" / "**" / "*.parquet"))
    assert [e["event_type"] for e in one.events] == [EVENT_TYPES.index("view")]


def test_files_without_a_type_are_likes(tmp_path: Path) -> None:
    (tmp_path / "likes.csv").write_text(CSV + "1709294400,u1,v\n")
    (tmp_path / "views.csv").write_text(
        "ts,account_id,content_id,event_type\n1709294400,u2,v,view\n1709294400,u3,v,\n"
    )
    assert run(tmp_path).report.events_by_type == {"other": 1, "view": 1, "like": 1}


def test_a_required_column_must_be_in_each_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV + "1709294400,u1,v\n")
    (tmp_path / "b.csv").write_text("ts,account_id\n1709294400,u1\n")
    with pytest.raises(InputError, match=r"b\.csv has no column 'content_id'"):
        run(tmp_path)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("x.parquet", b"PAR1 no more", "not a Parquet file"),
        ("x.parquet", b"ts,account_id\n", "not a Parquet file"),
        ("x.csv", b"PAR1....PAR1", "is a Parquet file"),
        ("x.csv", gzip.compress(b"ts\n"), "compressed with gzip"),
        ("x.csv.gz", b"ts,account_id\n", "not compressed with gzip"),
        ("x.jsonl.zst", gzip.compress(b"{}"), "not compressed with zstd"),
        ("x.csv", b"", "is empty"),
        ("x.xlsx", b"PK", "of no format"),
    ],
)
def test_a_file_must_be_what_it_says(tmp_path: Path, name: str, data: bytes, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=sentence):
        find_files(path, "events")


def test_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    os.mkfifo(tmp_path / "pipe.csv")
    for source in (tmp_path, tmp_path / "no.csv", str(tmp_path / "*.csv"), [], [7]):
        with pytest.raises(InputError):
            find_files(source, "events")
    with pytest.raises(InputError, match="no ordinary file"):
        find_files(tmp_path / "pipe.csv", "events")
