"""From files to tables: what is accepted, what is a duplicate, what is quarantined, and why."""

from __future__ import annotations

import csv
import random
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.ingest.loading import KEY, run, write

from zhenzan.errors import CallError, InputError
from zhenzan.model import EVENT_TYPES
from zhenzan.tables import ACCOUNTS_IN, CONTENTS_IN, ENDORSEMENTS, EVENTS, LABELS_IN, QUARANTINE

if TYPE_CHECKING:
    from pathlib import Path

T0 = 1_709_294_400
"""2024-03-01T12:00:00Z, seconds since 1970."""
US = 10**6


def events(**columns: Any) -> pa.Table:
    """A table of events; absent required columns are filled in."""
    count = len(columns["ts"]) if "ts" in columns else len(next(iter(columns.values())))
    filled: dict[str, Any] = {
        "event_id": [f"e{i}" for i in range(count)],
        "ts": [T0 + i for i in range(count)],
        "account_id": [f"u{i}" for i in range(count)],
        "content_id": [f"v{i}" for i in range(count)],
    }
    filled |= columns
    return pa.table(filled)


def events_without_ids(**columns: Any) -> pa.Table:
    """The same, without event_id."""
    return events(**columns).drop(["event_id"])


def test_tables_are_as_declared(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    pq.write_table(events(event_type=["view", "like"], device_id=["d", None]), path)
    labels = pa.table({"entity_type": ["like"], "entity_id": ["e1"], "label": ["fake"]})
    loaded = run(str(path), labels=labels)
    for table in (EVENTS, ENDORSEMENTS, ACCOUNTS_IN, CONTENTS_IN, LABELS_IN, QUARANTINE):
        rows = getattr(loaded, table.name)
        for row in rows:
            assert tuple(row) == table.column_names
            for column in table.columns:
                assert column.nullable or row[column.name] is not None
    assert loaded.report.rows_in == loaded.report.accepted == 2
    assert loaded.report.columns_present == {"event_type", "device_id", "view", "labels.label"}
    assert loaded.report.events_by_type == {"view": 1, "like": 1}
    assert (loaded.report.first_ts, loaded.report.last_ts) == (T0 * US, (T0 + 1) * US)


def test_values_are_normalised() -> None:
    table = events(
        event_type=["VIEW", " Like ", "repost", None],
        watch_ms=[1500.0, None, None, None],
        progress=[0.25, None, None, None],
        source=["Recommend", "", None, None],
    )
    found = run(table).named_events()
    codes = [EVENT_TYPES.index(w) for w in ("view", "like", "other", "other")]
    assert [e["event_type"] for e in sorted(found, key=lambda e: str(e["ts"]))] == codes
    view = next(e for e in found if e["event_type"] == EVENT_TYPES.index("view"))
    assert view["watch_ms"] == 1500
    assert view["progress"] == 250_000
    assert view["source"] == "recommend"


def test_without_types_all_are_likes() -> None:
    loaded = run(events(ts=[T0, T0 + 1]))
    assert loaded.report.events_by_type == {"like": 2}
    assert "event_type" not in loaded.report.columns_present


BAD: list[tuple[str, object, str]] = [
    ("ts", "soon", "ts: 'soon' is not a time"),
    ("ts", "9999-12-31", "ts: '9999-12-31' is not a time"),
    ("ts", "0", "ts: '0' is not a time"),
    ("ts", "", "ts is empty"),
    ("account_id", "", "account_id is empty"),
    ("content_id", "", "content_id is empty"),
    ("account_id", "x" * 513, "account_id is longer than 512 characters"),
    ("event_id", "x" * 513, "event_id is longer than 512 characters"),
    ("watch_ms", "-1", "watch_ms: '-1' is not a number from 0 to 10,000,000,000"),
    ("watch_ms", "99999999999999999999", "watch_ms: '99999999999999999999' is not"),
    ("watch_ms", "NaN", "watch_ms: 'NaN' is not"),
    ("watch_ms", "inf", "watch_ms: 'inf' is not"),
    ("watch_ms", "long", "watch_ms: 'long' is not"),
    ("progress", "1.01", "progress: '1.01' is not a number from 0 to 1"),
    ("progress", "-0.1", "progress: '-0.1' is not"),
    ("progress", "nan", "progress: 'nan' is not"),
    ("source", "s" * 513, "source is longer than 512 characters"),
]


def test_bad_rows_say_why(tmp_path: Path) -> None:
    names = ["event_id", "ts", "account_id", "content_id", "watch_ms", "progress", "source"]
    good = {"event_id": "e", "ts": str(T0), "account_id": "u", "content_id": "v"}
    path = tmp_path / "events.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerow(good)
        for number, (column, value, _) in enumerate(BAD):
            writer.writerow(good | {"event_id": f"e{number}", column: value})
    loaded = run(path)
    assert loaded.report.accepted == 1
    assert [q["row"] for q in loaded.quarantine] == list(range(2, len(BAD) + 2))
    for row, (column, value, reason) in zip(loaded.quarantine, BAD, strict=True):
        assert row["reason"].startswith(reason)
        assert row["source"] == str(path)
        assert str(value)[:100] in row["raw"]
        assert f'"{column}"' in row["raw"]
        assert len(row["raw"]) <= 4096


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("ts", pa.array([T0 * 1.0, float("nan")])),
        ("ts", pa.array([T0, 2**62])),
        ("ts", pa.array([T0, 253_402_300_799], pa.timestamp("s"))),
        ("ts", pa.array([T0 * 10**9, -(2**62)], pa.timestamp("ns", "Asia/Tokyo"))),
        ("account_id", pa.array([1.0, float("nan")])),
        ("account_id", pa.array([1.0, 2.0**60])),
        ("account_id", pa.array([1.0, float("inf")])),
        ("account_id", pa.array([b"u", b"\xff"], pa.binary())),
        ("content_id", pa.array([1, None], pa.uint64())),
        ("watch_ms", pa.array([0.0, float("inf")])),
        ("watch_ms", pa.array([1, 2**64 - 1], pa.uint64())),
        ("watch_ms", pa.array([1, -1], pa.int8())),
        ("progress", pa.array([1.0, float("nan")], pa.float32())),
        ("progress", pa.array([1, 2], pa.int32())),
    ],
)
def test_bad_values_of_typed_columns(column: str, values: pa.Array) -> None:
    loaded = run(events(**{column: values}))
    assert loaded.report.accepted == 1
    assert [q["row"] for q in loaded.quarantine] == [2]
    assert column in loaded.quarantine[0]["reason"] or "UTF-8" in loaded.quarantine[0]["reason"]


