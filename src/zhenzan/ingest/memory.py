"""Reads data in memory: Arrow tables and readers, frames and relations, by the Arrow protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa

from zhenzan.errors import CallError, InputError
from zhenzan.ingest.parquet_files import ROWS_PER_RUN
from zhenzan.ingest.records import Opened, Records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@runtime_checkable
class ArrowStream(Protocol):
    """What can hand its rows over by the Arrow C stream protocol."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A capsule that holds the stream."""


def open_memory(data: object, name: str) -> Opened:
    """Data in memory, ready to be read.

    Args:
        data: Anything with ``__arrow_c_stream__``.
        name: The source's name, for messages and quarantine.

    Raises:
        CallError: It is nothing that can be read.
        InputError: Its columns mix types.
    """
    if isinstance(data, pa.RecordBatch):
        data = pa.Table.from_batches([data])
    if not isinstance(data, ArrowStream):
        raise CallError(
            f"{name} is a {type(data).__name__}, which cannot be read.",
            "Give a path, an Arrow table, a pandas or Polars frame, or a DuckDB relation.",
        )
    try:
        reader = pa.RecordBatchReader.from_stream(data)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise InputError(
            f"{name} has a column that mixes types: {str(error).splitlines()[0]}.",
            "Turn that column into text, such as frame['x'].astype(str).",
        ) from error

    def read(positions: Sequence[int]) -> Iterator[Records]:
        return _records(reader, positions)

    return Opened(name, reader.schema, read)


def _records(reader: pa.RecordBatchReader, positions: Sequence[int]) -> Iterator[Records]:
    done = 0
    for whole in reader:
        asked = whole.select(list(positions))
        for start in range(0, asked.num_rows, ROWS_PER_RUN):
            batch = asked.slice(start, ROWS_PER_RUN)
            numbers = np.arange(done + 1, done + 1 + batch.num_rows, dtype=np.int64)
            done += batch.num_rows
            yield Records(batch, numbers)
