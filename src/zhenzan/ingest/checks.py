"""SQL that reads each field as its value, and says what is wrong where it cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.ingest.door import SECRET_COLUMNS
from zhenzan.ingest.fields import FIELDS, LONGEST_TEXT, Field
from zhenzan.ingest.records import HIDDEN, LONGEST_RAW
from zhenzan.ingest.times import UNITS_PER_SECOND, time_sql
from zhenzan.model import EVENT_TYPES, PROGRESS_UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_SHOWN = 100
_EXACT_REAL = 2**53
"""Beyond it a 64-bit float has lost digits of a whole number."""
_NUMBERS = ("integer", "real", *UNITS_PER_SECOND)


@dataclass(frozen=True)
class Check:
    """How one field is read.

    Attributes:
        value: SQL for its value, NULL where there is none or it cannot be read.
        wrong: SQL that is true where the row cannot be read because of this field; it may use the
            value, as ``v_`` and the field's name.
        complaint: SQL for the sentence that says so.
    """

    value: str
    wrong: str
    complaint: str


def check(field: Field, form: str) -> Check:
    """How ``field`` is read when it comes in ``form``."""
    kinds = {
        "id": _identifier,
        "word": _word,
        "time": _time,
        "count": _count,
        "fraction": _fraction,
        "type": _event_type,
        "choice": _choice,
        "prose": _prose,
    }
    return kinds[field.kind](field, form)


def staging_sql(source: str, forms: Mapping[str, str], table: str = "incoming") -> str:
    """The query that reads the rows behind the door (``table``) as values.

    Its columns: ``file``, ``row``, ``reason`` and ``raw`` (null where the row can be read),
    ``fingerprint``, for events ``made`` (the event_id was made here), and the source's fields.
    """
    fields = [f for f in FIELDS[source] if f.kind != "secret"]
    secrets = [c for f in FIELDS[source] if f.kind == "secret" for c in SECRET_COLUMNS[f.name]]
    checks = {f.name: check(f, forms[f.name]) for f in fields}
    values = ", ".join(f"{c.value} AS v_{name}" for name, c in checks.items())
    wrong = " OR ".join(f"({c.wrong})" for c in checks.values() if c.wrong)
    complaints = ", ".join(
        f"CASE WHEN {c.wrong} THEN {c.complaint} END" for c in checks.values() if c.wrong
    )
    reason = (
        "CASE WHEN malformed IS NOT NULL THEN malformed "
        f"WHEN {wrong} THEN concat_ws('; ', {complaints}) END"
    )
    kept = [f.name for f in fields if f.kind != "prose" and f.name != "event_id"]
    columns = [f"v_{name} AS {name}" for name in kept] + secrets
    if source == "events":
        made = f"CASE WHEN v_event_id IS NULL THEN md5({_content(fields, secrets)})"
        columns += ["v_event_id IS NULL AS made", f"{made} ELSE v_event_id END AS event_id"]
    return (
        f"SELECT file, row, {', '.join(columns)}, "
        f"CAST(md5_number({_content(fields, secrets)}) >> 64 AS UBIGINT) AS fingerprint, "
        f"reason, CASE WHEN reason IS NOT NULL THEN coalesce(malformed_raw, {_raw(source)}) "
        "END AS raw "
        f"FROM (SELECT *, {reason} AS reason FROM (SELECT *, {values} FROM {table}))"
    )


def _content(fields: list[Field], secrets: list[str]) -> str:
    """A text of all that a row says; different rows give different texts.

    Lengths come before texts, so that no text can pass for another's end. Pseudonymised values
    count only as present or not: a plain hash over them could be guessed back.
    """
    texts = [f"v_{f.name}" for f in fields if f.kind in {"id", "word", "choice", "prose"}]
    numbers = [f"v_{f.name}" for f in fields if f.kind in {"time", "count", "fraction", "type"}]
    if secrets:
        numbers += [f"({s} IS NOT NULL)" for s in secrets]
        unknown = "CASE WHEN v_event_type = 0 THEN lower(trim(CAST(event_type AS VARCHAR))) END"
        texts += [unknown, "nullif(extra, '')"]
    lengths = [f"strlen({t})" for t in texts]
    # concat, unlike concat_ws, keeps the place of a null.
    parts = ", ' ', ".join([*numbers, *lengths, *texts])
    return f"concat({parts})"


def _raw(source: str) -> str:
    """SQL for a readable row as JSON, with what must not be shown hidden."""
    parts = []
    for field in FIELDS[source]:
        if field.kind == "secret":
            column = SECRET_COLUMNS[field.name][0]
            parts.append(f"{field.name} := CASE WHEN {column} IS NOT NULL THEN '{HIDDEN}' END")
        else:
            parts.append(f"{field.name} := CAST({field.name} AS VARCHAR)")
    return f"left(CAST(to_json(struct_pack({', '.join(parts)})) AS VARCHAR), {LONGEST_RAW})"


def _given(name: str, form: str) -> str:
    return f"{name} IS NOT NULL" if form in _NUMBERS else f"({name} IS NOT NULL AND {name} <> '')"


def _quoted(name: str) -> str:
    return f"'{name}: ''' || left(CAST({name} AS VARCHAR), {_LONGEST_SHOWN}) || ''' '"


def _identifier(field: Field, form: str) -> Check:
    name, value = field.name, f"v_{field.name}"
    long = f"(strlen({value}) > {LONGEST_TEXT} AND length({value}) > {LONGEST_TEXT})"
    wrong, complaint = long, f"'{name} is longer than {LONGEST_TEXT} characters'"
    sql = f"nullif({name}, '')"
    if form == "untyped":
        whole = f"regexp_replace({name}, '^(-?\\d+)\\.0+$', '\\1')"
        sql = f"nullif(CASE WHEN contains({name}, '.0') THEN {whole} ELSE {name} END, '')"
    elif form == "real":
        sql = (
            f"CASE WHEN isnan({name}) THEN NULL "
            f"WHEN {name} = floor({name}) AND abs({name}) <= {_EXACT_REAL} "
            f"THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) ELSE CAST({name} AS VARCHAR) END"
        )
        wrong = f"({name} IS NOT NULL AND NOT isnan({name}) AND abs({name}) > {_EXACT_REAL})"
        complaint = f"{_quoted(name)} || 'has lost digits as a decimal number'"
    elif form in _NUMBERS:
        sql = f"CAST({name} AS VARCHAR)"
    if field.required:
        complaint = f"CASE WHEN {value} IS NULL THEN '{name} is empty' ELSE {complaint} END"
        wrong = f"({value} IS NULL OR {wrong})"
    return Check(sql, wrong, complaint)


def _word(field: Field, form: str) -> Check:
    name = field.name
    text = name if form not in _NUMBERS else f"CAST({name} AS VARCHAR)"
    value = f"nullif({text}, '')"
    if name == "source":
        value = f"nullif(lower(trim({text})), '')"
    wrong = f"(strlen(v_{name}) > {LONGEST_TEXT} AND length(v_{name}) > {LONGEST_TEXT})"
    return Check(value, wrong, f"'{name} is longer than {LONGEST_TEXT} characters'")


def _prose(field: Field, form: str) -> Check:
    name = field.name
    text = name if form not in _NUMBERS else f"CAST({name} AS VARCHAR)"
    return Check(f"nullif({text}, '')", "", "")


def _time(field: Field, form: str) -> Check:
    name, value = field.name, f"v_{field.name}"
    given = _given(name, form)
    complaint = (
        f"{_quoted(name)} || 'is not a time from 1990 to 2100 (ISO 8601, or seconds, milliseconds "
        "or microseconds since 1970)'"
    )
    wrong = f"({given} AND {value} IS NULL)"
    if field.required:
        wrong = f"{value} IS NULL"
        complaint = f"CASE WHEN {given} THEN {complaint} ELSE '{name} is empty' END"
    return Check(time_sql(name, form), wrong, complaint)


def _number(name: str, form: str) -> str:
    return name if form in _NUMBERS else f"TRY_CAST({name} AS DOUBLE)"


def _count(field: Field, form: str) -> Check:
    name, number = field.name, _number(field.name, form)
    # NaN is above every number here, so it falls outside too.
    inside = f"{number} >= 0 AND {number} <= {field.most}"
    whole = number if form in _NUMBERS and form != "real" else f"floor({number})"
    return Check(
        f"CASE WHEN {inside} THEN CAST({whole} AS BIGINT) END",
        f"({_given(name, form)} AND v_{name} IS NULL)",
        f"{_quoted(name)} || 'is not a number from 0 to {field.most:,}'",
    )


def _fraction(field: Field, form: str) -> Check:
    name, number = field.name, _number(field.name, form)
    inside = f"{number} >= 0 AND {number} <= 1"
    return Check(
        f"CASE WHEN {inside} THEN CAST(floor({number} * {PROGRESS_UNITS}.0 + 0.5) AS BIGINT) END",
        f"({_given(name, form)} AND v_{name} IS NULL)",
        f"{_quoted(name)} || 'is not a number from 0 to 1'",
    )


def _event_type(field: Field, form: str) -> Check:
    name = field.name
    text = name if form not in _NUMBERS else f"CAST({name} AS VARCHAR)"
    known = " ".join(f"WHEN '{word}' THEN {code}" for code, word in enumerate(EVENT_TYPES) if code)
    sql = f"CASE lower(trim({text})) {known} WHEN '' THEN NULL ELSE 0 END"
    return Check(f"CAST(CASE WHEN {name} IS NOT NULL THEN {sql} END AS SMALLINT)", "", "")


def _choice(field: Field, form: str) -> Check:
    name = field.name
    words = ", ".join(f"'{word}'" for word in field.choices)
    text = f"lower(trim(CAST({name} AS VARCHAR)))"
    complaint = f"{_quoted(name)} || 'is none of {', '.join(field.choices)}'"
    return Check(
        f"CASE WHEN {text} IN ({words}) THEN {text} END",
        f"v_{name} IS NULL",
        f"CASE WHEN {_given(name, form)} THEN {complaint} ELSE '{name} is empty' END",
    )