@pytest.mark.parametrize(
    "ids",
    [
        pa.array([7, 10]),
        pa.array([7, 10], pa.uint64()),
        pa.array([7.0, 10.0]),
        pa.array(["7", "10"]),
        pa.array([b"7", b"10"], pa.large_binary()),
        pa.array(["7", "10"]).dictionary_encode(),
        pa.array(["7", "10"], pa.string_view()),
        pa.array(["7.00", "10.00"]).cast(pa.decimal128(20, 2)),
    ],
)
def test_identifiers_of_any_type_are_text(ids: pa.Array) -> None:
    loaded = run(events(account_id=ids))
    assert [a["account_id"] for a in loaded.accounts_in] == ["10", "7"]
    whole = pa.types.is_integer(ids.type)
    assert ("account_id" in loaded.report.integer_ids) == whole


def test_integer_ids_must_be_whole_numbers_everywhere() -> None:
    accounts = pa.table({"account_id": ["7"]})
    loaded = run(events(account_id=[7, 10], content_id=[1, 2]), accounts=accounts)
    assert loaded.report.integer_ids == {"content_id"}


def test_long_identifiers_of_512_characters_are_kept() -> None:
    loaded = run(events(account_id=["é" * 512, "u"]))
    assert loaded.report.accepted == 2


def test_repeated_event_ids_keep_the_first_by_content() -> None:
    rows = {
        "event_id": ["a", "a", "a", "b"],
        "ts": [T0 + 5, T0, T0 + 9, T0 + 1],
        "account_id": ["u1", "u2", "u3", "u4"],
        "event_type": ["like", "view", "like", "like"],
    }
    table = events(**rows)
    for order in ([0, 1, 2, 3], [2, 0, 3, 1], [3, 2, 1, 0]):
        loaded = run(table.take(order))
        assert (loaded.report.accepted, loaded.report.duplicate) == (2, 2)
        assert [a["account_id"] for a in loaded.accounts_in] == ["u2", "u4"]


def test_made_event_ids() -> None:
    table = events_without_ids(
        ts=[T0] * 5,
        account_id=["u"] * 5,
        content_id=["v"] * 5,
        ip=["1.1.1.1", "1.1.1.1", "1.1.1.2", None, "1.1.1.1"],
        page=["p", "p", "p", "p", "q"],
    )
    loaded = run(table)
    # Rows 1 and 2 are one event; the others differ in the address or in an unknown column.
    assert (loaded.report.accepted, loaded.report.duplicate) == (4, 1)
    ids = [e["event_id"] for e in loaded.endorsements]
    assert len(set(ids)) == 4
    other_key = run(table, key=bytes(32))
    assert sorted(ids) == sorted(e["event_id"] for e in other_key.endorsements)
    assert other_key.report.digest == loaded.report.digest


def test_endorsements_are_numbered_and_first_is_marked() -> None:
    table = events(
        event_id=["d", "c", "b", "a", "f", "e"],
        ts=[T0, T0, T0 + 1, T0 + 2, T0, T0],
        account_id=["u1", "u1", "u2", "u1", "u1", "u2"],
        content_id=["v1", "v1", "v1", "v1", "v0", "v0"],
        event_type=["like", "like", "like", "like", "share", "view"],
    )
    loaded = run(table, endorsement=("share", "like"))
    assert [(e["like"], e["event_id"], e["first"]) for e in loaded.endorsements] == [
        (0, "f", True),
        (1, "c", True),
        (2, "d", False),
        (3, "b", True),
        (4, "a", False),
    ]
    assert [e["event_id"] for e in run(table).endorsements] == ["c", "d", "b", "a"]


