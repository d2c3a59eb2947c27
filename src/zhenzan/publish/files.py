"""Write output tables as Parquet: the same rows give the same bytes."""

from __future__ import annotations

from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zhenzan.publish.queries import table_queries
from zhenzan.tables import OUT_TABLES, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zhenzan.engines.base import Engine

GROUP_ROWS = 122_880
"""Rows in a Parquet row group: fixed, so that bytes do not depend on how batches arrive."""
IDENTIFIERS = {
    "event_id": "event_id",
    "account_id": "account_id",
    "content_id": "content_id",
    "author_id": "account_id",
}
"""Column → the identifier it holds; one that came in as whole numbers goes out as such."""
PART = "part-0.parquet"
"""The file of one day."""
DAY_US = 86_400_000_000


def publish(
    engine: Engine, out: Path, integer_ids: frozenset[str], partition_by: str | None = None
) -> None:
    """Write every output table to ``out``, sorted by its key.

    Args:
        engine: Holds the verdict and score tables.
        out: An existing folder.
        integer_ids: Which of event_id, account_id, content_id came in as whole numbers.
        partition_by: ``day``: a table with a ``ts`` becomes a folder ``likes.parquet`` with a
            folder ``day=2026-01-31`` for each day (UTC) that has rows, as Hive and Spark name
            them. None: every table is one file.
    """
    queries = table_queries(engine)
    for table in OUT_TABLES:
        schema = _schema(table, integer_ids)
        columns = ", ".join(
            f"cast({f.name} AS bigint) AS {f.name}" if _is_identifier(f) else f'"{f.name}"'
            for f in schema
        )
        by_day = partition_by == "day" and "ts" in table.column_names
        key = ", ".join((f"ts - ts % {DAY_US}", *table.key) if by_day else table.key)
        # Stored first: a join and a sort at once would need the memory of both.
        engine.create("published", queries[table.name])
        ordered = f"SELECT {columns} FROM published ORDER BY {key}"
        write = _write_by_day if by_day else _write
        write(engine.stream(ordered), out / f"{table.name}.parquet", schema)
        engine.drop("published")


def _is_identifier(field: pa.Field) -> bool:
    return field.name in IDENTIFIERS and pa.types.is_integer(field.type)


def _schema(table: Table, integer_ids: frozenset[str]) -> pa.Schema:
    if table.name == "signals":
        return table.schema
    return pa.schema(
        pa.field(f.name, pa.int64(), f.nullable) if IDENTIFIERS.get(f.name) in integer_ids else f
        for f in table.schema
    )


def _write(rows: pa.RecordBatchReader, path: Path, schema: pa.Schema) -> None:
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(rows, schema):
            writer.write_table(group, row_group_size=GROUP_ROWS)


def _write_by_day(rows: pa.RecordBatchReader, folder: Path, schema: pa.Schema) -> None:
    """Write rows that come day by day, one file open at a time."""
    folder.mkdir()
    for day, pieces in groupby(_cut_by_day(rows), key=itemgetter(0)):
        place = folder / f"day={day}"
        place.mkdir()
        batches = (piece for _, piece in pieces)
        _write(pa.RecordBatchReader.from_batches(rows.schema, batches), place / PART, schema)
    if not any(folder.iterdir()):  # Without a day, a file still says which columns there are.
        _write(rows.schema.empty_table().to_reader(), folder / PART, schema)


def _cut_by_day(
    rows: pa.RecordBatchReader,
) -> Iterator[tuple[np.datetime64, pa.RecordBatch]]:
    for batch in rows:
        days = batch.column("ts").to_numpy() // DAY_US
        starts = [0, *(np.flatnonzero(np.diff(days)) + 1), len(days)]
        for start, end in pairwise(starts):
            if start < end:
                yield np.datetime64(int(days[start]), "D"), batch.slice(start, end - start)


def _groups(rows: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    held = 0
    for batch in rows:
        waiting.append(batch)
        held += batch.num_rows
        while held >= GROUP_ROWS:
            table = pa.Table.from_batches(waiting)
            yield _one_piece(table.slice(0, GROUP_ROWS), schema)
            rest = table.slice(GROUP_ROWS)
            waiting, held = rest.to_batches(), rest.num_rows
    yield _one_piece(pa.Table.from_batches(waiting, rows.schema), schema)


def _one_piece(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Parquet ends its pages where Arrow's pieces end: bytes would tell how the rows came."""
    return rows.cast(schema).combine_chunks()
