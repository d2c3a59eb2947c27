"""The door: rows as a file holds them become columns of our names, without devices or addresses.

Behind the door no name that a user chose exists any more (a column's name never reaches SQL), and
no device, session or address does: they are numbers that stand for keyed hashes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhenzan.errors import InputError
from zhenzan.ingest.fields import FIELDS, Field, Layout

if TYPE_CHECKING:
    from zhenzan.ingest.pseudonyms import Pseudonyms
    from zhenzan.ingest.records import Opened, Records

SECRET_COLUMNS = {"device_id": ("device",), "session_id": ("session",), "ip": ("ip", "net")}
_NOT_UTF8 = pa.array([None, "the text is not valid UTF-8"], pa.string())
_TIME_FORMS = {"s": "time_s", "ms": "time_ms", "us": "time_us", "ns": "time_ns"}


@dataclass(frozen=True)
class Form:
    """How a column comes through the door: the word that SQL is chosen by, and its Arrow type."""

    word: str
    type: pa.DataType


def form_of(kind: pa.DataType, *, untyped: bool) -> Form | None:
    """The form of an Arrow type, None where no value of ours can be made of it."""
    types = pa.types
    form = None
    if types.is_dictionary(kind):
        form = form_of(kind.value_type, untyped=untyped)
    elif types.is_integer(kind):
        form = Form("integer", pa.uint64() if types.is_uint64(kind) else pa.int64())
    elif types.is_floating(kind):
        form = Form("real", pa.float64())
    elif types.is_timestamp(kind):
        form = Form(_TIME_FORMS[kind.unit], pa.int64())
    elif types.is_date(kind):
        form = Form("time_s", pa.int64())
    elif types.is_decimal(kind) or untyped:
        form = Form("untyped", pa.string())
    elif _is_text(kind) or types.is_boolean(kind) or types.is_null(kind):
        form = Form("text", pa.string())
    return form


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    checks = (
        types.is_string,
        types.is_large_string,
        types.is_string_view,
        types.is_binary,
        types.is_large_binary,
        types.is_binary_view,
        types.is_fixed_size_binary,
    )
    return any(check(kind) for check in checks)


def _is_bytes(kind: pa.DataType) -> bool:
    return _is_text(kind) and not (
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


class Door:
    """Lets the rows of one file through.

    Args:
        source: Which source the file belongs to.
        index: The file's number.
        opened: The file.
        layout: Where it has our columns.
        pseudonyms: What stands for devices, sessions and addresses.
    """

    def __init__(
        self, source: str, index: int, opened: Opened, layout: Layout, pseudonyms: Pseudonyms
    ) -> None:
        self._index = index
        self._fields = FIELDS[source]
        self._layout = layout
        self._opened = opened
        self._pseudonyms = pseudonyms
        self._source = source
        self._extras = self._extras_of(source, layout)
        positions = {p for p in layout.positions if p is not None}
        self.needed = sorted(positions | set(self._extras))
        self.forms = {
            field.name: self._form(field, position, opened)
            for field, position in zip(self._fields, layout.positions, strict=True)
        }
        self.schema = pa.schema(self._columns())
        self.rows = self.malformed = 0
        self.values: Counter[str] = Counter()

    @staticmethod
    def _extras_of(source: str, layout: Layout) -> tuple[int, ...]:
        """The unknown columns that count: where an event_id must be made from the whole row."""
        without_id = dict(zip(FIELDS[source], layout.positions, strict=True))
        made = any(f.name == "event_id" and p is None for f, p in without_id.items())
        return layout.extras if made else ()

    def _form(self, field: Field, position: int | None, opened: Opened) -> Form:
        if position is None:
            return Form("text", pa.string())
        kind = opened.schema.types[position]
        form = form_of(kind, untyped=opened.untyped)
        if form is None:
            raise InputError(
                f"The column '{opened.schema.names[position]}' of {opened.name} holds values of "
                f"the type {kind}, which cannot be read as {field.name}.",
                "Store it as text, a number or a timestamp.",
            )
        return form

    def _columns(self) -> list[tuple[str, pa.DataType]]:
        columns = [("file", pa.int32()), ("row", pa.int64())]
        columns += [("malformed", pa.string()), ("malformed_raw", pa.string())]
        for field in self._fields:
            if field.kind == "secret":
                columns += [(name, pa.int64()) for name in SECRET_COLUMNS[field.name]]
            else:
                columns.append((field.name, self.forms[field.name].type))
        if self._source == "events":
            columns.append(("extra", pa.string()))
        return columns

    def values_at(self, column: str) -> int:
        """How many values a column of the file was seen to hold, by the file's name for it."""
        position = self._opened.schema.names.index(column)
        places = zip(self._fields, self._layout.positions, strict=True)
        return sum(self.values[field.name] for field, place in places if place == position)

    def admit(self, records: Records) -> pa.RecordBatch:
        """One run of rows, with our columns; malformed rows stand at the end, without values."""
        batch, count = records.batch, records.batch.num_rows
        bad = np.zeros(count, dtype=bool)
        columns: dict[str, pa.Array] = {}
        for field, position in zip(self._fields, self._layout.positions, strict=True):
            form = self.forms[field.name]
            if position is None:
                values = pa.nulls(count, form.type)
            else:
                values = _convert(batch.column(self.needed.index(position)), form, bad)
                self.values[field.name] += count - values.null_count
            if field.kind == "secret":
                columns.update(self._hide(field.name, values))
            else:
                columns[field.name] = values
        if self._source == "events":
            columns["extra"] = self._extra(batch)
        columns["row"] = pa.array(records.numbers)
        columns["file"] = pa.array(np.full(count, self._index, dtype=np.int32))
        columns["malformed"] = _NOT_UTF8.take(pa.array(bad.astype(np.int8)))
        columns["malformed_raw"] = pa.nulls(count, pa.string())
        self.rows += count + len(records.malformed)
        self.malformed += len(records.malformed)
        admitted = pa.record_batch([columns[name] for name in self.schema.names], self.schema)
        return _with_malformed(admitted, self._index, records) if records.malformed else admitted

    def _hide(self, name: str, values: pa.Array) -> dict[str, pa.Array]:
        text = values if pa.types.is_string(values.type) else values.cast(pa.string())
        if name == "ip":
            addresses, networks = self._pseudonyms.addresses(text)
            return {"ip": addresses, "net": networks}
        if name == "device_id":
            return {"device": self._pseudonyms.devices(text)}
        return {"session": self._pseudonyms.sessions(text)}

    def _extra(self, batch: pa.RecordBatch) -> pa.Array:
        """What the unknown columns hold, as one text a row; different rows, different texts."""
        if not self._extras:
            return pa.nulls(batch.num_rows, pa.string())
        parts = []
        for position in sorted(self._extras, key=lambda p: self._opened.schema.names[p]):
            text = _as_text(batch.column(self.needed.index(position)))
            name = self._opened.schema.names[position].encode()
            label = hashlib.md5(name, usedforsecurity=False).hexdigest()
            lengths = pc.binary_length(text).cast(pa.string())
            part = pc.binary_join_element_wise(label, lengths, text, ":")
            parts.append(pc.fill_null(part, ""))
        return pc.binary_join_element_wise(*parts, "")


