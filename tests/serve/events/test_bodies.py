"""Bodies: the quick way and the careful way read the same; hostile bodies are refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.errors import InputError, LimitError, ZhenzanError
from zhenzan.ingest import Admission
from zhenzan.ingest.admission import enter
from zhenzan.ingest.fields import FIELDS
from zhenzan.ingest.json_files import open_lines
from zhenzan.ingest.pseudonyms import Pseudonyms
from zhenzan.serve.events.bodies import (
    ARROW,
    FEW_BYTES,
    JSON,
    JSON_LINES,
    Body,
    alike,
    flat_body,
    open_rows,
    open_tables,
    read_body,
)

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.ingest import Entrance

PSEUDONYMS = Pseudonyms(bytes(32))
NAMES = [field.name for field in FIELDS["events"]]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**25), 10**25),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
    st.sampled_from(["2026-01-01T00:00:00Z", 1_767_225_600, "like", "10.0.0.1", 0.5, "12.0", ""]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
ROWS = st.lists(st.dictionaries(st.sampled_from([*NAMES, "other"]), VALUES), min_size=1, max_size=8)


def entered(body: Body) -> Entrance:
    opened = body.opened
    if body.rows is not None:
        opened = open_rows([body])
    elif body.table is not None:
        opened = open_tables([body])
    assert opened is not None
    return enter(body.source, 0, opened, PSEUDONYMS)


def carefully(lines: list[bytes], *, typed: bool) -> Entrance:
    wanted = [name for name in NAMES if typed or name != "event_type"]
    hidden = frozenset({"device_id", "ip", "session_id"})
    return enter("events", 0, open_lines(lines, "events", wanted, hidden, 2**20), PSEUDONYMS)


@pytest.fixture(scope="module")
def admission(tmp_path_factory: pytest.TempPathFactory) -> Admission:
    return Admission(tmp_path_factory.mktemp("work"), 500_000_000)


@given(rows=ROWS)
def test_the_quick_and_the_careful_way_agree(
    admission: Admission, rows: list[dict[str, Any]]
) -> None:
    lines = [json.dumps(row).encode() for row in rows]
    careful = carefully(lines, typed=any("event_type" in row for row in rows))
    for media_type, body in (
        (JSON, b"[" + b",".join(lines) + b"]"),
        (JSON_LINES, b"\n".join(lines)),
    ):
        quick = entered(read_body("events", media_type, body, 100))
        read = admission.check([quick]).to_pylist()
        assert read == admission.check([careful]).to_pylist(), rows


PLAIN = st.one_of(
    st.none(),
    st.integers(-(10**17), 10**17),
    st.integers(0, 10**4).map(lambda n: n / 100),
    st.text(max_size=6),
    st.sampled_from(["2026-01-01T00:00:00Z", "like", "10.0.0.1", "真赞", "", "12.0"]),
)
PLAIN_ROWS = st.lists(
    st.dictionaries(st.sampled_from([*NAMES, "other", "ts2", ""]), PLAIN), min_size=1, max_size=8
)
LAYOUTS: list[dict[str, Any]] = [
    {"ensure_ascii": False},
    {"ensure_ascii": False, "separators": (",", ":")},
    {"ensure_ascii": False, "separators": (" ,\t", "  : ")},
    {},
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=range(len(LAYOUTS)))
@given(rows=st.one_of(PLAIN_ROWS, ROWS))
def test_columns_and_objects_agree(layout: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    lines = [json.dumps(row, **layout).encode() for row in rows]
    for media_type, body in (
        (JSON, b"[" + b" ,\n ".join(lines) + b"]\r\n"),
        (JSON_LINES, b" \n\n".join(lines) + b"\n"),
    ):
        flat = flat_body("events", media_type, body, 100)
        if flat:
            objects = read_body("events", media_type, body, 100)
            assert (flat.typed, flat.count) == (objects.typed, objects.count)
            assert entered(flat) == entered(objects)


ROW = '{"ts":1,"account_id":"u","progress":0.50}'


@pytest.mark.parametrize(
    ("media_type", "body", "plain"),
    [
        (JSON, f"[{ROW},{ROW}]", True),
        (JSON, f" [ {ROW} ,\n{ROW} ] ", True),
        (JSON, "[{}]", True),
        (JSON, '[{"account_id":null,"ts":-0.0,"watch_ms":-7}]', True),
        (JSON_LINES, f"{ROW}\n\n {ROW}\r\n", True),
        (JSON_LINES, f"{ROW}\r\n{ROW} \r", True),
        (JSON_LINES, f"{ROW}\r{ROW}", False),
        (JSON_LINES, f"{ROW} {ROW}", False),
        (JSON_LINES, f"{ROW},{ROW}", False),
        (JSON_LINES, '{"ts":\n1}', False),
        (JSON_LINES, f"[{ROW}]", False),
        (JSON, ROW, False),
        (JSON, f"[{ROW},]", False),
        (JSON, f"[{ROW}", False),
        (JSON, f"[{ROW}]]", False),
        (JSON, f"[{ROW}{ROW}]", False),
        (JSON, f"[{ROW},1]", False),
        (JSON, f"[{ROW}]\0", False),
        (JSON, f"[{ROW},{ROW[:-1]}", False),
        (JSON, "[]", False),
        (JSON, "", False),
        *(
            (JSON, f'[{{"ts":1,"account_id":{value}}}]', False)
            for value in (
                *(
                    "true",
                    "false",
                    "nul",
                    "nulL",
                    "NaN",
                    "-",
                    "01",
                    "1.",
                    ".5",
                    "1e5",
                    "1.5e5",
                    "-0",
                ),
                *(
                    "1" * 19,
                    "[1]",
                    "{}",
                    '"a\\n"',
                    '"\\u0041"',
                    '"a',
                    '"a\tb"',
                    "",
                    "+1",
                    "1 2",
                    "--1",
                ),
            )
        ),
        *(
            (JSON, f"[{{{inside}}}]", False)
            for inside in ('"ts":1,', '"ts"', '"ts":', ',"ts":1', '"ts":1,"ts":1', "ts:1", '"ts" 1')
        ),
    ],
)
def test_what_is_read_as_columns(media_type: str, body: str, *, plain: bool) -> None:
    flat = flat_body("events", media_type, body.encode(), 100)
    assert (flat is not None) == plain
    if flat:
        assert entered(flat) == entered(read_body("events", media_type, body.encode(), 100))


def test_bytes_that_are_no_text_are_not_read_as_columns() -> None:
    row = b'[{"account_id":"\xff"}]'
    assert flat_body("events", JSON, row, 100) is None
    assert flat_body("events", JSON, row.replace(b"\xff", "真".encode()), 100) is not None


def test_large_bodies_are_read_as_columns() -> None:
    few, many = f"[{ROW}]".encode(), f"[{','.join([ROW] * FEW_BYTES)}]".encode()
    assert read_body("events", JSON, few, 10_000).rows is not None
    assert read_body("events", JSON, many, 10_000).table is not None
    with pytest.raises(LimitError):
        read_body("events", JSON, many, FEW_BYTES - 1)


def test_tables_that_are_alike_are_read_together() -> None:
    ids = pa.array(["u1", "u2"])
    times = pa.array([1_767_225_600, 1_767_225_601])
    usual = pa.table({"ts": times, "account_id": ids})
    odd = [
        pa.table({"ts": times.cast(pa.int32()), "account_id": ids}),
        pa.table({"account_id": ids, "ts": times}),
        pa.table({"ts": times}),
    ]
    bodies = [read_body("events", ARROW, stream(t), 100) for t in (usual, usual, *odd)]
    assert alike(bodies[0]) == alike(bodies[1]) != ()
    assert len({alike(body) for body in bodies}) == 4
    opened = open_tables(bodies[:2])
    (records,) = opened.read([0, 1])
    assert records.numbers.tolist() == [1, 2, 1, 2]
    assert records.batch.column(1).to_pylist() == ["u1", "u2"] * 2
    packed = pa.table({"account_id": ids.dictionary_encode()})
    assert alike(read_body("events", ARROW, stream(packed), 100)) == ()


@given(st.lists(st.one_of(ROWS.map(lambda rows: rows[0]), VALUES), min_size=1, max_size=5))
def test_every_row_comes_out(rows: list[Any]) -> None:
    body = read_body("events", JSON, json.dumps(rows).encode(), 100)
    assert body.count == len(rows)
    assert entered(body).batch.num_rows == len(rows)


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (JSON, b""),
        (JSON, b"{}"),
        (JSON, b"[]"),
        (JSON, b"[{]"),
        (JSON, b"null"),
        (JSON, b"[" * 100_000),
        (JSON, b"\xff"),
        (JSON_LINES, b""),
        (JSON_LINES, b"\n\n"),
        (ARROW, b""),
        (ARROW, b"\xff\xff\xff\xff\x10\x00\x00\x00" + bytes(16)),
        (ARROW, b"\xff\xff\xff\xff\xff\xff\xff\x7f"),
    ],
)
def test_what_holds_no_rows_is_refused(media_type: str, body: bytes) -> None:
    with pytest.raises(InputError):
        read_body("events", media_type, body, 100)


def test_too_many_rows_are_refused() -> None:
    for media_type, body in ((JSON, b"[{},{},{}]"), (JSON_LINES, b"{}\n{}\n{}")):
        with pytest.raises(LimitError):
            read_body("events", media_type, body, 2)
    with pytest.raises(LimitError):
        read_body("events", ARROW, stream(pa.table({"ts": [1, 2, 3]})), 2)


def stream(table: pa.Table, **options: Any) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


@pytest.mark.parametrize("codec", ["zstd", "lz4"])
def test_compressed_arrow_is_refused_before_it_expands(codec: str) -> None:
    bomb = pa.table({"text": ["x" * 10_000_000]})
    words = pa.array(["y" * 10_000_000]).dictionary_encode()
    for table in (bomb, pa.table({"text": words})):
        body = stream(table, compression=codec)
        assert len(body) < 200_000
        with pytest.raises(InputError, match="compressed"):
            read_body("events", ARROW, body, 100)


def test_arrow_that_would_expand_is_refused() -> None:
    rows = 9_000
    words = pa.DictionaryArray.from_arrays(np.zeros(rows, np.int8), pa.array(["y" * 10**6]))
    with pytest.raises(LimitError, match="too long"):
        read_body("events", ARROW, stream(pa.table({"account_id": words})), 10_000)
    nulls = pa.table({"account_id": pa.nulls(10**9)})
    with pytest.raises(ZhenzanError):
        read_body("events", ARROW, stream(nulls), 10_000)
    nested = pa.table({"account_id": [[1]]})
    with pytest.raises(InputError, match="type"):
        read_body("events", ARROW, stream(nested), 100)


@given(st.data())
def test_damaged_arrow_is_refused_or_read_but_never_more(data: st.DataObject) -> None:
    body = bytearray(stream(pa.table({"ts": [1], "account_id": ["a"], "content_id": ["b"]})))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = read_body("events", ARROW, bytes(body), 100)
    except ZhenzanError:
        return
    assert read.count <= 100


def test_checked_queries_are_not_kept_for_ever(tmp_path: Path) -> None:
    admission = Admission(tmp_path, 500_000_000)
    kinds = [pa.int64(), pa.string(), pa.float64(), pa.timestamp("s"), pa.bool_()]
    for first in kinds:
        for second in kinds:
            table = pa.table(
                {"ts": [1], "account_id": pa.nulls(1, first), "content_id": pa.nulls(1, second)}
            )
            body = read_body("events", ARROW, stream(table), 100)
            assert admission.check([entered(body)]).num_rows == 1
