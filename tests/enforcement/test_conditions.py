"""Conditions: what is allowed works, and what is not is told with its place."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhenzan.enforcement.conditions import TABLES, columns_of, read_condition
from zhenzan.errors import CallError

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

WHERE = "The condition of rule 'x'"


@pytest.mark.parametrize(
    ("text", "sentence", "hint"),
    [
        ("scor > 1", "at character 1: accounts has no column 'scor'", "Did you mean score?"),
        ("likes > 1 AND role = 'boss'", "at character 22: no role is called 'boss'", "Choose from"),
        ("verdict = 'fak'", "at character 11: no verdict is called 'fak'", "Did you mean fake?"),
        ("verdict IN ('fake', 'x')", "no verdict is called 'x'", "Choose from"),
        ("likes > 'many'", "is text where a number is needed", "Compare like with like"),
        ("likes", "is a number, not a condition", "Compare it with something"),
        ("account_id = 'u1'", "may not use account_id", "never of who they are"),
        ("greates(likes, 1) > 1", "the function greates is not allowed", "Did you mean greatest?"),
        ("getenv('HOME') = 'x'", "the function getenv is not allowed", "Choose from"),
        ("likes IN (SELECT 1)", "IN needs a list in brackets", "Write"),
        ("EXISTS (SELECT 1)", "is not allowed", ""),
        ("likes = (SELECT 1)", "'(SELECT 1)' is not allowed", "May be used"),
        ("true; DROP TABLE likes", "holds 2 conditions", "Join them"),
        ("DROP TABLE likes", "is not allowed", "May be used"),
        ("verdict LIKE 'f%'", "is not allowed", "May be used"),
        ("likes::int = 1", "only TIMESTAMP", ""),
        ("likes.likes = 1", "names a table", ""),
        ("likes > ?", "is not allowed", "May be used"),
        ("likes > 1e300", "is no number from 0 to 1e15", ""),
        ("likes >", "cannot be read, at character", "What may be used"),
        ("verdict = 'fake", "a quotation mark or a bracket is left open", ""),
        ("(" * 900 + "true" + ")" * 900, "left open, or there are too many", ""),
        ("true OR " * 300 + "true", "more than 2,000", "Split it"),
        ("score IS true", "IS is for NULL alone", ""),
        ("reasons = reasons", "cannot be compared so", "list_contains"),
        ("verdict > 'fake'", "cannot be compared so", ""),
        ("verdict BETWEEN 'fake' AND 'fake'", "BETWEEN is for numbers", ""),
        ("", "holds 0 conditions", ""),
        ("likes >= 0) OR (true", "cannot be read", ""),
        ("likes = 1\x00", "control character", ""),
    ],
)
def test_what_is_not_allowed_is_told(text: str, sentence: str, hint: str) -> None:
    with pytest.raises(CallError) as error:
        read_condition(text, "accounts", WHERE)
    assert error.value.sentence.startswith(WHERE)
    assert sentence in error.value.sentence
    assert hint in error.value.hint
    assert error.value.hint


def _literal(kind: str) -> SearchStrategy[str]:
    if kind == "number":
        return st.one_of(
            st.integers(0, 10**15).map(str), st.floats(0, 1e9, allow_nan=False).map(repr)
        )
    if kind == "time":
        return st.just("TIMESTAMP '2026-03-01 12:00:00'")
    return st.text(st.characters(min_codepoint=32, codec="utf-8"), max_size=8).map(
        lambda text: "'" + text.replace("'", "''") + "'"
    )


def _comparison(table: str) -> SearchStrategy[str]:
    columns = {
        name: kind
        for name, kind in columns_of(table).items()
        if name not in {"verdict", "provenance", "role", "kind"} and kind != "list"
    }

    def compared(name: str) -> SearchStrategy[str]:
        kind = columns[name]
        signs = ["=", "<>"] if kind == "text" else ["=", "<>", "<", "<=", ">", ">="]
        one = st.tuples(st.sampled_from(signs), _literal(kind)).map(
            lambda t: f"{name} {t[0]} {t[1]}"
        )
        return st.one_of(one, st.just(f"{name} IS NULL"))

    return st.sampled_from(sorted(columns)).flatmap(compared)


def conditions(table: str) -> SearchStrategy[str]:
    """Conditions that are allowed."""
    return st.recursive(
        st.one_of(_comparison(table), st.sampled_from(["true", "false"])),
        lambda inner: st.one_of(
            inner.map(lambda text: f"NOT ({text})"),
            st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(
                lambda t: f"({t[0]}) {t[1]} ({t[2]})"
            ),
        ),
        max_leaves=6,
    )


@pytest.mark.parametrize("table", sorted(TABLES))
@settings(max_examples=25)
@given(data=st.data())
def test_what_is_allowed_runs(table: str, data: st.DataObject) -> None:
    text = data.draw(conditions(table))
    sql = read_condition(text, table, WHERE)
    with duckdb.connect() as connection:
        connection.register("rows", TABLES[table].schema.empty_table())
        columns = ", ".join(
            f'CAST("{name}" AS DOUBLE) AS "{name}"' if kind == "number" else f'"{name}"'
            for name, kind in columns_of(table).items()
        )
        connection.execute(f"SELECT * FROM (SELECT {columns} FROM rows) WHERE {sql}").fetchall()


@given(text=st.text(max_size=60))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with contextlib.suppress(CallError):
        assert read_condition(text, "accounts", WHERE)


def test_words_mean_what_they_say() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE rows AS SELECT * FROM (VALUES ('a', 8.0, 0.0, ['x']), "
            "(NULL, 2.0, 4.0, [])) t(ring_id, likes, fake_likes, reasons)"
        )

        def count(text: str) -> int:
            sql = read_condition(text, "accounts", WHERE)
            found = connection.execute(f"SELECT count(*) FROM rows WHERE {sql}").fetchone()
            assert found
            return int(found[0])

        assert count("likes / fake_likes > 0") == 1  # a division by nothing is no match
        assert count("likes - 1 * 2 = 6") == 1
        assert count("NOT likes = 8 OR false AND true") == 1
        assert count("ring_id IS NOT NULL") == 1
        assert count("coalesce(ring_id, 'none') = 'none'") == 1
        assert count("list_contains(reasons, 'x')") == 1
        assert count("greatest(likes, fake_likes) BETWEEN 3 AND 5") == 1
        assert count("-least(likes, 5) < -4") == 1
        assert count("abs(likes - 5) = 3") == 2
        assert count("likes IN (2, 8)") == 2
