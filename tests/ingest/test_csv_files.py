"""No row of a CSV file is ever lost: against a slow twin that reads one character at a time."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zhenzan.errors import InputError
from zhenzan.ingest import texts
from zhenzan.ingest.csv_files import open_csv
from zhenzan.ingest.files import DataFile
from zhenzan.ingest.limits import IngestLimits
from zhenzan.ingest.records import Malformed, Meter

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "ts,account_id,content_id,ip\n"
LONGEST = 4_000
"""Longest record of these tests, bytes."""


def read(path: Path, data: bytes) -> tuple[list[tuple[int, dict[str, Any]]], list[Malformed]]:
    """The rows with their numbers, and the malformed ones."""
    path.write_bytes(data)
    file = DataFile(str(path), "csv", "", len(data))
    opened = open_csv(file, frozenset({"ip"}), Meter(file, IngestLimits()), LONGEST)
    rows: list[tuple[int, dict[str, Any]]] = []
    malformed: list[Malformed] = []
    for records in opened.read(range(len(opened.schema))):
        values = records.batch.rename_columns(opened.schema.names).to_pylist()
        rows += zip(records.numbers.tolist(), values, strict=True)
        malformed += records.malformed
    return rows, malformed


def record_end(text: str, start: int) -> int | None:
    """Slow twin: where the record at ``start`` ends, None where its quotes are broken."""
    state = "start"
    for place in range(start, min(len(text), start + LONGEST)):
        character = text[place]
        if state == "quoted":
            state = "closed" if character == '"' else "quoted"
        elif character == '"':
            if state not in {"start", "closed"}:
                return None
            state = "quoted"
        elif character == ",":
            state = "start"
        elif character == "\n":
            return place + 1
        elif character == "\r":
            return place + 2 if text[place + 1 : place + 2] == "\n" else None
        elif state == "closed":
            return None
        else:
            state = "plain"
    return None


def split_slowly(body: str) -> tuple[list[tuple[int, list[str]]], list[int]]:
    """Slow twin of the reader: the rows by number, and the numbers of the malformed ones."""
    rows: list[tuple[int, list[str]]] = []
    malformed: list[int] = []
    text = body if body.endswith("\n") or not body else body + "\n"
    position = number = 0
    while position < len(text):
        line_end = text.index("\n", position) + 1
        if text[position:line_end].strip("\r\n") == "":
            position = line_end
            continue
        number += 1
        end = record_end(text, position)
        if end is None:
            malformed.append(number)
            position = line_end
            continue
        fields = next(csv.reader(io.StringIO(text[position:end], newline=""), strict=True))
        if len(fields) == HEADER.count(",") + 1:
            rows.append((number, fields))
        else:
            malformed.append(number)
        position = end
    return rows, malformed


PIECES = st.sampled_from(
    ["a", "é", ",", ",", ",", '"', '""', '","', "\n", "\n", "\r\n", "\r", " ", "12", "1,2,3,4\n"]
)


@given(st.lists(PIECES, max_size=60).map("".join), st.sampled_from([2**23, 40, 64]))
@example('1,"a\n2,b,c,d\n3,"x",y,z\n', 2**23)
@example('1,"a\nb",c,d\n', 40)
@example("1,2,3,4", 2**23)
@example('"', 2**23)
@example("\n\n1,2,3,4\n\n\n", 40)
def test_rows_are_those_of_the_slow_twin(
    tmp_path_factory: pytest.TempPathFactory, body: str, window_bytes: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "twin.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "WINDOW_BYTES", window_bytes)
        rows, malformed = read(path, (HEADER + body).encode())
    expected, broken = split_slowly(body)
    assert sorted(m.number for m in malformed) == broken
    shown = [(number, ["" if v is None else v for v in row.values()]) for number, row in rows]
    assert shown == expected


GOOD = "".join(f'1709294{i:03},u{i},"v,{i}",10.0.0.{i}\n' for i in range(200))


@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8)
)
def test_random_damage_never_loses_a_row(
    tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, int]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "damage.csv"
    body = bytearray(GOOD.encode())
    for place, byte in damage:
        body[place] = byte
    rows, malformed = read(path, HEADER.encode() + bytes(body))
    expected, broken = split_slowly(bytes(body).decode("latin-1"))
    numbers = sorted([n for n, _ in rows] + [m.number for m in malformed])
    assert numbers == list(range(1, len(expected) + len(broken) + 1))


def test_one_broken_quote_costs_one_line(tmp_path: Path) -> None:
    rows, malformed = read(
        tmp_path / "x.csv", (HEADER + '1,"u1,v1,\n2,u2,v2,\n3,"u3",v3,\n').encode()
    )
    assert [row["account_id"] for _, row in rows] == ["u2", "u3"]
    assert [(m.number, m.reason) for m in malformed] == [(1, "its quotes are broken")]


def test_a_quoted_line_break_is_no_row(tmp_path: Path) -> None:
    rows, malformed = read(tmp_path / "x.csv", (HEADER + '1,"u\n1","v""1",\n2,u2,v2,\n').encode())
    assert [(n, r["account_id"], r["content_id"]) for n, r in rows] == [
        (1, "u\n1", 'v"1'),
        (2, "u2", "v2"),
    ]
    assert malformed == []


def test_wrong_number_of_fields_and_bad_text(tmp_path: Path) -> None:
    data = HEADER.encode() + b"1,u1,v1\n2,u2,v2,,\n3,u\xff3,v3,\n4,u4,v4,\n"
    rows, malformed = read(tmp_path / "x.csv", data)
    assert [n for n, _ in rows] == [4]
    assert sorted((m.number, m.reason) for m in malformed) == [
        (1, "it has 3 fields, not 4"),
        (2, "it has 5 fields, not 4"),
        (3, "the text is not valid UTF-8"),
    ]


def test_a_row_that_is_too_long_is_one_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "WINDOW_BYTES", 1_000)
    long = "x" * (LONGEST * 3)
    rows, malformed = read(
        tmp_path / "x.csv", (HEADER + f"1,u1,v1,\n2,{long},v,\n3,u3,v3,\n4,{long}").encode()
    )
    assert [n for n, _ in rows] == [1, 3]
    assert [m.number for m in malformed] == [2, 4]
    assert all("longer than 4,000 bytes" in m.reason for m in malformed)
    assert max(len(m.raw) for m in malformed) <= 4096


@pytest.mark.parametrize(
    "line",
    [
        "1,u1,v1,v2,10.9.8.7\n",
        "1,u1,10.9.8.7\n",
        '1,"u1,v1,10.9.8.7\n',
        "1,u1,v1,secret-handset,x\n",
        "1,v1,secret-handset\n",
        "1,u1,v1,v2,2001:db8::9\n",
    ],
)
def test_malformed_rows_show_no_address(tmp_path: Path, line: str) -> None:
    _, malformed = read(tmp_path / "x.csv", (HEADER + line).encode())
    assert "(hidden)" in malformed[0].raw
    for secret in ("10.9.8.7", "secret-handset", "2001:db8"):
        assert secret not in malformed[0].raw


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters_and_byte_order_mark(tmp_path: Path, delimiter: str) -> None:
    text = (HEADER + "1,u1,v1,\n").replace(",", delimiter)
    rows, _ = read(tmp_path / "x.csv", b"\xef\xbb\xbf" + text.encode())
    assert rows == [(1, {"ts": "1", "account_id": "u1", "content_id": "v1", "ip": None})]


def test_no_header(tmp_path: Path) -> None:
    for data in (b"\n\n", b"\xff\xfet\x00", b"caf\xe9,x\n"):
        with pytest.raises(InputError):
            read(tmp_path / "x.csv", data)
