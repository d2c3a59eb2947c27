"""Names, kinds and keys of every table, against the contract."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest

from zhenzan.tables import IN_TABLES, OUT_TABLES, Table

CONTRACT = {
    "likes": "event_id ts account_id content_id score verdict provenance reasons ring_id",
    "accounts": "account_id likes fake_likes score verdict role credit reasons ring_id",
    "contents": "content_id author_id likes true_likes true_likes_low true_likes_high "
    "engagement_score health score verdict reasons",
    "rings": "ring_id kind accounts contents likes first_ts last_ts score evidence",
    "ring_members": "ring_id account_id role score",
    "signals": "entity_type entity_id detector version weight reason_code evidence",
    "quarantine": "source row reason raw",
}
"""What users rely on: more may be added, nothing renamed or dropped."""
TABLES = (*IN_TABLES, *OUT_TABLES)


def named(table: Table) -> str:
    return table.name


@pytest.mark.parametrize("name", sorted(CONTRACT))
def test_the_contract_holds(name: str) -> None:
    [table] = [table for table in OUT_TABLES if table.name == name]
    assert table.kind == "output"
    assert set(CONTRACT[name].split()) <= set(table.column_names)


@pytest.mark.parametrize("table", TABLES, ids=named)
def test_tables_are_whole(table: Table) -> None:
    assert re.fullmatch("[a-z_]+", table.name)
    assert table.about.endswith(".")
    assert set(table.key) <= set(table.column_names)
    assert len(set(table.column_names)) == len(table.columns)
    for column in table.columns:
        assert re.fullmatch("[a-z_]+", column.name)
        assert column.meaning


@pytest.mark.parametrize("table", TABLES, ids=named)
def test_the_schema_says_what_may_be_null(table: Table) -> None:
    assert table.schema.names == list(table.column_names)
    for field, column in zip(table.schema, table.columns, strict=True):
        assert (field.type, field.nullable) == (column.type, column.nullable)


@pytest.mark.parametrize("table", OUT_TABLES, ids=named)
def test_what_is_written_has_a_key_without_nulls(table: Table) -> None:
    assert table.key
    assert not any(column.nullable for column in table.columns if column.name in table.key)


@pytest.mark.parametrize("table", OUT_TABLES, ids=named)
def test_times_are_times_for_whoever_reads_the_files(table: Table) -> None:
    for column in table.columns:
        is_time = column.name == "ts" or column.name.endswith("_ts")
        assert is_time == (column.type == pa.timestamp("us", tz="UTC")), column.name


def test_names_are_unique() -> None:
    assert len({table.name for table in TABLES}) == len(TABLES)
