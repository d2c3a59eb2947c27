"""A scan directory: exact schemas, sorted unique keys, names that refer to each other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.rings import markets
from tests.rings.scans import MARKETS, contents_of, events_of, scan, scanned

from zhenzan.ingest import Sources
from zhenzan.publish.queries import MOST_PAIRS
from zhenzan.tables import OUT_TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rings.scans import Scanned

    from zhenzan.tables import Table

EACH_TABLE = pytest.mark.parametrize("table", OUT_TABLES, ids=lambda table: table.name)
NUMBERED = {"event_id", "account_id", "content_id", "author_id"}


@pytest.fixture(params=sorted(MARKETS))
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    return scanned(request.param, tmp_path_factory)


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """The rack's market with whole numbers, of one to five digits, for every identifier."""
    market = markets.people(250) + markets.pool()
    events, contents = events_of(market), contents_of(market)
    numbers: dict[str, int] = {}

    def number(names: pa.ChunkedArray) -> pa.Array:
        return pa.array([numbers.setdefault(n, 7 * len(numbers)) for n in names.to_pylist()])

    for name in ("event_id", "account_id", "content_id"):
        at = events.column_names.index(name)
        events = events.set_column(at, name, number(events.column(name)))
    contents = contents.set_column(0, "content_id", number(contents.column("content_id")))
    contents = contents.set_column(1, "author_id", number(contents.column("author_id")))
    out = tmp_path_factory.mktemp("numbered")
    return scan(Sources(events, contents=contents), out, market)


def key_of(table: Table, scan: Scanned) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in table.key) for row in scan.rows(table.name)]


@EACH_TABLE
def test_schemas_are_exact(done: Scanned, table: Table) -> None:
    found = parquet.read_schema(done.directory / f"{table.name}.parquet")
    assert found.equals(table.schema)


@EACH_TABLE
def test_rows_are_sorted_by_a_unique_key(done: Scanned, table: Table) -> None:
    keys = key_of(table, done)
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@EACH_TABLE
def test_nothing_is_null_that_may_not_be(done: Scanned, table: Table) -> None:
    read = parquet.read_table(done.directory / f"{table.name}.parquet")
    for column in table.columns:
        if not column.nullable:
            assert read.column(column.name).null_count == 0, column.name


@EACH_TABLE
def test_whole_numbers_stay_whole_numbers(numbered: Scanned, table: Table) -> None:
    found = parquet.read_schema(numbered.directory / f"{table.name}.parquet")
    for field, column in zip(found, table.columns, strict=True):
        assert field.type == (pa.int64() if column.name in NUMBERED else column.type)


@EACH_TABLE
def test_whole_numbers_are_sorted_as_numbers(numbered: Scanned, table: Table) -> None:
    keys = key_of(table, numbered)
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_a_log_of_numbers_is_judged_as_well(numbered: Scanned) -> None:
    assert numbered.rows("rings")
    entities = {str(row["account_id"]) for row in numbered.rows("accounts")}
    found = {r["entity_id"] for r in numbered.rows("signals") if r["entity_type"] == "account"}
    assert found
    assert found <= entities


def test_every_endorsement_is_judged_once(done: Scanned) -> None:
    likes = [row for row in done.market.rows if row.event_type == "like"]
    assert len(done.rows("likes")) == len(likes)
    gave = sorted((row.account_id, row.content_id) for row in likes)
    assert sorted((r["account_id"], r["content_id"]) for r in done.rows("likes")) == gave


def test_tables_refer_to_each_other(done: Scanned) -> None:
    names = {
        entity: {str(row[key]) for row in done.rows(table)}
        for entity, table, key in (
            ("like", "likes", "event_id"),
            ("account", "accounts", "account_id"),
            ("content", "contents", "content_id"),
            ("ring", "rings", "ring_id"),
        )
    }
    for row in done.rows("signals"):
        if row["entity_type"] == "pair":
            one, other = row["entity_id"].split("|")
            assert one < other
            assert {one, other} <= names["account"]
        else:
            assert row["entity_id"] in names[row["entity_type"]], row
    for row in done.rows("ring_members"):
        assert row["ring_id"] in names["ring"]
        assert row["account_id"] in names["account"]


def test_evidence_is_json_with_numbers(done: Scanned) -> None:
    for row in done.rows("signals"):
        facts = json.loads(row["evidence"])
        assert all(isinstance(v, int | float) or n == "ring_id" for n, v in facts.items()), row
        assert round(1000 * row["weight"]) == pytest.approx(1000 * row["weight"], abs=1e-9)


def test_of_many_pairs_of_one_account_the_strongest_are_written(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    done = scanned("rack", tmp_path_factory)
    pairs = [row for row in done.rows("signals") if row["entity_type"] == "pair"]
    detectors = {row["id"]: row["signals"] for row in done.summary["detectors"]["run"]}
    written = [row for row in pairs if row["detector"] == "coaction"]
    assert detectors["coaction"] > len(written) >= MOST_PAIRS


def test_scores_are_probabilities_to_six_digits(done: Scanned, tmp_path: Path) -> None:
    for table in ("likes", "accounts", "contents", "rings"):
        for row in done.rows(table):
            assert 0.0 <= row["score"] <= 1.0
            assert row["score"] == round(row["score"], 6)
