"""Tables by day: the rows of the files, and every reader of a scan directory tells the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import dataset, parquet
from tests.rings import markets
from tests.rings.scans import accounts_of, contents_of, events_of

import zhenzan
from zhenzan import report, worlds
from zhenzan.enforcement.hits import match
from zhenzan.enforcement.reading import read_policy
from zhenzan.serve.console.evidence import read_evidence
from zhenzan.serve.live.learned import learn
from zhenzan.serve.live.standing import read_standing
from zhenzan.tables import CURVES, LIKES, OUT_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

POLICY = Path(__file__).parents[2] / "docs" / "example-policy.toml"
BY_DAY = (LIKES, CURVES)
"""Tables that have a time of their own."""
EACH_TABLE = pytest.mark.parametrize("table", BY_DAY, ids=lambda table: table.name)
FEW = pa.table(
    {
        "ts": [1_760_000_000 + 9_770 * n for n in range(40)],
        "account_id": [f"u{n % 8}" for n in range(40)],
        "content_id": [f"c{n // 8}" for n in range(40)],
    }
)


def scan(out: Path, **options: Any) -> zhenzan.Scan:
    """A market with a ring."""
    market = markets.people() + markets.niche() + markets.again(markets.pool())
    given = {"accounts": accounts_of(market), "contents": contents_of(market)}
    return zhenzan.scan(events_of(market), **given, out=out, memory="1GB", **options)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> zhenzan.Scan:
    """One file a table."""
    return scan(tmp_path_factory.mktemp("scans") / "scan", threads=2)


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> zhenzan.Scan:
    """The same by day."""
    return scan(tmp_path_factory.mktemp("scans") / "scan", threads=1, partition_by="day")


@pytest.fixture
def exchanged(whole: zhenzan.Scan, days: zhenzan.Scan, tmp_path: Path) -> Path:
    """``whole``, all of it, but with the tables by day in place of the files."""
    copy = shutil.copytree(whole.directory, tmp_path / "day=7")
    for table in BY_DAY:
        (copy / f"{table.name}.parquet").unlink()
        shutil.copytree(days.directory / f"{table.name}.parquet", copy / f"{table.name}.parquet")
    return copy


def in_order(rows: pa.Table, *columns: str) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in columns]).combine_chunks()


@EACH_TABLE
def test_a_table_has_the_same_rows_by_day(
    whole: zhenzan.Scan, days: zhenzan.Scan, table: Any
) -> None:
    rows, by_day = (getattr(done, table.name) for done in (whole, days))
    assert rows.num_rows > 0
    assert by_day.schema.equals(rows.schema)
    assert in_order(by_day, *table.key).equals(rows.combine_chunks())


@EACH_TABLE
def test_a_folder_holds_one_day_in_the_order_of_the_key(days: zhenzan.Scan, table: Any) -> None:
    found = list((days.directory / f"{table.name}.parquet").rglob("*.parquet"))
    assert len(found) > 5
    for file in found:
        rows = parquet.ParquetFile(file).read()
        told = set(pc.strftime(rows.column("ts"), "day=%Y-%m-%d").to_pylist())
        assert told == {file.parent.name}
        assert rows.equals(in_order(rows, *table.key))


def test_other_tables_are_the_same_files(whole: zhenzan.Scan, days: zhenzan.Scan) -> None:
    for table in set(OUT_TABLES) - set(BY_DAY):
        name = f"{table.name}.parquet"
        assert (days.directory / name).read_bytes() == (whole.directory / name).read_bytes()
    assert days.summary["settings"]["partition_by"] == "day"


def asked(query: str) -> pa.Table:
    with duckdb.connect() as connection:
        answer: pa.Table = connection.sql(query).to_arrow_table()
        return answer


@EACH_TABLE
def test_pandas_and_duckdb_read_it_as_the_file_with_the_day_beside(
    whole: zhenzan.Scan, days: zhenzan.Scan, table: Any
) -> None:
    key, name = list(table.key), f"{table.name}.parquet"
    rows = pd.read_parquet(whole.directory / name)
    by_day = pd.read_parquet(days.directory / name)
    assert set(by_day["day"].astype(str)) == set(by_day["ts"].dt.strftime("%Y-%m-%d"))
    by_day = by_day.drop(columns="day").sort_values(key, ignore_index=True)
    pd.testing.assert_frame_equal(by_day, rows)
    date = "cast(ts AT TIME ZONE 'UTC' AS date)"
    same = asked(f"SELECT *, {date} AS day FROM '{whole.directory / name}' ORDER BY ALL")
    assert asked(f"FROM '{days.directory / name}' ORDER BY ALL").equals(same)


def explained(scan: Path) -> list[str]:
    opened = zhenzan.open(scan)
    found = [
        opened.explain(
            like_id=opened.signals.filter(pc.equal(opened.signals.column("entity_type"), "like"))
            .column("entity_id")[0]
            .as_py()
        ),
        opened.explain(account_id=opened.ring_members.column("account_id")[0].as_py()),
        opened.explain(content_id=opened.contents.column("content_id")[0].as_py()),
        opened.explain(ring_id=opened.rings.column("ring_id")[0].as_py()),
    ]
    return [explanation.text("en") for explanation in found]


def diagnosed(scan: Path) -> str:
    opened = zhenzan.open(scan)
    return opened.diagnose(opened.authors.column("author_id")[0].as_py()).html("en")


def learned(scan: Path) -> object:
    origins = scan.with_name("origins.parquet")
    likes = in_order(zhenzan.open(scan).likes, "event_id")
    events = likes.column("event_id").cast(pa.string())
    nowhere = pa.nulls(len(events), pa.int64())
    parquet.write_table(pa.table({"event_id": events, "device": nowhere, "ip": nowhere}), origins)
    return learn(scan, origins, 500.0)


def evidence(scan: Path) -> object:
    member = zhenzan.open(scan).ring_members.slice(0, 1).to_pylist()[0]
    return read_evidence(scan, scan / "none", str(member["account_id"]), member["ring_id"])


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(explained, id="explain"),
        pytest.param(diagnosed, id="diagnose"),
        pytest.param(lambda scan: match(read_policy(POLICY), scan), id="policy"),
        pytest.param(read_standing, id="serve: standing"),
        pytest.param(learned, id="serve: thresholds"),
        pytest.param(evidence, id="console"),
        pytest.param(lambda scan: report.write_report(scan, "zh").read_bytes(), id="report"),
    ],
)
def test_readers_of_a_scan_tell_the_same(
    whole: zhenzan.Scan, exchanged: Path, tmp_path: Path, read: Callable[[Path], object]
) -> None:
    copy = shutil.copytree(whole.directory, tmp_path / "one file each")
    told = read(copy)
    assert told
    assert read(exchanged) == told


def test_the_directory_may_have_any_name(exchanged: Path) -> None:
    assert explained(exchanged.rename(exchanged.with_name("run[1]*'s")))


def test_it_is_measured_by_the_truth_as_a_file_is(
    small_scan: zhenzan.Scan, small_world: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(small_scan.directory, tmp_path / "scan")
    (copy / "likes.parquet").unlink()
    day = pc.strftime(small_scan.likes.column("ts"), "%Y-%m-%d")
    folders = dataset.partitioning(pa.schema([("day", pa.string())]), flavor="hive")
    likes = small_scan.likes.append_column("day", day)
    dataset.write_dataset(likes, copy / "likes.parquet", format="parquet", partitioning=folders)
    told = worlds.evaluate(copy, small_world).to_dict()
    assert told == worlds.evaluate(small_scan.directory, small_world).to_dict()


def test_scans_of_both_kinds_replace_each_other(tmp_path: Path) -> None:
    for partition_by in (None, "day", "day", None):
        done = zhenzan.scan(FEW, out=tmp_path / "scan", partition_by=partition_by)
        assert (done.directory / "likes.parquet").is_dir() == (partition_by == "day")
        assert done.likes.num_rows == FEW.num_rows
    assert [path.name for path in tmp_path.iterdir()] == ["scan"]


def test_a_scan_by_day_that_stops_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = zhenzan.scan(FEW, out=tmp_path / "scan", partition_by="day").likes
    writer = parquet.ParquetWriter
    done: list[str] = []

    def fails_at_last(path: Path, *rest: object, **more: object) -> Any:
        done.append(str(path))
        if len(done) > 3:
            raise OSError(5, "Input/output error")
        return writer(path, *rest, **more)

    monkeypatch.setattr("zhenzan.publish.files.pq.ParquetWriter", fails_at_last)
    with pytest.raises(OSError, match="Input/output"):
        zhenzan.scan(FEW.slice(0, 30), out=tmp_path / "scan", partition_by="day")
    assert any("day=" in name for name in done)
    assert zhenzan.open(tmp_path / "scan").likes.equals(before)
    assert [path.name for path in tmp_path.iterdir()] == ["scan"]


def test_a_log_without_a_like_still_says_which_columns_there_are(tmp_path: Path) -> None:
    views = FEW.append_column("event_type", pa.array(["view"] * FEW.num_rows))
    done = zhenzan.scan(views, out=tmp_path / "scan", partition_by="day")
    for table in BY_DAY:
        assert getattr(done, table.name).schema.equals(table.schema)
        place = done.directory / f"{table.name}.parquet"
        assert list(pd.read_parquet(place).columns) == list(table.column_names)
        assert asked(f"FROM '{place}'").column_names == list(table.column_names)
    assert report.write_report(done.directory, "en").is_file()


def test_previous_may_be_by_day(days: zhenzan.Scan, tmp_path: Path) -> None:
    again = scan(tmp_path / "again", partition_by="day", previous=days.directory)
    assert again.rings.num_rows > 0
    assert again.rings.column("ring_id").equals(days.rings.column("ring_id"))
    assert set(again.rings.column("change").to_pylist()) == {"same"}
