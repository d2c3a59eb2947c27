"""Reads Parquet files in runs of rows of bounded size."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zhenzan.errors import InputError
from zhenzan.ingest.records import Opened, Records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zhenzan.ingest.files import DataFile
    from zhenzan.ingest.records import Meter

ROWS_PER_RUN = 131_072
_FEWEST_ROWS_PER_RUN = 1_024
_BYTES_PER_RUN = 64 * 2**20
_LEAST_BYTES_PER_ROW = 8
"""What a row counts as, even one of nulls only."""


def open_parquet(file: DataFile, hidden: frozenset[str], meter: Meter) -> Opened:
    """A Parquet file, ready to be read.

    Args:
        file: The file.
        hidden: Columns of which each distinct value is looked at once: they come as dictionaries.
        meter: Counts what is read.

    Raises:
        InputError: It cannot be read as Parquet.
    """
    with _damage_said(file):
        metadata = pq.read_metadata(file.path)
        paths = (metadata.schema.column(i).path for i in range(metadata.num_columns))
        # Without pre-buffering, one row group's column chunks are held at a time.
        handle = pq.ParquetFile(
            file.path,
            pre_buffer=False,
            metadata=metadata,
            read_dictionary=[path for path in paths if path in hidden],
            # As nanoseconds, far dates of old Spark files would come out as others.
            coerce_int96_timestamp_unit="us",
        )
        schema = handle.schema_arrow

    def read(positions: Sequence[int]) -> Iterator[Records]:
        return _records(file, handle, positions, meter)

    return Opened(file.path, schema, read)


@contextmanager
def _damage_said(file: DataFile) -> Iterator[None]:
    try:
        yield
    except pa.ArrowMemoryError:
        raise
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _damaged(file) from error


def _damaged(file: DataFile) -> InputError:
    return InputError(
        f"'{file.path}' is a damaged Parquet file.", "Write it again from where it came."
    )


def _rows_per_run(handle: pq.ParquetFile) -> int:
    # The footer may lie; this only chooses the size of a run, and a limit on memory stands behind.
    metadata = handle.metadata
    groups = range(metadata.num_row_groups)
    total: int = sum(metadata.row_group(g).total_byte_size for g in groups)
    per_row: int = max(1, total // max(1, metadata.num_rows))
    return max(_FEWEST_ROWS_PER_RUN, min(ROWS_PER_RUN, _BYTES_PER_RUN // per_row))


def _records(
    file: DataFile, handle: pq.ParquetFile, positions: Sequence[int], meter: Meter
) -> Iterator[Records]:
    done = 0
    names = [handle.schema_arrow.names[position] for position in positions]
    with _damage_said(file):
        # A name with a dot may bring others along, so the columns are picked again by name.
        for batch in handle.iter_batches(_rows_per_run(handle), columns=names):
            numbers = np.arange(done + 1, done + 1 + batch.num_rows, dtype=np.int64)
            done += batch.num_rows
            meter.add(max(batch.nbytes, _LEAST_BYTES_PER_ROW * batch.num_rows))
            yield Records(_picked(batch, names), numbers)
    if done != handle.metadata.num_rows:
        raise _damaged(file)


def _picked(batch: pa.RecordBatch, names: Sequence[str]) -> pa.RecordBatch:
    if batch.schema.names == list(names):
        return batch
    fields = [batch.schema.field(batch.schema.get_field_index(name)) for name in names]
    columns = [batch.column(batch.schema.get_field_index(name)) for name in names]
    return pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields))
