"""Conditions of a policy: a small, typed part of SQL, read by sqlglot and written anew."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from zhenzan.errors import CallError
from zhenzan.model import ContentVerdict, Provenance, RingKind, Role, Verdict
from zhenzan.tables import ACCOUNTS, CONTENTS, LIKES, RINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from enum import StrEnum

MOST_CHARACTERS = 2_000
LARGEST_NUMBER = 1e15
"""Whole numbers up to it are exact."""

TABLES = {table.name: table for table in (LIKES, ACCOUNTS, CONTENTS, RINGS)}
NOT_IN_CONDITIONS = frozenset({"event_id", "account_id", "content_id", "author_id", "evidence"})
"""A policy speaks of what accounts do, never of who they are; evidence is for people."""

WORDS: dict[tuple[str, str], type[StrEnum]] = {
    ("likes", "verdict"): Verdict,
    ("likes", "provenance"): Provenance,
    ("accounts", "verdict"): Verdict,
    ("accounts", "role"): Role,
    ("contents", "verdict"): ContentVerdict,
    ("rings", "kind"): RingKind,
}
"""Columns that hold one of a few words."""

_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_SUMS: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}
FUNCTIONS = ("abs", "coalesce", "greatest", "least", "list_contains")
ALLOWED = (
    "AND, OR, NOT, = <> < <= > >=, IN, BETWEEN, IS NULL, + - * /, numbers, 'text', "
    f"TIMESTAMP '…', true, false, {', '.join(FUNCTIONS)}"
)


@dataclass(frozen=True)
class Typed:
    """A part of a condition: its type, the SQL that says it, and which words it can be."""

    kind: str
    sql: str
    words: type[StrEnum] | None = None


def columns_of(table: str) -> dict[str, str]:
    """The columns of a table that a condition may use, with their types."""
    return {
        column.name: _kind(column.type)
        for column in TABLES[table].columns
        if column.name not in NOT_IN_CONDITIONS
    }


def read_condition(text: str, table: str, where: str) -> str:
    """Check a condition and write it as SQL for the engine.

    Args:
        text: As the policy has it.
        table: Which table it is about, one of TABLES.
        where: Where it stands, for error messages.

    Raises:
        CallError: It is no condition, or uses what is not allowed; the sentence says where.
    """
    if any(ord(letter) < ord(" ") and letter not in "\n\t" for letter in text):
        raise CallError(f"{where} holds a control character.", "Write it as plain text.")
    if len(text) > MOST_CHARACTERS:
        raise CallError(
            f"{where} has {len(text):,} characters, more than {MOST_CHARACTERS:,}.",
            "Split it into several rules.",
        )
    try:
        parts = [part for part in sqlglot.parse(text, dialect="duckdb") if part is not None]
        if len(parts) != 1:
            raise CallError(
                f"{where} holds {len(parts)} conditions, not one.", "Join them with AND or OR."
            )
        found = _Reader(text, table, where).read(parts[0])
    except ParseError as error:
        facts = error.errors[0] if error.errors else {}
        place = f", at character {facts['col']}" if facts.get("col") else ""
        raise CallError(
            f"{where} cannot be read{place}: something is missing or too much.",
            f"What may be used: {ALLOWED}.",
        ) from error
    except (SqlglotError, RecursionError) as error:
        raise CallError(
            f"{where} cannot be read: a quotation mark or a bracket is left open, or there are "
            "too many.",
            f"What may be used: {ALLOWED}.",
        ) from error
    if found.kind != "condition":
        raise CallError(
            f"{where} is {_article(found.kind)}, not a condition that is true or false.",
            "Compare it with something, such as score >= 0.99.",
        )
    return found.sql


class _Reader:
    """Reads one condition from its syntax tree."""

    def __init__(self, text: str, table: str, where: str) -> None:
        self.text = text
        self.table = table
        self.where = where
        self.columns = columns_of(table)
        self._rules: dict[type[exp.Expr], Callable[[exp.Expr], Typed]] = {
            exp.Paren: lambda e: self._in_brackets(self.read(e.this)),
            exp.And: lambda e: self._junction(e, "AND"),
            exp.Or: lambda e: self._junction(e, "OR"),
            exp.Not: lambda e: Typed("condition", f"(NOT {self._as(e.this, 'condition').sql})"),
            exp.Column: self._column,
            exp.Literal: self._literal,
            exp.Boolean: lambda e: Typed("condition", "TRUE" if e.this else "FALSE"),
            exp.Neg: lambda e: Typed("number", f"(-{self._as(e.this, 'number').sql})"),
            exp.Div: self._division,
            exp.In: self._in,
            exp.Between: self._between,
            exp.Is: self._is,
            exp.Cast: self._time,
            exp.Abs: lambda e: Typed("number", f"abs({self._as(e.this, 'number').sql})"),
            exp.Coalesce: lambda e: self._alike("coalesce", [e.this, *e.expressions]),
            exp.Greatest: lambda e: self._alike("greatest", [e.this, *e.expressions]),
            exp.Least: lambda e: self._alike("least", [e.this, *e.expressions]),
            exp.ArrayContains: self._list_contains,
            **dict.fromkeys(_COMPARISONS, self._comparison),
            **dict.fromkeys(_SUMS, self._sum),
        }

    def read(self, e: exp.Expr) -> Typed:
        """One node of the tree and all below it."""
        rule = self._rules.get(type(e))
        if rule is None:
            name = e.name if isinstance(e, exp.Anonymous) else e.key
            if isinstance(e, exp.Func):
                raise self._wrong(e, f"the function {name} is not allowed", _near(name, FUNCTIONS))
            raise self._wrong(e, f"'{_short(e)}' is not allowed", f"May be used: {ALLOWED}.")
        return rule(e)

    def _as(self, e: exp.Expr, kind: str) -> Typed:
        found = self.read(e)
        if found.kind != kind:
            raise self._wrong(
                e,
                f"'{_short(e)}' is {_article(found.kind)} where {_article(kind)} is needed",
                "Compare like with like.",
            )
        return found

    def _in_brackets(self, inner: Typed) -> Typed:
        return Typed(inner.kind, f"({inner.sql})", inner.words)

    def _junction(self, e: exp.Expr, word: str) -> Typed:
        left, right = self._as(e.this, "condition"), self._as(e.expression, "condition")
        return Typed("condition", f"({left.sql} {word} {right.sql})")

    def _column(self, e: exp.Expr) -> Typed:
        name = e.name
        if isinstance(e, exp.Column) and len(e.parts) > 1:
            raise self._wrong(e, f"'{_short(e)}' names a table", "Write the column's name alone.")
        if name in NOT_IN_CONDITIONS:
            raise self._wrong(
                e,
                f"a condition may not use {name}",
                "A policy speaks of what accounts do, never of who they are.",
            )
        if name not in self.columns:
            raise self._wrong(e, f"{self.table} has no column '{name}'", _near(name, self.columns))
        return Typed(self.columns[name], f'"{name}"', WORDS.get((self.table, name)))

    def _literal(self, e: exp.Expr) -> Typed:
        text = str(e.this)
        if e.is_string:
            return Typed("text", "'" + text.replace("'", "''") + "'")
        try:
            number = float(text)
        except ValueError:
            number = math.inf
        if not abs(number) <= LARGEST_NUMBER:
            raise self._wrong(e, f"'{text}' is no number from 0 to 1e15", "Write it as 0.95 or 20.")
        return Typed("number", f"CAST({number!r} AS DOUBLE)")

    def _time(self, e: exp.Expr) -> Typed:
        literal = e.this
        if not (isinstance(literal, exp.Literal) and literal.is_string and e.args.get("to")):
            raise self._wrong(e, "only TIMESTAMP '…' may be cast", "Leave the cast out.")
        try:
            when = datetime.fromisoformat(str(literal.this))
        except ValueError:
            when = None
        if when is None or e.args["to"].sql("duckdb") not in {"TIMESTAMP", "DATE", "TIMESTAMPTZ"}:
            raise self._wrong(
                literal, f"'{literal.this}' is no time", "Write TIMESTAMP '2026-03-01 12:00:00'."
            )
        zoned = when.isoformat() if when.tzinfo else f"{when.isoformat()}+00:00"
        return Typed("time", f"TIMESTAMPTZ '{zoned}'")

    def _division(self, e: exp.Expr) -> Typed:
        over, under = self._as(e.this, "number"), self._as(e.expression, "number")
        return Typed("number", f"({over.sql} / nullif({under.sql}, 0))")

    def _sum(self, e: exp.Expr) -> Typed:
        left, right = self._as(e.this, "number"), self._as(e.expression, "number")
        return Typed("number", f"({left.sql} {_SUMS[type(e)]} {right.sql})")

    def _comparison(self, e: exp.Expr) -> Typed:
        left, right = self._pair(e.this, e.expression)
        if left.kind in {"condition", "list"} or (
            left.kind == "text" and not isinstance(e, exp.EQ | exp.NEQ)
        ):
            raise self._wrong(
                e.this,
                f"{_article(left.kind)} such as '{_short(e.this)}' cannot be compared so",
                "Compare text by = and <>, ask a list by list_contains(reasons, '…').",
            )
        return Typed("condition", f"({left.sql} {_COMPARISONS[type(e)]} {right.sql})")

    def _pair(self, one: exp.Expr, other: exp.Expr) -> tuple[Typed, Typed]:
        """Two parts of one type; words that the column cannot hold are told."""
        left = self.read(one)
        right = self._as(other, left.kind)
        for typed, literal in ((left, other), (right, one)):
            self._known_word(typed, literal)
        return left, right

    def _known_word(self, typed: Typed, literal: exp.Expr) -> None:
        if typed.words is None or not isinstance(literal, exp.Literal):
            return
        words = [word.value for word in typed.words]
        if literal.this not in words:
            column = typed.sql.strip('"')
            raise self._wrong(
                literal, f"no {column} is called '{literal.this}'", _near(literal.this, words)
            )

    def _in(self, e: exp.Expr) -> Typed:
        if not e.expressions or e.args.get("query") or e.args.get("unnest"):
            raise self._wrong(e.this, "IN needs a list in brackets", "Write role IN ('a', 'b').")
        pairs = [self._pair(e.this, one) for one in e.expressions]
        listed = ", ".join(right.sql for _, right in pairs)
        return Typed("condition", f"({pairs[0][0].sql} IN ({listed}))")

    def _between(self, e: exp.Expr) -> Typed:
        value, low = self._pair(e.this, e.args["low"])
        _, high = self._pair(e.this, e.args["high"])
        if value.kind not in {"number", "time"}:
            raise self._wrong(e.this, "BETWEEN is for numbers and times", "Use = or IN for text.")
        return Typed("condition", f"({value.sql} BETWEEN {low.sql} AND {high.sql})")

    def _is(self, e: exp.Expr) -> Typed:
        if not isinstance(e.expression, exp.Null):
            raise self._wrong(e.this, "IS is for NULL alone", "Write = instead of IS.")
        return Typed("condition", f"({self.read(e.this).sql} IS NULL)")

    def _alike(self, name: str, parts: list[exp.Expr]) -> Typed:
        first = self.read(parts[0])
        typed = [first, *(self._as(part, first.kind) for part in parts[1:])]
        return Typed(first.kind, f"{name}({', '.join(part.sql for part in typed)})")

    def _list_contains(self, e: exp.Expr) -> Typed:
        listed, word = self._as(e.this, "list"), self._as(e.expression, "text")
        return Typed("condition", f"list_contains({listed.sql}, {word.sql})")

    def _wrong(self, e: exp.Expr, what: str, hint: str) -> CallError:
        start = next((n.meta["start"] for n in e.walk() if "start" in n.meta), None)
        place = "" if start is None else f", at character {start + 1}"
        return CallError(f"{self.where}{place}: {what}.", hint)


def _kind(arrow: pa.DataType) -> str:
    if pa.types.is_list(arrow):
        return "list"
    if pa.types.is_timestamp(arrow):
        return "time"
    if pa.types.is_boolean(arrow):
        return "condition"
    return "text" if pa.types.is_string(arrow) else "number"


def _article(kind: str) -> str:
    return {"text": "text"}.get(kind, f"a {kind}")


def _near(name: str, known: Iterable[str]) -> str:
    words = list(known)
    close = difflib.get_close_matches(name, words, n=1)
    return f"Did you mean {close[0]}?" if close else f"Choose from {', '.join(words)}."


def _short(e: exp.Expr) -> str:
    text = e.sql("duckdb")
    return text if len(text) <= 40 else f"{text[:40]}…"
