"""The door: rows as a file holds them become columns of our names, without devices or addresses.

Behind the door no name that a user chose exists any more (a column's name never reaches SQL), and
no device, session or address does: they are numbers that stand for keyed hashes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhenzan.errors import InputError
from zhenzan.ingest.fields import FIELDS, Field, Layout
from zhenzan.ingest.forms import Form, as_text, convert, form_of, is_dictionary_of_text

if TYPE_CHECKING:
    from zhenzan.ingest.pseudonyms import Pseudonyms
    from zhenzan.ingest.records import Opened, Records

SECRET_COLUMNS = {"device_id": ("device",), "session_id": ("session",), "ip": ("ip", "net")}
_NOT_UTF8 = "the text is not valid UTF-8"


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
                values = batch.column(self.needed.index(position))
                if field.kind != "secret" or not is_dictionary_of_text(values):
                    values = convert(values, form, bad)
                self.values[field.name] += count - values.null_count
            if field.kind == "secret":
                columns.update(self._hide(field.name, values))
            else:
                columns[field.name] = values
        if self._source == "events":
            columns["extra"] = self._extra(batch)
        columns["row"] = pa.array(records.numbers)
        columns["file"] = pa.array(np.full(count, self._index, dtype=np.int32))
        reasons = pa.array([None, _NOT_UTF8], pa.string())
        columns["malformed"] = reasons.take(pa.array(bad.astype(np.int8)))
        columns["malformed_raw"] = pa.nulls(count, pa.string())
        self.rows += count + len(records.malformed)
        self.malformed += len(records.malformed)
        admitted = pa.record_batch([columns[name] for name in self.schema.names], self.schema)
        return _with_malformed(admitted, self._index, records) if records.malformed else admitted

    def _hide(self, name: str, values: pa.Array) -> dict[str, pa.Array]:
        whole = pa.types.is_string(values.type) or pa.types.is_dictionary(values.type)
        text = values if whole else values.cast(pa.string())
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
            text = as_text(batch.column(self.needed.index(position)))
            name = self._opened.schema.names[position].encode()
            label = hashlib.md5(name, usedforsecurity=False).hexdigest()
            lengths = pc.binary_length(text).cast(pa.string())
            part = pc.binary_join_element_wise(label, lengths, text, ":")
            parts.append(pc.fill_null(part, ""))
        return pc.binary_join_element_wise(*parts, "")


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
