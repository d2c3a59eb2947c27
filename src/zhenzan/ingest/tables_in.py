"""Stores the tables that every later stage reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from zhenzan.model import EVENT_TYPES
from zhenzan.tables import (
    ACCOUNTS_IN,
    CONTENTS_IN,
    ENDORSEMENTS,
    EVENTS,
    LABELS_IN,
    QUARANTINE,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb

    from zhenzan.engines.base import Engine
    from zhenzan.ingest.staging import Staged

_ROWS_PER_BATCH = 122_880


def store_tables(
    connection: duckdb.DuckDBPyConnection,
    staged: Mapping[str, Staged],
    engine: Engine,
    endorsement: tuple[str, ...],
) -> None:
    """Store the engine's tables from ``coded``, the codes and the kept rows.

    Args:
        connection: Has the view ``coded``, the tables ``account_codes`` and ``content_codes``
            and, for each source, the views ``<source>_all`` and ``<source>_kept``.
        staged: What each source came to.
        engine: Where the tables go.
        endorsement: The event types to judge.
    """
    _store(connection, engine, EVENTS, f"SELECT {', '.join(EVENTS.column_names)} FROM coded")
    _store_endorsements(connection, engine, endorsement)
    _store(connection, engine, ACCOUNTS_IN, _accounts(staged))
    _store(connection, engine, CONTENTS_IN, _contents(staged))
    if "labels" in staged:
        columns = ", ".join(LABELS_IN.column_names)
        _store(connection, engine, LABELS_IN, f"SELECT {columns} FROM labels_kept")
    else:
        engine.drop(LABELS_IN.name)
    _store(connection, engine, QUARANTINE, _quarantine(connection, staged))


def _store(connection: duckdb.DuckDBPyConnection, engine: Engine, table: Table, query: str) -> None:
    engine.register(table.name, _stream(connection, query, table.schema))


def _stream(
    connection: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema
) -> pa.RecordBatchReader:
    reader = connection.sql(query).to_arrow_reader(_ROWS_PER_BATCH)
    return pa.RecordBatchReader.from_batches(schema, (_as(batch, schema) for batch in reader))


def _as(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [c.cast(f.type) for c, f in zip(batch.columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _store_endorsements(
    connection: duckdb.DuckDBPyConnection, engine: Engine, endorsement: tuple[str, ...]
) -> None:
    """Number the endorsements in their order, and mark each account's first of each content."""
    judged = ", ".join(str(EVENT_TYPES.index(word)) for word in endorsement)
    connection.execute(f"CREATE TABLE judged AS SELECT * FROM coded WHERE event_type IN ({judged})")
    # Few accounts endorse one content twice, so only those that do are looked at in full.
    connection.execute(
        "CREATE TABLE repeated AS SELECT account, content FROM judged "
        "GROUP BY ALL HAVING count(*) > 1"
    )
    connection.execute(
        "CREATE TABLE later AS SELECT event_id AS later_id FROM judged SEMI JOIN repeated "
        "USING (account, content) "
        "QUALIFY row_number() OVER (PARTITION BY account, content ORDER BY ts, event_id) > 1"
    )
    schema = ENDORSEMENTS.schema
    numbered = pa.schema([f for f in schema if f.name != "like"])
    columns = ", ".join(c for c in ENDORSEMENTS.column_names if c not in {"like", "first"})
    batches = _stream(
        connection,
        f"SELECT {columns}, later_id IS NULL AS first "
        "FROM judged LEFT JOIN later ON event_id = later_id "
        "ORDER BY content, ts, account, event_id",
        numbered,
    )

    def with_numbers() -> Iterator[pa.RecordBatch]:
        done = 0
        for batch in batches:
            numbers = pa.array(np.arange(done, done + batch.num_rows, dtype=np.int64))
            done += batch.num_rows
            yield pa.RecordBatch.from_arrays([numbers, *batch.columns], schema=schema)

    engine.register(ENDORSEMENTS.name, pa.RecordBatchReader.from_batches(schema, with_numbers()))


def _accounts(staged: Mapping[str, Staged]) -> str:
    if "accounts" in staged:
        return (
            "SELECT account, account_id, created_at, followers, following, organization_id "
            "FROM account_codes LEFT JOIN accounts_kept USING (account_id) ORDER BY account"
        )
    return (
        "SELECT account, account_id, NULL::BIGINT, NULL::BIGINT, NULL::BIGINT, NULL::VARCHAR "
        "FROM account_codes ORDER BY account"
    )


def _contents(staged: Mapping[str, Staged]) -> str:
    if "contents" in staged:
        return (
            "SELECT c.content, c.content_id, a.account AS author, k.published_at, k.duration_ms, "
            "k.topic FROM content_codes c LEFT JOIN contents_kept k USING (content_id) "
            "LEFT JOIN account_codes a ON k.author_id = a.account_id ORDER BY c.content"
        )
    return (
        "SELECT content, content_id, NULL::BIGINT, NULL::BIGINT, NULL::BIGINT, NULL::VARCHAR "
        "FROM content_codes ORDER BY content"
    )


def _quarantine(connection: duckdb.DuckDBPyConnection, staged: Mapping[str, Staged]) -> str:
    parts = []
    for source, result in staged.items():
        names = pa.table({"file": range(len(result.names)), "name": result.names})
        connection.register(f"{source}_names", names)
        parts.append(
            f"SELECT name AS source, row, reason, raw FROM {source}_all JOIN {source}_names "
            "USING (file) WHERE reason IS NOT NULL"
        )
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY source, row"
