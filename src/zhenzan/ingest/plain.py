"""Reads rows of events that are written as most are, with the values that the query would give.

For a few rows a query takes far longer than the rows do. Here each field is read by Arrow, where
its text is of a narrow pattern for which that cannot differ from ``checks.staging_sql``. What is
written in any other way, or is wrong, is left to the query.
"""

from __future__ import annotations

import re
from binascii import hexlify
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhenzan.ingest.door import SECRET_COLUMNS
from zhenzan.ingest.fields import FIELDS, LONGEST_TEXT, Field
from zhenzan.ingest.times import EARLIEST_S, LATEST_S, UNITS_PER_SECOND, US_PER_S
from zhenzan.kernels.digests import md5_of_bytes
from zhenzan.kernels.row_texts import row_texts
from zhenzan.model import EVENT_TYPES, PROGRESS_UNITS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from zhenzan.ingest.forms import Form

    Reader = Callable[[pa.Array, Field], "_Values"]

_FIELDS = [field for field in FIELDS["events"] if field.kind != "secret"]
_SECRETS = [c for f in FIELDS["events"] if f.kind == "secret" for c in SECRET_COLUMNS[f.name]]
_DAY = (
    r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    r"|(?:0[13578]|1[02])-31)"
)
_MOMENT = rf"(?:199[1-9]|20[0-8]\d)-{_DAY}[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{{1,6}})?"
"""With every second of it between the years that are read, whatever the offset."""
_ISO = _MOMENT + r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)"
_EPOCH = r"[1-9]\d{8,15}"
_COUNT = r"(?:0|[1-9]\d{0,11})"
_FRACTION = r"(?:[01](?:\.0)?|0\.\d{1,17})"
_WORD = "[a-z0-9_-]+"
"""Without its length: a repetition that is counted takes longer to compile than rows to read."""
_KINDS_OF_TEXT = {"id", "word", "prose"}
_KEPT = [f.name for f in _FIELDS if f.kind != "prose" and f.name != "event_id"]


FEW_ROWS = 512
"""For so few, Arrow takes longer to read a pattern than Python to match all of them."""


@dataclass(frozen=True)
class _Values:
    """One field of all rows.

    Attributes:
        values: Shape (n,), as the query would give them where ``plain``, else anything.
        plain: Shape (n,): where the field could be read here; null where it is not there.
    """

    values: pa.Array
    plain: pa.BooleanArray


@dataclass(frozen=True)
class PlainRows:
    """What could be read without a query.

    Attributes:
        rows: Shape (plain.sum(),): the rows, with the columns of ``checks.staging_sql``.
        plain: Shape (n,): which of the rows they are.
    """

    rows: pa.Table
    plain: npt.NDArray[np.bool_]


def read_plain(batch: pa.RecordBatch, forms: Sequence[Form]) -> PlainRows | None:
    """Read the events behind the door that are written as most are.

    Args:
        batch: Rows of events, with the door's columns.
        forms: The form of each field, in their order.

    Returns:
        The rows that could be read; None if there are none.
    """
    words = {field.name: form.word for field, form in zip(FIELDS["events"], forms, strict=True)}
    no_more = pc.equal(pc.binary_length(batch.column("extra").fill_null("")), 0)
    plain = pc.and_(batch.column("malformed").is_null(), no_more)
    columns = {name: batch.column(name) for name in ("file", "row", *_SECRETS)}
    for field in _FIELDS:
        read = _read(batch.column(field.name), field, words[field.name])
        if read is None:
            return None
        columns[field.name] = read.values
        plain = pc.and_(plain, read.plain.fill_null(not field.required))
    where = plain.to_numpy(zero_copy_only=False)
    if not where.any():
        return None
    rows = pa.record_batch(columns)
    return PlainRows(_finished(rows if where.all() else rows.filter(plain)), where)


