"""No line of a JSON Lines file is ever lost, and numbers keep their digits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ingest.loading import run

from zhenzan.errors import InputError
from zhenzan.ingest import texts
from zhenzan.ingest.files import DataFile
from zhenzan.ingest.json_files import open_jsonl
from zhenzan.ingest.limits import IngestLimits
from zhenzan.ingest.records import Malformed, Meter

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 2_000
"""Longest line of these tests, bytes."""
WANTED = [("ts",), ("uid", "account_id"), ("content_id",), ("ip",)]


def read(path: Path, data: bytes) -> tuple[dict[int, dict[str, Any]], list[Malformed]]:
    """The rows by number, and the malformed ones."""
    path.write_bytes(data)
    file = DataFile(str(path), "jsonl", "", len(data))
    opened = open_jsonl(file, WANTED, frozenset({"ip"}), Meter(file, IngestLimits()), LONGEST)
    rows: dict[int, dict[str, Any]] = {}
    malformed: list[Malformed] = []
    for records in opened.read(range(len(opened.schema))):
        values = records.batch.to_pylist()
        rows |= dict(zip(records.numbers.tolist(), values, strict=True))
        malformed += records.malformed
    return rows, malformed


LINES = st.lists(
    st.sampled_from(
        [
            b'{"ts": 1, "account_id": "u"}',
            b'{"ts": "\\u00e9\\n"}\r',
            b"",
            b"   ",
            b"{",
            b'{"ts": NaN}',
            b'{"ts": -Infinity}',
            b"[1]",
            b"7",
            b'"x"',
            b'{"ts": "\xff"}',
            b'{"ts": "\\uD83D\\ude00"}',
            b'{"ts": "\\uD83D"}',
            b'{"ts": 1} {"ts": 2}',
            b"[" * 1_500,
            b'{"ts": "' + b"x" * LONGEST + b'"}',
        ]
    ),
    max_size=20,
)


@given(LINES, st.sampled_from([2**23, 50]), st.booleans())
def test_each_line_is_a_row_or_malformed(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], window_bytes: int, end: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "lines.jsonl"
    body = b"\n".join([b'{"a": 0}', *lines]) + (b"\n" if end else b"")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "WINDOW_BYTES", window_bytes)
        rows, malformed = read(path, body)
    expected: dict[bool, list[int]] = {True: [], False: []}
    for number, line in enumerate((x for x in body.split(b"\n") if x.strip()), 1):
        expected[_is_row(line)].append(number)
    assert list(rows) == expected[True]
    assert [m.number for m in malformed] == expected[False]


def _is_row(line: bytes) -> bool:
    try:
        value = json.loads(line.decode())
    except (ValueError, RecursionError):
        return False
    constants = (b"NaN", b"Infinity", b'uD83D"')
    return (
        isinstance(value, dict) and len(line) <= LONGEST and not any(c in line for c in constants)
    )


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    line = b'{"uid": 123456789012345678901234567890, "ts": 1.50, "content_id": true, "ip": null}\n'
    rows, _ = read(tmp_path / "x.jsonl", line)
    assert rows[1]["uid"] == "123456789012345678901234567890"
    assert (rows[1]["ts"], rows[1]["content_id"], rows[1]["ip"]) == ("1.50", "true", None)


def test_keys_met_late_are_found(tmp_path: Path) -> None:
    line = b'{"ts": 1709294400, "account_id": "u", "content_id": "v"}\n'
    late = b'{"ts": 1709294400, "account_id": "u", "content_id": "v", "source": "follow", "z": 1}\n'
    path = tmp_path / "x.json"
    path.write_bytes(line * 1_500 + late)
    loaded = run(path)
    assert loaded.report.columns_present == {"source"}
    assert (loaded.report.accepted, loaded.report.duplicate) == (2, 1_499)


def test_a_required_key_that_is_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"ts": 1709294400, "user": "u", "content_id": "v"}\n' * 3)
    with pytest.raises(InputError, match=r"no column 'account_id'.*'ts', 'user', 'content_id'"):
        run(path)
    assert run(path, columns={"account_id": "user"}).report.duplicate == 2


def test_malformed_lines_are_quarantined_without_secrets(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(
        '{"ts": 1709294400, "account_id": "u", "content_id": "v", "device_id": "phone-1"}\n'
        '\n{"ts": 1709294400, "device_id": "phone-2", "ip": "9.8.7.6", "session_id": "s-3\n'
        '{"ts": "?", "account_id": "u", "content_id": "v", "device_id": "phone-4"}\n'
        '{"ts": 1709294400, "account_id": ["u"], "content_id": "v"}\n'
    )
    loaded = run(path)
    assert [(q["row"], q["reason"][:30]) for q in loaded.quarantine] == [
        (2, "it is not JSON: Unterminated s"),
        (3, "ts: '?' is not a time from 199"),
    ]
    shown = " ".join(q["raw"] for q in loaded.quarantine)
    assert "(hidden)" in shown
    for secret in ("phone", "9.8.7.6", "s-3"):
        assert secret not in shown
    assert [a["account_id"] for a in loaded.accounts_in] == ["u", '["u"]'][::-1]


def test_an_array_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('[{"ts": 1}]')
    with pytest.raises(InputError, match="JSON array"):
        run(path)
