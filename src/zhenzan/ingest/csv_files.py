"""Reads CSV files so that every row comes out: in columns, or as malformed.

A record ends where a line ends outside quotes (RFC 4180). A record whose quotes are broken costs
one line: that line is malformed, and reading goes on with the next one. Runs of text without such
trouble are split into columns by pyarrow at once; the others are first cut into records here.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv

from zhenzan.errors import InputError
from zhenzan.ingest.records import HIDDEN, LONGEST_RAW, Malformed, Opened, Records
from zhenzan.ingest.texts import chunks, start_of, without_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zhenzan.ingest.files import DataFile
    from zhenzan.ingest.records import Meter

_DELIMITERS = ",\t;|"
_NULLS = ["", "\\N"]
"""What stands for no value; ``\\N`` is what databases export."""
_QUOTE, _NEWLINE = ord('"'), ord("\n")
_EMPTY_LINES = re.compile(rb"(?:\r*\n)+")


@dataclass(frozen=True)
class _Shape:
    """How a CSV file is written: its columns, its delimiter, and which columns to hide."""

    columns: tuple[str, ...]
    delimiter: str
    secret: frozenset[int]


def open_csv(file: DataFile, hidden: frozenset[str], meter: Meter, longest_bytes: int) -> Opened:
    """A CSV file, ready to be read.

    Args:
        file: The file; its first record is the header.
        hidden: Names of columns whose values must not be shown.
        meter: Counts what the file expands to, header included.
        longest_bytes: The longest record.

    Raises:
        InputError: It has no header.
    """
    header_text = start_of(file, meter).lstrip(b"\r\n")
    header, _ = _cut_header(file, header_text)
    delimiter = max(_DELIMITERS, key=lambda d: len(_fields(header, d)))
    columns = tuple(name.strip() for name in _fields(header, delimiter))
    secret = frozenset(i for i, name in enumerate(columns) if name in hidden)
    shape = _Shape(columns, delimiter, secret)

    def read(positions: Sequence[int]) -> Iterator[Records]:
        return _records(file, shape, positions, meter, longest_bytes)

    schema = pa.schema([pa.field(name, pa.string()) for name in columns])
    return Opened(file.path, schema, read, untyped=True)


def _cut_header(file: DataFile, text: bytes) -> tuple[str, int]:
    """The header, and where in the text it ends."""
    match = re.match(rb'(?:[^"\n]|"[^"]*")*+(?:\n|\Z)', text)
    try:
        header = match.group().decode().rstrip("\r\n") if match else ""
    except UnicodeDecodeError as error:
        raise InputError(
            f"The header of '{file.path}' is not UTF-8 text.", "Save the file as UTF-8."
        ) from error
    if not match or not header.strip():
        raise InputError(f"'{file.path}' has no header.", "Let its first line name the columns.")
    return header, match.end()


def _fields(record: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(record), delimiter=delimiter), [])
    except csv.Error:  # Such as a name of more than 131,072 characters.
        return []


def _records(
    file: DataFile, shape: _Shape, positions: Sequence[int], meter: Meter, longest_bytes: int
) -> Iterator[Records]:
    splitter = _Splitter(shape.delimiter, longest_bytes)
    rest, done, headed = b"", 0, False
    for chunk in chunks(file, meter):
        window = rest + chunk
        if not headed:
            window = window.lstrip(b"\r\n")
            window = window[_cut_header(file, window)[1] :]
            headed = True
        records, rest = splitter.split(window, last=False)
        if records.count:
            yield _in_columns(records, shape, positions, done)
            done += records.count
    if rest:
        records, _ = splitter.split(rest if rest.endswith(b"\n") else rest + b"\n", last=True)
        if records.count:
            yield _in_columns(records, shape, positions, done)


@dataclass
class _Run:
    """Records cut from a window.

    Attributes:
        text: The well-formed ones.
        count: How many there are in all.
        broken: (position among them, reason, text) of the malformed ones.
    """

    text: bytes
    count: int
    broken: list[tuple[int, str, bytes]]


class _Splitter:
    """Cuts text into records."""

    def __init__(self, delimiter: str, longest_bytes: int) -> None:
        self._longest = longest_bytes
        self._opens_after = np.frombuffer(f'{delimiter}\n"'.encode(), np.uint8)
        self._closes_before = np.frombuffer(f'{delimiter}\r\n"'.encode(), np.uint8)
        mark = re.escape(delimiter)
        one = rf'(?:"(?:[^"]++|"")*+"|[^"{mark}\r\n]*+)'
        self._record = re.compile(rf"{one}(?:{mark}{one})*+\r?\n".encode())
        self._skipping = False

    def split(self, window: bytes, *, last: bool) -> tuple[_Run, bytes]:
        """The records that end within the window, and the text that is left for the next."""
        if not self._skipping:
            cut, count = self._clean_cut(window, last=last)
            if cut:
                return _Run(window[:cut], count, []), window[cut:]
        return self._one_by_one(window, last=last)

    def _clean_cut(self, window: bytes, *, last: bool) -> tuple[int, int]:
        """Where the last record of a window without trouble ends, and how many there are.

        (0, 0) if there may be trouble: an empty line, a lone carriage return, text that is not
        UTF-8, a quote where none may stand, a record that is too long.
        """
        trouble = (0, 0)
        if b"\n\n" in window or b"\n\r\n" in window or window.startswith((b"\n", b"\r\n")):
            return trouble
        if window.count(b"\r") != window.count(b"\r\n") or not _is_utf8(window, last=last):
            return trouble
        data = np.frombuffer(window, np.uint8)
        ends = np.flatnonzero(data == _NEWLINE)
        quotes = np.flatnonzero(data == _QUOTE)
        if len(quotes):
            opens, closes = quotes[::2], quotes[1::2]
            before = data[opens[opens > 0] - 1]
            after = data[closes[closes + 1 < len(data)] + 1]
            if not (
                np.isin(before, self._opens_after).all()
                and np.isin(after, self._closes_before).all()
            ):
                return trouble
            ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
        if not len(ends) or len(window) - ends[-1] > self._longest:
            return trouble
        if np.diff(ends, prepend=-1).max() > self._longest:
            return trouble
        return int(ends[-1]) + 1, len(ends)

    def _one_by_one(self, window: bytes, *, last: bool) -> tuple[_Run, bytes]:
        good: list[bytes] = []
        broken: list[tuple[int, str, bytes]] = []
        count = position = 0
        if self._skipping:
            position = window.find(b"\n") + 1
            if not position:
                return _Run(b"", 0, []), b""
            self._skipping = False
        while position < len(window):
            line_end = window.find(b"\n", position) + 1
            if not line_end:
                if len(window) - position > self._longest:
                    broken.append((count, self._too_long(), window[position:][:LONGEST_RAW]))
                    self._skipping = True
                    return _Run(b"".join(good), count + 1, broken), b""
                break
            if empty := _EMPTY_LINES.match(window, position):
                position = empty.end()
                continue
            match = self._record.match(window, position, position + self._longest)
            if match is None and not last and len(window) - position <= self._longest:
                break  # It may go on beyond the window.
            record = match.group() if match else window[position:line_end]
            reason = self._reason(record, whole=match is not None)
            if reason:
                broken.append((count, reason, record[:LONGEST_RAW]))
            else:
                good.append(record)
            count += 1
            position += len(record)
        return _Run(b"".join(good), count, broken), window[position:]

    def _reason(self, record: bytes, *, whole: bool) -> str:
        if not whole:
            return self._too_long() if len(record) > self._longest else "its quotes are broken"
        try:
            record.decode()
        except UnicodeDecodeError:
            return "the text is not valid UTF-8"
        return ""

    def _too_long(self) -> str:
        return f"the row is longer than {self._longest:,} bytes"


def _is_utf8(window: bytes, *, last: bool) -> bool:
    end = len(window) if last else window.rfind(b"\n") + 1
    try:
        window[:end].decode()
    except UnicodeDecodeError:
        return False
    return True


def _in_columns(run: _Run, shape: _Shape, positions: Sequence[int], done: int) -> Records:
    numbers = np.arange(done + 1, done + 1 + run.count, dtype=np.int64)
    malformed = [
        Malformed(done + 1 + at, reason, _masked(raw, shape)) for at, reason, raw in run.broken
    ]
    keep = np.ones(run.count, dtype=bool)
    keep[[at for at, _, _ in run.broken]] = False
    numbers = numbers[keep]
    batch, wrong = _parse(run.text, shape, positions)
    for row in wrong:
        reason = f"it has {row.actual_columns} fields, not {row.expected_columns}"
        raw = _masked(row.text.encode(), shape)
        malformed.append(Malformed(int(numbers[row.number - 1]), reason, raw))
    numbers = np.delete(numbers, [row.number - 1 for row in wrong])
    if len(numbers) != batch.num_rows:
        raise AssertionError("rows of a CSV file were lost or doubled")
    return Records(batch, numbers, malformed)


def _parse(
    text: bytes, shape: _Shape, positions: Sequence[int]
) -> tuple[pa.RecordBatch, list[pyarrow.csv.InvalidRow]]:
    names = [str(position) for position in positions]
    schema = pa.schema([(name, pa.string()) for name in names])
    wrong: list[pyarrow.csv.InvalidRow] = []
    if not text:
        return pa.RecordBatch.from_pylist([], schema), wrong

    def note(row: pyarrow.csv.InvalidRow) -> str:
        wrong.append(row)
        return "skip"

    table = pyarrow.csv.read_csv(
        pa.BufferReader(text),
        pyarrow.csv.ReadOptions(
            use_threads=False,
            block_size=len(text) + 1,
            column_names=[str(i) for i in range(len(shape.columns))],
        ),
        pyarrow.csv.ParseOptions(
            delimiter=shape.delimiter, newlines_in_values=True, invalid_row_handler=note
        ),
        pyarrow.csv.ConvertOptions(
            column_types=schema,
            include_columns=names,
            null_values=_NULLS,
            strings_can_be_null=True,
        ),
    )
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema), wrong


def _masked(raw: bytes, shape: _Shape) -> str:
    """A malformed row without what must not be shown.

    A field too many or too few somewhere shifts the fields behind it, so a secret field is sought
    counting from both ends. Whatever looks like an address is hidden wherever it stands.
    """
    text = raw.decode(errors="replace").rstrip("\r\n")[:LONGEST_RAW]
    if shape.secret:
        fields = text.split(shape.delimiter)
        shift = len(fields) - len(shape.columns)
        for position in shape.secret:
            for place in {position, position + shift}:
                if 0 <= place < len(fields) and fields[place]:
                    fields[place] = HIDDEN
        text = shape.delimiter.join(fields)
    return without_addresses(text)[:LONGEST_RAW]