def _finished(rows: pa.RecordBatch) -> pa.Table:
    """The columns in the query's order, with those that are made of all others."""
    digests = _digests(rows)
    event_ids = rows.column("event_id")
    made = event_ids.is_null()
    if event_ids.null_count:
        event_ids = pc.if_else(made, _hexadecimal(digests), event_ids)
    columns = {name: rows.column(name) for name in ("file", "row", *_KEPT, *_SECRETS)}
    columns |= {"made": made, "event_id": event_ids}
    columns["fingerprint"] = pa.array(digests[:, 1].copy())
    columns |= dict.fromkeys(("reason", "raw"), pa.nulls(rows.num_rows, pa.string()))
    return pa.table(columns)


def _hexadecimal(digests: npt.NDArray[np.uint64]) -> pa.Array:
    """Shape (n, 2) → (n,) text of 32 digits."""
    starts = np.arange(0, 32 * len(digests) + 1, 32, dtype=np.int32)
    buffers = [None, pa.py_buffer(starts), pa.py_buffer(hexlify(digests.tobytes()))]
    return pa.Array.from_buffers(pa.string(), len(digests), buffers)


def _digests(rows: pa.RecordBatch) -> npt.NDArray[np.uint64]:
    """Shape (n, 2): MD5 of the text that ``checks.staging_sql`` makes of all that a row says."""
    texts = [rows.column(f.name) for f in _FIELDS if f.kind in _KINDS_OF_TEXT]
    numbers = [rows.column(f.name) for f in _FIELDS if f.kind not in _KINDS_OF_TEXT]
    there = [rows.column(name).is_valid().to_numpy(zero_copy_only=False) for name in _SECRETS]
    # Plain rows have no unknown type and no other columns, which are two texts more.
    nothing = pa.nulls(rows.num_rows, pa.string())
    return md5_of_bytes(*row_texts(numbers, there, [*texts, nothing, nothing]))


def _read(values: pa.Array, field: Field, form: str) -> _Values | None:
    """A field's values; None if it comes in a form that is left to the query."""
    if values.null_count == len(values):
        nothing = pa.nulls(len(values), _TYPES[field.kind])
        return _Values(nothing, pa.nulls(len(values), pa.bool_()))
    reader = _READERS.get((field.kind, form))
    return reader(values, field) if reader and values.type != pa.uint64() else None


def _where(plain: pa.BooleanArray, values: pa.Array) -> pa.Array:
    """The values where they can be read, else null."""
    return pc.if_else(plain, values, pa.scalar(None, values.type))


def _within(values: pa.Array, least: float, most: float) -> pa.BooleanArray:
    return pc.and_(pc.greater_equal(values, least), pc.less_equal(values, most))


def _matches(values: pa.Array, pattern: str) -> pa.BooleanArray:
    """Which texts are as a whole of a pattern; null where there is none."""
    if len(values) > FEW_ROWS:
        return pc.match_substring_regex(values, f"^{pattern}$")
    fits = _compiled(pattern).fullmatch
    found = [None if text is None else fits(text) is not None for text in values.to_pylist()]
    return pa.array(found, pa.bool_())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _identifier(values: pa.Array, _: Field) -> _Values:
    return _Values(values, _within(pc.binary_length(values), 1, LONGEST_TEXT))


def _untyped_identifier(values: pa.Array, field: Field) -> _Values:
    # 12.0 may stand for 12.
    plain = pc.and_not(_identifier(values, field).plain, pc.match_substring(values, ".0"))
    return _Values(values, plain)


def _whole_identifier(values: pa.Array, field: Field) -> _Values:
    return _identifier(values.cast(pa.string()), field)


def _word(values: pa.Array, _: Field) -> _Values:
    short = pc.less_equal(pc.binary_length(values), LONGEST_TEXT)
    return _Values(values, pc.and_(_matches(values, _WORD), short))


def _prose(values: pa.Array, _: Field) -> _Values:
    there = pc.not_equal(values, "")
    return _Values(_where(there, values), pc.or_(there, pc.invert(there)))