def test_missing_columns_and_empty_sources(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("time,account_id,content_id\n1,2,3\n")
    with pytest.raises(InputError, match=r"no column 'ts'.*'time'") as caught:
        run(path)
    assert "--map ts=" in caught.value.hint
    with pytest.raises(InputError, match="it is 'uid'"):
        run(events(ts=[T0]).drop(["account_id"]), columns={"account_id": "uid"})
    for nothing in (events(ts=[T0]).slice(0, 0), _header_only(tmp_path)):
        with pytest.raises(InputError, match="holds no events"):
            run(nothing)
    with pytest.raises(InputError, match=r"Not one of the 2 rows.*ts: 'x' is not a time"):
        run(events(ts=["x", "y"]))


def _header_only(folder: Path) -> Path:
    path = folder / "header.csv"
    path.write_text("ts,account_id,content_id\n")
    return path


def test_mapping_mistakes() -> None:
    with pytest.raises(CallError, match="'user'"):
        run(events(ts=[T0]), columns={"user": "account_id"})
    with pytest.raises(InputError, match="'gadget'"):
        run(events(ts=[T0]), columns={"device_id": "gadget"})


HOSTILE = 'x" ; drop table t; --'


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_hostile_column_names_are_only_names(tmp_path: Path, ending: str) -> None:
    names = [HOSTILE, "a.b", "'); ATTACH 'x", "${x}", "$.x", "a\nb", "select", ""]
    table = events_without_ids(ts=[T0, T0 + 1])
    for name in names:
        table = table.append_column(name, pa.array(["q", 'r"'] if name else ["", "s"]))
    table = table.rename_columns(["ts", "uid; --", "content_id", *names])
    path = tmp_path / f"events.{ending}"
    write(table, path)
    loaded = run(path, columns={"account_id": "uid; --", "source": HOSTILE, "ip": "a.b"})
    assert loaded.report.accepted == 2
    assert sorted(str(e["source"]) for e in loaded.events) == ["q", 'r"']
    assert loaded.report.columns_present == {"source", "ip"}


def random_log(rows: int, seed: int) -> pa.Table:
    """A log with repeats and every optional column."""
    pick = random.Random(seed)
    made = [
        {
            "event_id": f"e{pick.randrange(rows * 2)}",
            "ts": T0 + pick.randrange(5_000),
            "event_type": pick.choice(["view", "like", "share", "wave"]),
            "account_id": f"u{pick.randrange(40)}",
            "content_id": f"v{pick.randrange(30)}",
            "device_id": pick.choice([None, f"d{pick.randrange(20)}"]),
            "ip": pick.choice([None, f"10.0.{pick.randrange(3)}.{pick.randrange(9)}"]),
            "session_id": f"s{pick.randrange(90)}",
            "watch_ms": pick.choice([None, pick.randrange(9_000)]),
            "progress": pick.choice([None, pick.randrange(100) / 100]),
            "source": pick.choice([None, "follow"]),
            "text": pick.choice([None, 'so "good",\nreally']),
        }
        for _ in range(rows)
    ]
    return pa.Table.from_pylist(made)


def test_any_order_format_and_split_gives_the_same(tmp_path: Path) -> None:
    table = random_log(600, seed=5)
    one = run(table)
    assert one.report.duplicate > 0
    order = random.Random(1).sample(range(600), 600)
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    shuffled = table.take(order)
    write(shuffled.slice(0, 200), mixed / "c.parquet")
    write(shuffled.slice(200, 200), mixed / "a.csv")
    write(shuffled.slice(400), mixed / "b.jsonl")
    for other in (run(shuffled, threads=1), run(mixed, key=KEY)):
        assert other.events == one.events
        assert other.endorsements == one.endorsements
        assert other.accounts_in == one.accounts_in
        assert other.contents_in == one.contents_in
        assert other.report == one.report
    assert run(table.slice(300)).report.digest != one.report.digest


def test_another_key_changes_pseudonyms_only() -> None:
    table = random_log(200, seed=6)
    one, two = run(table), run(table, key=bytes(32))
    assert one.report == two.report
    assert one.named_events() != []
    assert sorted(map(str, one.named_events())) == sorted(map(str, two.named_events()))


def test_damaged_csv_balances(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    write(random_log(300, seed=7).drop(["text"]), path)
    pick = random.Random(3)
    data = bytearray(path.read_bytes())
    start = data.index(b"\n") + 1
    for _ in range(80):
        place = pick.randrange(start, len(data))
        if data[place] not in b"\r\n":
            data[place] = pick.choice(b',;x\xff0.-"')
    # Damage adds no line break, but a quote may join lines; so each quote is paired by hand.
    data = data.replace(b'"', b"'")
    path.write_bytes(data)
    report = run(path).report
    assert report.rows_in == 300 == report.accepted + report.duplicate + report.quarantined
    assert report.quarantined > 0
