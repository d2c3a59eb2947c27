"""Bodies of requests become columns: JSON, JSON Lines, Arrow streams."""

from __future__ import annotations

import json
import struct
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhenzan.errors import InputError, LimitError
from zhenzan.ingest.fields import FIELDS
from zhenzan.ingest.json_files import open_lines
from zhenzan.ingest.limits import IngestLimits
from zhenzan.ingest.records import Opened, Records
from zhenzan.kernels.flat_json import read_flat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

JSON = "application/json"
JSON_LINES = "application/x-ndjson"
ARROW = "application/vnd.apache.arrow.stream"
MEDIA_TYPES = (JSON, JSON_LINES, ARROW)

LONGEST_ROW_BYTES = IngestLimits().longest_record_bytes
MOST_DICTIONARY_BYTES = 64 * 2**20
"""What the rows of a dictionary column may come to, written out."""
_HEADER_SLOT, _DATA_SLOT, _COMPRESSION_SLOT = 2, 1, 3
"""Where Message.fbs has them, from 0: Message.header (a union takes two places), then
DictionaryBatch.data, then RecordBatch.compression."""


def _row_type(source: str) -> type[msgspec.Struct]:
    fields = [
        (field.name, Any, msgspec.UNSET if field.name == "event_type" else None)
        for field in FIELDS[source]
    ]
    return msgspec.defstruct(f"{source}_row", fields, gc=False)


# float_hook: numbers stay the text they were written as, as in a file.
_ROWS = {
    source: msgspec.json.Decoder(list[_row_type(source)], float_hook=str)  # type: ignore[misc]  # made from the fields of the source
    for source in ("events", "accounts", "contents")
}
FEW_BYTES = 2**13
"""A body that is smaller is read by objects: many of them become columns together."""
_PIECES = msgspec.json.Decoder(list[msgspec.Raw])


@dataclass(frozen=True)
class Body:
    """The rows of a body: as objects, as columns, or else ready to be read by themselves.

    Objects of several bodies can be read together, and so can columns that are alike.

    Attributes:
        source: events, accounts or contents.
        count: How many rows there are.
        rows: One object for each row, if they are few.
        table: The rows as columns.
        opened: The rows where neither can be.
        untyped: Of ``table``: whether its values are text that was never typed.
        typed: Whether one of the rows has an ``event_type``.
    """

    source: str
    count: int
    rows: Sequence[Any] | None = None
    table: pa.Table | None = None
    opened: Opened | None = None
    untyped: bool = True
    typed: bool = True


