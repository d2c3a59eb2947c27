"""The SQL of every stage stays in the subset that DuckDB and Spark read alike."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import string
from typing import TYPE_CHECKING

import pytest
import sqlglot
from sqlglot import TokenType, exp
from sqlglot.dialects.spark import Spark
from tests.rings.scans import scanned

if TYPE_CHECKING:
    from collections.abc import Iterator

STAGES = ("features", "detectors", "rings", "verdicts", "scores", "publish", "summary")
FUNCTIONS = {
    *("CASE", "CAST", "COALESCE", "GREATEST", "IF", "LEAST", "NULLIF", "CONCAT"),
    *("AND", "OR"),  # sqlglot counts these among the functions
    *("FLOOR", "LOG", "POWER", "ROUND", "SQRT"),
    *("COUNT", "MAX", "MIN", "SUM", "PERCENTILE_DISC", "PERCENT_RANK", "ROW_NUMBER"),
}
"""What gives the same on both engines. ``LOG`` stands for log2, the only one that may be used."""
OPERATORS = {TokenType.DCOLON, TokenType.DIV, TokenType.L_BRACKET, TokenType.L_BRACE}
"""``::``, ``//``, and the two brackets of lists and structs."""
DIFFERS = re.compile(r"/\* (json|list) \*/.*?/\* end \*/", re.DOTALL)
"""What an engine says in its own words."""


class SparkAnsi(Spark):
    """Spark with ``spark.sql.ansi.doubleQuotedIdentifiers``, as a scan sets it."""

    class Tokenizer(Spark.Tokenizer):
        """Quotes name columns; texts are in apostrophes."""

        QUOTES = ["'"]  # noqa: RUF012 - sqlglot's own kind of declaration
        IDENTIFIERS = ['"', "`"]  # noqa: RUF012 - sqlglot's own kind of declaration


@pytest.fixture(scope="module")
def queries(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every query of five scans, with one word for what engines differ in."""
    asked = {
        query
        for name in ("rack", "bare", "once", "unsigned", "judged")
        for query in scanned(name, tmp_path_factory).queries
    }
    return sorted(DIFFERS.sub("NULL", query) for query in asked)


def constants() -> Iterator[tuple[str, str]]:
    """Every SQL text that a stage holds, with its name."""
    for stage in STAGES:
        package = importlib.import_module(f"zhenzan.{stage}")
        found = pkgutil.walk_packages(getattr(package, "__path__", []), f"{package.__name__}.")
        for module in (package, *(importlib.import_module(name.name) for name in found)):
            classes = [c for _, c in inspect.getmembers(module, inspect.isclass)]
            for holder, of in ((module.__name__, module), *((c.__name__, c) for c in classes)):
                for name, value in vars(of).items():
                    if isinstance(value, str) and re.match(r"\s*(SELECT|WITH)\b", value):
                        yield f"{holder}.{name}", value


def test_every_sql_text_of_the_stages_is_looked_at(queries: list[str]) -> None:
    asked = "\n".join(queries)
    texts = dict(constants())
    assert len(texts) > 30
    for name, text in texts.items():
        pieces = [literal for literal, *_ in string.Formatter().parse(text)]
        assert max(pieces, key=len) in asked, (
            f"{name} did not run: let the markets of tests/rings/scans.py hold what it reads"
        )


@pytest.mark.parametrize("dialect", ["duckdb", SparkAnsi], ids=["duckdb", "spark"])
def test_every_query_parses(queries: list[str], dialect: str | type[Spark]) -> None:
    for query in queries:
        assert isinstance(sqlglot.parse_one(query, dialect=dialect), exp.Query), query


def test_only_functions_that_both_engines_agree_on(queries: list[str]) -> None:
    for query in queries:
        for call in sqlglot.parse_one(query, dialect="duckdb").find_all(exp.Func):
            name = call.name if isinstance(call, exp.Anonymous) else call.sql_name()
            assert name.upper() in FUNCTIONS, f"{name} in {query}"
    assert not [query for query in queries if re.search(r"\blog\(|\bln\(|\blog10\(", query)]


def test_reals_are_doubles(queries: list[str]) -> None:
    """``1.5`` is a decimal, and how wide the quotient of two is, each engine has its own idea."""
    for query in queries:
        assert not decimals(query), query


def decimals(query: str) -> list[str]:
    """Numbers of a query that are decimals to an engine. The share of a percentile may be one."""
    return [
        token.text
        for token in sqlglot.tokenize(query, dialect="duckdb")
        if token.token_type == TokenType.NUMBER and "." in token.text and "e" not in token.text
        if not query[: token.start].endswith("percentile_disc(")
    ]


def test_numbers_are_rounded_to_whole_ones_only(queries: list[str]) -> None:
    """``round(x, 3)`` multiplies on one engine and writes digits on the other."""
    for query in queries:
        for call in sqlglot.parse_one(query, dialect="duckdb").find_all(exp.Round):
            assert call.args.get("decimals") is None, call.sql()


def test_texts_are_strings(queries: list[str]) -> None:
    """A varchar has no length on DuckDB, and must have one on Spark."""
    assert not [query for query in queries if "varchar" in query.lower()]


def test_no_operators_of_one_engine_only(queries: list[str]) -> None:
    for query in queries:
        used = {token.token_type for token in sqlglot.tokenize(query, dialect="duckdb")}
        assert not used & OPERATORS, query


def test_whole_numbers_are_made_by_floor_or_round_only(queries: list[str]) -> None:
    """DuckDB rounds where Spark cuts off: cast(2.7 as bigint) is 3 there and 2 here."""
    for query in queries:
        for cast in sqlglot.parse_one(query, dialect="duckdb").find_all(exp.Cast):
            real = [*cast.this.find_all(exp.Div), *cast.this.find_all(exp.Log)]
            if cast.is_type(exp.DataType.Type.BIGINT) and real:
                assert isinstance(cast.this, exp.Floor | exp.Round | exp.Sum), cast.sql()


def test_the_allow_list_catches() -> None:
    for bad in ("hash(a)", "approx_count_distinct(a)", "epoch(a)", "median(a)", "any_value(a)"):
        tree = sqlglot.parse_one(f"SELECT {bad} FROM t", dialect="duckdb")
        names = {
            f.name.upper() if isinstance(f, exp.Anonymous) else f.sql_name()
            for f in tree.find_all(exp.Func)
        }
        assert names - FUNCTIONS, bad
    assert decimals("SELECT 1.5 * a, 2e0, 1.5e0 * 7 FROM t") == ["1.5"]
    for bad in ("a::bigint", "a // b", "[a]", "a[1]", "{'a': 1}"):
        used = {t.token_type for t in sqlglot.tokenize(f"SELECT {bad}", dialect="duckdb")}
        assert used & OPERATORS, bad