def _event_type(values: pa.Array, _: Field) -> _Values:
    # Not made at import: the first array that is made loads pandas.
    words = pa.array(EVENT_TYPES[1:], pa.string())
    known = pc.index_in(values, value_set=words)
    codes = pc.add(known, 1).cast(pa.int16())
    return _Values(codes, _where(values.is_valid(), codes.is_valid()))


def _time(values: pa.Array, field: Field) -> _Values:
    iso = _matches(values, _ISO)
    if pc.all(iso, skip_nulls=False).as_py():
        return _Values(values.cast(pa.timestamp("us", "UTC")).cast(pa.int64()), iso)
    in_utc = _matches(values, _MOMENT)
    text = pc.if_else(in_utc, pc.binary_join_element_wise(values, "Z", ""), _where(iso, values))
    digits = _where(_matches(values, _EPOCH), values)
    number = _whole_time(digits.cast(pa.int64()), field).values
    read = pc.coalesce(text.cast(pa.timestamp("us", "UTC")).cast(pa.int64()), number)
    return _Values(read, _where(values.is_valid(), read.is_valid()))


def _whole_time(values: pa.Array, _: Field) -> _Values:
    """Whole numbers since 1970, the unit by their size."""
    read = pa.nulls(len(values), pa.int64())
    for per_second in (1, 10**3, 10**6):
        inside = _within(values, EARLIEST_S * per_second, LATEST_S * per_second - 1)
        scaled = pc.multiply(_where(inside, values), US_PER_S // per_second)
        read = pc.coalesce(read, scaled)
    return _Values(read, _where(values.is_valid(), read.is_valid()))


def _stamp(per_second: int) -> Reader:
    def read(values: pa.Array, _: Field) -> _Values:
        inside = _within(values, EARLIEST_S * per_second, LATEST_S * per_second - 1)
        values = _where(inside, values)
        if per_second > US_PER_S:
            return _Values(pc.divide(values, per_second // US_PER_S), inside)
        return _Values(pc.multiply(values, US_PER_S // per_second), inside)

    return read


def _count(values: pa.Array, field: Field) -> _Values:
    digits = _matches(values, _COUNT)
    return _whole_count(_where(digits, values).cast(pa.int64()), field, digits)


def _whole_count(values: pa.Array, field: Field, digits: pa.BooleanArray | None = None) -> _Values:
    inside = _within(values, 0, field.most)
    return _Values(values, inside if digits is None else pc.and_kleene(digits, inside))


def _fraction(values: pa.Array, field: Field) -> _Values:
    digits = _matches(values, _FRACTION)
    read = _real_fraction(_where(digits, values).cast(pa.float64()), field)
    return _Values(read.values, pc.and_kleene(digits, read.plain))


def _real_fraction(values: pa.Array, _: Field) -> _Values:
    inside = _within(values, 0, 1)
    scaled = pc.floor(pc.add(pc.multiply(_where(inside, values), PROGRESS_UNITS), 0.5))
    return _Values(scaled.cast(pa.int64()), inside)


_TYPES = {
    **dict.fromkeys(_KINDS_OF_TEXT, pa.string()),
    **dict.fromkeys(("time", "count", "fraction"), pa.int64()),
    "type": pa.int16(),
}
"""The type of each kind's values."""
_READERS: dict[tuple[str, str], Reader] = {
    ("id", "text"): _identifier,
    ("id", "untyped"): _untyped_identifier,
    ("id", "integer"): _whole_identifier,
    ("time", "integer"): _whole_time,
    ("count", "integer"): _whole_count,
    ("fraction", "real"): _real_fraction,
    **{("time", form): _stamp(scale) for form, scale in UNITS_PER_SECOND.items()},
    **{
        (kind, form): reader
        for form in ("text", "untyped")
        for kind, reader in {
            "word": _word,
            "prose": _prose,
            "type": _event_type,
            "time": _time,
            "count": _count,
            "fraction": _fraction,
        }.items()
    },
}
"""By the kind of a field and the form it comes in."""