def read_body(source: str, media_type: str, body: bytes, most_rows: int) -> Body:
    """The rows of a body.

    Args:
        source: events, accounts or contents.
        media_type: One of ``MEDIA_TYPES``.
        body: The body.
        most_rows: The most rows it may have.

    Raises:
        InputError: The body as a whole cannot be read, or it has no rows.
        LimitError: It has too many rows.
    """
    if media_type == ARROW:
        table = _arrow_table(body, most_rows)
        typed = "event_type" in table.column_names
        return Body(source, table.num_rows, table=table, untyped=False, typed=typed)
    if len(body) > FEW_BYTES:
        flat = flat_body(source, media_type, body, most_rows)
        if flat:
            return flat
    decoder = _ROWS[source]
    rows: Sequence[Any] | None = None
    with suppress(msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        rows = decoder.decode(body) if media_type == JSON else decoder.decode_lines(body)
    if rows is None or _is_nested(media_type, body, rows):
        pieces = _pieces(media_type, body)
        _check_number(len(pieces), most_rows)
        opened = _open_pieces(source, pieces)
        return Body(source, len(pieces), opened=opened, typed="event_type" in opened.schema.names)
    _check_number(len(rows), most_rows)
    # Rows of a request without any type are likes; a row whose type is null is not.
    typed = source != "events" or any(row.event_type is not msgspec.UNSET for row in rows)
    return Body(source, len(rows), rows=rows, typed=typed)


def flat_body(source: str, media_type: str, body: bytes, most_rows: int) -> Body | None:
    """The rows of a JSON body that is plainly written: the same as by objects, at half the cost.

    Args:
        source: events, accounts or contents.
        media_type: JSON or JSON Lines.
        body: The body.
        most_rows: The most rows it may have.

    Returns:
        None if the body has to be read by objects.
    """
    names = [field.name for field in FIELDS[source]]
    flat = read_flat(body, names, most_rows, lines=media_type == JSON_LINES)
    if flat is None:
        return None
    columns, found = flat
    table = pa.table(columns, names)
    typed = source != "events" or bool(found[names.index("event_type")])
    return Body(
        source,
        table.num_rows,
        table=table if typed else table.drop_columns("event_type"),
        typed=typed,
    )


def _is_nested(media_type: str, body: bytes, rows: Sequence[Any]) -> bool:
    """Whether a value is a list or an object, which only the careful way reads as a file's."""
    if body.count(b"{") == len(rows) and body.count(b"[") == (media_type == JSON):
        return False
    return any(
        isinstance(value, list | dict) for row in rows for value in msgspec.structs.astuple(row)
    )


def _check_number(rows: int, most_rows: int) -> None:
    if not rows:
        raise InputError("The body holds no rows.", "Send at least one.")
    if rows > most_rows:
        raise LimitError(
            f"The body holds more than {most_rows:,} rows.", "Send them in several requests."
        )


def open_rows(bodies: Sequence[Body]) -> Opened:
    """Rows of bodies as columns, ready to pass the door; each body's are numbered from 1.

    Args:
        bodies: With objects, of one source, and all typed or all not.
    """
    source, typed = bodies[0].source, bodies[0].typed
    rows = [row for body in bodies for row in body.rows or ()]
    columns: dict[str, pa.Array] = {}
    for field in FIELDS[source]:
        # Column by column: rows by rows makes a tuple of each, which takes three times as long.
        values = list(map(attrgetter(field.name), rows))
        if field.name == "event_type":
            if not typed:
                continue
            values = [None if value is msgspec.UNSET else value for value in values]
        columns[field.name] = _as_text(values)
    return _opened(pa.table(columns), bodies)


def open_tables(bodies: Sequence[Body]) -> Opened:
    """Columns of bodies one after the other, ready to pass the door; rows numbered as above.

    Args:
        bodies: With columns, all alike by ``alike``.
    """
    return _opened(pa.concat_tables([body.table for body in bodies]), bodies)


def alike(body: Body) -> tuple[object, ...]:
    """What columns must have in common to be read together; empty where they never can."""
    assert body.table is not None
    fields = [(field.name, field.type, field.nullable) for field in body.table.schema]
    if any(pa.types.is_dictionary(kind) for _, kind, _ in fields):
        return ()
    return body.source, body.untyped, *fields


def _as_text(values: Sequence[Any]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        pass
    try:
        return pa.array(values, pa.int64()).cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([_text(value) for value in values], pa.string())


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _opened(table: pa.Table, bodies: Sequence[Body]) -> Opened:
    numbers = np.concatenate([np.arange(1, body.count + 1, dtype=np.int64) for body in bodies])

    def read(positions: Sequence[int]) -> Iterator[Records]:
        batch = table.select(list(positions)).combine_chunks().to_batches()[0]
        yield Records(batch, numbers)

    return Opened(bodies[0].source, table.schema, read, untyped=bodies[0].untyped)


def _pieces(media_type: str, body: bytes) -> Sequence[bytes]:
    """Each row by itself, where not all of them can be read."""
    if media_type == JSON_LINES:
        return [line for line in body.split(b"\n") if line.strip()]
    try:
        return [bytes(piece) for piece in _PIECES.decode(body)]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InputError(
            f"The body is not a JSON array: {error}.",
            f"Send [{{…}}, {{…}}], or one object on each line as {JSON_LINES}.",
        ) from error


def _open_pieces(source: str, pieces: Sequence[bytes]) -> Opened:
    fields = FIELDS[source]
    wanted = [field.name for field in fields if field.name != "event_type"]
    hidden = frozenset(field.name for field in fields if field.kind == "secret")
    return open_lines(pieces, source, wanted, hidden, LONGEST_ROW_BYTES)


def _arrow_table(body: bytes, most_rows: int) -> pa.Table:
    try:
        _refuse_compressed(body)
        with pa.ipc.open_stream(body) as reader:
            _check_types(reader.schema)
            _ = reader.schema.names  # names that are no UTF-8 are found now
            batches, rows = [], 0
            for batch in reader:
                rows += batch.num_rows
                _check_number(rows or 1, most_rows)
                batch.validate(full=True)
                batches.append(batch)
            table = pa.Table.from_batches(batches, reader.schema).replace_schema_metadata()
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        raise InputError(
            "The body is no Arrow stream that can be read.", "Write it with an Arrow library."
        ) from error
    _check_number(rows, most_rows)
    for column in table.columns:
        _check_dictionary(column, rows)
    return table


def _refuse_compressed(body: bytes) -> None:
    """Compressed buffers say themselves what they expand to, which can be anything.

    Raises:
        InputError: A batch is compressed.
    """
    for message in pa.ipc.MessageReader.open_stream(body):
        if message.type != "schema" and _is_compressed(
            message.metadata.to_pybytes(), dictionary=message.type == "dictionary"
        ):
            raise InputError(
                "The Arrow stream is compressed inside.", "Write it without compression."
            )


def _is_compressed(metadata: bytes, *, dictionary: bool) -> bool:
    """Read from the flatbuffer: Message.header, (DictionaryBatch.data,) RecordBatch.compression."""
    try:
        (root,) = struct.unpack_from("<I", metadata, 0)
        header = _table_at(metadata, root, _HEADER_SLOT)
        if header and dictionary:
            header = _table_at(metadata, header, _DATA_SLOT)
        return header != 0 and _table_at(metadata, header, _COMPRESSION_SLOT) != 0
    except struct.error as error:
        raise InputError(
            "The body is no Arrow stream that can be read.", "Write it with an Arrow library."
        ) from error


def _table_at(buffer: bytes, table: int, slot: int) -> int:
    """Where the table in a slot of another table stands; 0 if there is none."""
    (back,) = struct.unpack_from("<i", buffer, table)
    (size,) = struct.unpack_from("<H", buffer, table - back)
    if 4 + 2 * slot >= size:
        return 0
    (offset,) = struct.unpack_from("<H", buffer, table - back + 4 + 2 * slot)
    if not offset:
        return 0
    (away,) = struct.unpack_from("<I", buffer, table + offset)
    return int(table + offset + away)


def _check_types(schema: pa.Schema) -> None:
    """Only types whose values cannot come to more than the body holds."""
    for field in schema:
        kind = field.type
        inner = kind.value_type if pa.types.is_dictionary(kind) else kind
        checks = (
            pa.types.is_integer,
            pa.types.is_floating,
            pa.types.is_timestamp,
            pa.types.is_date,
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_boolean,
        )
        if not any(check(inner) for check in checks):
            raise InputError(
                f"A column holds values of the type {kind}, which events do not have.",
                "Send text, numbers, times and true or false only.",
            )


def _check_dictionary(column: pa.ChunkedArray, rows: int) -> None:
    if not pa.types.is_dictionary(column.type):
        return
    for chunk in column.chunks:
        words = chunk.dictionary
        text = pa.types.is_string(words.type) or pa.types.is_large_string(words.type)
        longest = (pc.max(pc.binary_length(words)).as_py() or 0) if text else 0
        if longest * rows > MOST_DICTIONARY_BYTES:
            raise LimitError(
                "A dictionary of the Arrow stream holds a text that is too long.",
                "Shorten it, or send fewer rows.",
            )