def _convert(values: pa.Array, form: Form, bad: np.ndarray) -> pa.Array:
    kind = values.type
    if pa.types.is_dictionary(kind):
        values = values.dictionary_decode()
        kind = values.type
    if form.word.startswith("time_"):
        if pa.types.is_date(kind):
            values = values.cast(pa.timestamp("s"))
        return values.cast(pa.int64())
    if form.type != pa.string():
        return values.cast(form.type)
    if _is_bytes(kind):
        return _decoded(values, bad)
    if kind != pa.string():
        values = values.cast(pa.string())
    try:
        values.validate(full=True)
    except pa.ArrowInvalid:
        return _decoded(values.cast(pa.binary()), bad)
    return values


def _decoded(values: pa.Array, bad: np.ndarray) -> pa.Array:
    """Bytes as text; where they are not UTF-8, a replacement, and the row is marked bad."""
    try:
        text = values.cast(pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        words = []
        for row, word in enumerate(values.to_pylist()):
            try:
                words.append(None if word is None else word.decode())
            except UnicodeDecodeError:
                bad[row] = True
                words.append(word.decode(errors="replace"))
        return pa.array(words, pa.string())
    return text


def _as_text(values: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    form = form_of(values.type, untyped=False)
    if form is not None and form.word == "text":
        return _convert(values, form, np.zeros(len(values), dtype=bool))
    try:
        return values.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return pa.array([None if v is None else repr(v) for v in values.to_pylist()], pa.string())


def _with_malformed(admitted: pa.RecordBatch, index: int, records: Records) -> pa.RecordBatch:
    count = len(records.malformed)
    known = {
        "file": pa.array([index] * count, pa.int32()),
        "row": pa.array([m.number for m in records.malformed], pa.int64()),
        "malformed": pa.array([m.reason for m in records.malformed], pa.string()),
        "malformed_raw": pa.array([m.raw for m in records.malformed], pa.string()),
    }
    columns = [known.get(f.name, pa.nulls(count, f.type)) for f in admitted.schema]
    bad = pa.record_batch(columns, admitted.schema)
    return pa.concat_batches([admitted, bad])
