"""Events that are read without the query: the same values as by the query, to the type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.ingest.loading import KEY

from zhenzan.ingest.admission import Admission, Entrance, enter
from zhenzan.ingest.fields import FIELDS
from zhenzan.ingest.plain import read_plain
from zhenzan.ingest.pseudonyms import Pseudonyms
from zhenzan.ingest.records import Opened, Records
from zhenzan.model import EVENT_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAMES = [field.name for field in FIELDS["events"]]
HOSTILE = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", " ", "\x00", "a\x00b", "12.0", "-7.00", "1.05", "x" * 512, "x" * 513]),
    st.sampled_from(["é" * 300, "é" * 513, "NaN", "inf", "-1", "1e3", "0x10", "1_000", "+5"]),
    st.sampled_from(["'; DROP TABLE x; --", "null", "true", "٣", "0.5 ", "007", "-0", "-0.0"]),
    st.from_regex(r"\A-?[0-9]{1,20}(\.[0-9]{0,20})?\Z"),
)
ZONES = st.sampled_from(["", "Z", "z", "+00:00", "+08:00", "-13:59", "+14:00", "+0800", "+08", "Q"])
ISO = st.builds(
    "{}-{:02}-{:02}{}{:02}:{:02}:{:02}{}{}".format,
    st.sampled_from([1900, 1989, 1990, 1991, 2024, 2026, 2089, 2090, 2099, 2100, 20266, 0]),
    st.integers(0, 13),
    st.integers(0, 32),
    st.sampled_from("T t"),
    st.integers(0, 24),
    st.integers(0, 60),
    st.integers(0, 60),
    st.sampled_from(["", ".", ".1", ".12", ".123", ".123456", ".1234567", ",5"]),
    ZONES,
)
NUMBERS_SINCE_1970 = st.sampled_from([1, 10**3, 10**6]).flatmap(
    lambda scale: st.one_of(
        st.integers(631_152_000 * scale - 2, 631_152_000 * scale + 2),
        st.integers(631_152_000 * scale, 4_102_444_800 * scale),
        st.integers(4_102_444_800 * scale - 2, 4_102_444_800 * scale + 2),
    )
)
TIMES = st.one_of(ISO, NUMBERS_SINCE_1970.map(str), HOSTILE)
FRACTIONS = st.one_of(st.floats(0, 1).map(repr), st.floats(-1, 2).map("{:.6f}".format), HOSTILE)
COUNTS = st.one_of(st.integers(-2, 10**10 + 2).map(str), HOSTILE)
TYPES = st.one_of(st.sampled_from([*EVENT_TYPES, "LIKE", " like", "None"]), HOSTILE)
WORDS = st.one_of(st.sampled_from(["follow", "Search", " x ", "a-b_c"]), HOSTILE)
USUAL = {
    "event_id": "e1",
    "ts": "2026-01-02T03:04:05Z",
    "account_id": "u1",
    "content_id": "c1",
    "event_type": "like",
}
VALUES = {"ts": TIMES, "progress": FRACTIONS, "watch_ms": COUNTS, "event_type": TYPES}
ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.none() | VALUES.get(name, WORDS if name == "source" else HOSTILE)
            for name in NAMES
        },
    ).map(lambda odd: {**USUAL, **odd}),
    min_size=1,
    max_size=8,
)
"""Rows as most are, each with a few fields that are not."""


@pytest.fixture(scope="module")
def admission(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Admission]:
    made = Admission(tmp_path_factory.mktemp("admission"), 10**9)
    yield made
    made.close()


def entered(table: pa.Table, *, untyped: bool) -> Entrance:
    def read(positions: Sequence[int]) -> Iterator[Records]:
        batch = table.select(list(positions)).combine_chunks().to_batches()[0]
        yield Records(batch, np.arange(1, table.num_rows + 1, dtype=np.int64))

    opened = Opened("rows", table.schema, read, untyped=untyped)
    return enter("events", 0, opened, Pseudonyms(KEY))


def assert_same(admission: Admission, entrance: Entrance) -> int:
    """The number of rows that were read without the query."""
    queried = admission._queried(entrance.batch, entrance)
    checked = admission.check([entrance])
    assert checked.schema.equals(queried.schema)
    assert checked.to_pylist() == queried.to_pylist()
    read = read_plain(entrance.batch, entrance.forms)
    return 0 if read is None else int(read.plain.sum())


def text_columns(rows: Sequence[dict[str, Any]], names: Sequence[str] = NAMES) -> pa.Table:
    return pa.table({n: pa.array([row.get(n) for row in rows], pa.string()) for n in names})


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.booleans())
@example([{**USUAL, "event_id": None, "device_id": "d", "ip": "1.2.3.4", "text": "赞"}], True)
@example([{**USUAL, "progress": "0.0000005"}, {**USUAL, "progress": "0.9999995"}], True)
def test_any_text_is_read_as_by_the_query(
    admission: Admission, rows: list[dict[str, str | None]], untyped: bool
) -> None:
    assert_same(admission, entered(text_columns(rows), untyped=untyped))


@settings(max_examples=150, deadline=None)
@given(st.lists(TIMES, min_size=1, max_size=20), st.lists(FRACTIONS, min_size=20, max_size=20))
def test_times_and_fractions(admission: Admission, times: list[str], parts: list[str]) -> None:
    rows = [{**USUAL, "ts": ts, "progress": part} for ts, part in zip(times, parts, strict=False)]
    assert_same(admission, entered(text_columns(rows), untyped=True))


WHOLE = st.integers(-(2**63), 2**63 - 1)
REAL = st.floats(allow_nan=True)
TYPED: dict[str, list[tuple[pa.DataType, st.SearchStrategy[Any]]]] = {
    "event_id": [(pa.int64(), WHOLE), (pa.uint64(), st.integers(0, 2**64 - 1))],
    "ts": [
        *((pa.timestamp(unit), WHOLE) for unit in ("s", "ms", "us", "ns")),
        *((pa.timestamp(unit), NUMBERS_SINCE_1970) for unit in ("s", "ms", "us")),
        (pa.timestamp("ns"), st.integers(631_151_999 * 10**9, 4_102_444_801 * 10**9)),
        (pa.int64(), NUMBERS_SINCE_1970 | WHOLE),
        (pa.float64(), NUMBERS_SINCE_1970.map(float) | REAL),
    ],
    "account_id": [(pa.int64(), WHOLE), (pa.float64(), REAL)],
    "watch_ms": [(pa.int64(), WHOLE | st.integers(0, 10**10 + 1)), (pa.float64(), REAL)],
    "progress": [(pa.float64(), REAL | st.floats(0, 1)), (pa.int64(), st.integers(-1, 2))],
    "source": [(pa.int64(), WHOLE), (pa.dictionary(pa.int8(), pa.string()), WORDS)],
}


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sets(st.sampled_from(sorted(TYPED)), min_size=1))
def test_any_type_is_read_as_by_the_query(
    admission: Admission, data: st.DataObject, names: set[str]
) -> None:
    table = text_columns([USUAL] * 5)
    for name in sorted(names):
        kind, values = data.draw(st.sampled_from(TYPED[name]))
        drawn = data.draw(st.lists(st.none() | values, min_size=5, max_size=5))
        table = table.set_column(NAMES.index(name), name, pa.array(drawn, kind))
    assert_same(admission, entered(table, untyped=False))


def test_what_is_usual_needs_no_query(admission: Admission) -> None:
    odd = {**USUAL, "ts": "2 January 2026"}
    rows: list[dict[str, Any]] = [
        USUAL,
        odd,
        {**USUAL, "event_id": None, "ts": "1760000000"},
        {**USUAL, "ts": None},
    ]
    assert assert_same(admission, entered(text_columns(rows), untyped=True)) == 2
    full = {
        **USUAL,
        "device_id": "d",
        "ip": "1.2.3.4",
        "session_id": "s",
        "watch_ms": "1200",
        "progress": "0.57",
        "source": "follow",
        "text": "好",
    }
    assert assert_same(admission, entered(text_columns([full] * 3), untyped=True)) == 3
    table = text_columns([full], [name for name in NAMES if name not in {"event_id", "event_type"}])
    assert assert_same(admission, entered(table, untyped=True)) == 1


def test_whole_numbers_of_either_sign_do_not_share_a_query(admission: Admission) -> None:
    for kind, number in ((pa.uint64(), 2**64 - 1), (pa.int64(), -1)):
        table = text_columns([{**USUAL, "ts": "no time"}])
        table = table.set_column(NAMES.index("account_id"), "account_id", pa.array([number], kind))
        assert_same(admission, entered(table, untyped=False))


def test_a_column_without_a_place_takes_part_in_an_event_id(admission: Admission) -> None:
    table = text_columns([USUAL] * 2, [name for name in NAMES if name != "event_id"])
    table = table.append_column("other", pa.array(["x", None]))
    assert assert_same(admission, entered(table, untyped=True)) == 1
