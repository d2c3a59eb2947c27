"""Turns Arrow columns of any type into the few forms that SQL reads."""

from __future__ import annotations

import binascii
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

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
    elif kind == pa.uuid():
        form = Form("text", pa.string())
    elif isinstance(kind, pa.BaseExtensionType):
        form = form_of(kind.storage_type, untyped=untyped)
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


def _plain(values: pa.Array) -> pa.Array:
    """The values themselves, out of a dictionary or an extension type."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if values.type == pa.uuid():
        return _uuid_text(values.storage)
    return values.storage if isinstance(values, pa.ExtensionArray) else values


def _uuid_text(values: pa.Array) -> pa.Array:
    """Shape (n,) of 16 bytes → (n,) text such as 01234567-89ab-cdef-0123-456789abcdef."""
    data = b"".join(value or bytes(16) for value in values.to_pylist())
    digits = np.frombuffer(binascii.hexlify(data), np.uint8).reshape(-1, 32)
    dash = np.full((len(values), 1), ord("-"), np.uint8)
    parts = np.split(digits, [8, 12, 16, 20], axis=1)
    text = np.hstack([p for part in parts for p in (part, dash)][:-1])
    offsets = np.arange(0, 36 * len(values) + 1, 36, dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(text.tobytes())]
    words = pa.Array.from_buffers(pa.string(), len(values), buffers)
    return pc.if_else(values.is_valid(), words, pa.scalar(None, pa.string()))


def is_dictionary_of_text(values: pa.Array) -> bool:
    """Whether these are a dictionary of text, all of it valid, and positions in it."""
    if not pa.types.is_dictionary(values.type) or values.type.value_type != pa.string():
        return False
    try:
        values.dictionary.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return not values.dictionary.null_count


def convert(values: pa.Array, form: Form, bad: npt.NDArray[np.bool_]) -> pa.Array:
    """A column in its form.

    Args:
        values: Shape (n,), of a type that has this form.
        form: From :func:`form_of`.
        bad: Shape (n,); set where the value is text that is not UTF-8.
    """
    values = _plain(values)
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


def _decoded(values: pa.Array, bad: npt.NDArray[np.bool_]) -> pa.Array:
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


def as_text(values: pa.Array) -> pa.Array:
    """A column of any type as text, one way or another: the same value gives the same text."""
    values = _plain(values)
    form = form_of(values.type, untyped=False)
    if form is not None and form.word == "text":
        return convert(values, form, np.zeros(len(values), dtype=bool))
    try:
        return values.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return pa.array([None if v is None else repr(v) for v in values.to_pylist()], pa.string())
