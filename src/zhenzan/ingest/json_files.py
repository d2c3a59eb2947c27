"""Reads JSON Lines so that every line comes out: in columns, or as malformed.

Numbers stay the text they were written as, so that a long identifier keeps its digits.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pyarrow as pa

from zhenzan.errors import InputError
from zhenzan.ingest.records import HIDDEN, LONGEST_RAW, Malformed, Opened, Records
from zhenzan.ingest.texts import chunks, start_of, without_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zhenzan.ingest.files import DataFile
    from zhenzan.ingest.records import Meter

LINES_TO_MEET_NAMES = 1_000
OTHER_KEYS = "(other keys)"
"""A column of all that stands under keys not met at the start, as JSON."""


@dataclass(frozen=True)
class _Shape:
    """How a JSON Lines file is read.

    Attributes:
        columns: The keys with a column of their own; ``OTHER_KEYS`` is last.
        secret: Finds values that must not be shown in text that is no JSON.
    """

    columns: tuple[str, ...]
    secret: re.Pattern[str]

    @property
    def schema(self) -> pa.Schema:
        """Text in every column."""
        return pa.schema([pa.field(name, pa.string()) for name in self.columns])


def open_jsonl(
    file: DataFile,
    wanted: Sequence[Sequence[str]],
    hidden: frozenset[str],
    meter: Meter,
    longest_bytes: int,
) -> Opened:
    """A JSON Lines file, ready to be read.

    Args:
        file: The file.
        wanted: For each column of ours, the names it may have, the likeliest first.
        hidden: Names whose values must not be shown.
        meter: Counts what the file expands to.
        longest_bytes: The longest line.

    Raises:
        InputError: It is one JSON array, or holds no text.
    """
    start = start_of(file, meter)
    if start.lstrip().startswith(b"["):
        raise InputError(
            f"'{file.path}' is a JSON array, not JSON Lines.",
            "Write one object on each line; `jq -c '.[]'` does that.",
        )
    met = _names_met(start.split(b"\n")[:LINES_TO_MEET_NAMES])
    guessed = [n[0] for n in wanted if not any(name in met for name in n) and n[0] not in met]
    shape = _shape((*met, *dict.fromkeys(guessed)), hidden)

    def read(positions: Sequence[int]) -> Iterator[Records]:
        return _records(file, shape, positions, meter, longest_bytes)

    return Opened(
        file.path, shape.schema, read, untyped=True, guessed=frozenset([*guessed, OTHER_KEYS])
    )


def open_lines(
    lines: Sequence[bytes],
    name: str,
    wanted: Sequence[str],
    hidden: frozenset[str],
    longest_bytes: int,
) -> Opened:
    """Lines in memory, ready to be read as those of a JSON Lines file.

    Args:
        lines: Each one row; empty ones do not count.
        name: For messages and quarantine.
        wanted: Names that have a column of their own whether a line has them or not.
        hidden: Names whose values must not be shown.
        longest_bytes: The longest line.
    """
    shape = _shape(tuple(dict.fromkeys([*_names_met(lines), *wanted])), hidden)

    def read(positions: Sequence[int]) -> Iterator[Records]:
        yield _in_columns(lines, shape, positions, 0, longest_bytes)

    return Opened(name, shape.schema, read, untyped=True)


def _shape(names: tuple[str, ...], hidden: frozenset[str]) -> _Shape:
    secret = "|".join(re.escape(json.dumps(name)) for name in sorted(hidden)) or r"(?!)"
    pattern = re.compile(rf'((?:{secret})\s*:\s*)("(?:[^"\\]|\\.)*"?|[^,}}\s]*)')
    return _Shape((*names, OTHER_KEYS), pattern)


def _names_met(lines: Sequence[bytes]) -> list[str]:
    names: dict[str, None] = {}
    for line in lines:
        row, _ = _row(line)
        names |= dict.fromkeys(row or {})
    names.pop(OTHER_KEYS, None)
    return list(names)


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_no_constant)


def _row(line: bytes) -> tuple[dict[str, Any] | None, str]:
    """The object of a line, or None and why there is none."""
    try:
        row = _DECODER.decode(line.decode())
    except UnicodeDecodeError:
        return None, "the text is not valid UTF-8"
    except RecursionError:
        return None, "it is nested too deeply"
    except ValueError as error:
        return None, f"it is not JSON: {error}"
    if not isinstance(row, dict):
        return None, "it is not a JSON object"
    if b"\\ud" in line.lower() and not _is_unicode(row):
        return None, "it has half a character (a lone surrogate)"
    return row, ""


def _is_unicode(row: dict[str, Any]) -> bool:
    try:
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _records(
    file: DataFile, shape: _Shape, positions: Sequence[int], meter: Meter, longest_bytes: int
) -> Iterator[Records]:
    done, rest, skipping = 0, b"", False
    for chunk in chunks(file, meter):
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        if skipping and lines:
            lines, skipping = lines[1:], False
        if len(rest) > longest_bytes and not skipping:
            # A line that does not end: its start stands for it.
            lines.append(rest)
            skipping = True
        if skipping:
            rest = b""
        records = _in_columns(lines, shape, positions, done, longest_bytes)
        done += len(records.numbers) + len(records.malformed)
        yield records
    if rest:
        yield _in_columns([rest], shape, positions, done, longest_bytes)


def _in_columns(
    lines: Sequence[bytes], shape: _Shape, positions: Sequence[int], done: int, longest_bytes: int
) -> Records:
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    malformed: list[Malformed] = []
    for line in lines:
        if not line.strip():
            continue
        done += 1
        row, reason = _row(line)
        if len(line) > longest_bytes:
            row, reason = None, f"the row is longer than {longest_bytes:,} bytes"
        if row is None:
            malformed.append(Malformed(done, reason, _masked(line, shape)))
        else:
            rows.append(row)
            numbers.append(done)
    columns = [_column(rows, shape, position) for position in positions]
    schema = pa.schema([(shape.columns[position], pa.string()) for position in positions])
    batch = pa.RecordBatch.from_arrays(columns, schema=schema)
    return Records(batch, np.array(numbers, dtype=np.int64), malformed)


def _column(rows: list[dict[str, Any]], shape: _Shape, position: int) -> pa.Array:
    name = shape.columns[position]
    if position == len(shape.columns) - 1:
        known = frozenset(shape.columns)
        others = [{k: v for k, v in row.items() if k not in known} for row in rows]
        values = [json.dumps(o, sort_keys=True) if o else None for o in others]
    else:
        values = [row.get(name) for row in rows]
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # Some value is no text and no number.
        return pa.array([_text(v) for v in values], pa.string())


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True)


def _masked(line: bytes, shape: _Shape) -> str:
    text = line[: LONGEST_RAW * 4].decode(errors="replace").strip()
    return without_addresses(shape.secret.sub(rf'\1"{HIDDEN}"', text))[:LONGEST_RAW]
