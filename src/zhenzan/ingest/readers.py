"""Opens a file by its format, within the limits on what it may expand to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from zhenzan.errors import LimitError
from zhenzan.ingest.csv_files import open_csv
from zhenzan.ingest.fields import FIELDS, user_names
from zhenzan.ingest.json_files import open_jsonl
from zhenzan.ingest.parquet_files import open_parquet
from zhenzan.ingest.records import Meter, Opened, Records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from zhenzan.ingest.files import DataFile
    from zhenzan.ingest.limits import IngestLimits


def open_file(
    file: DataFile, source: str, mapping: Mapping[str, str], limits: IngestLimits
) -> Opened:
    """A file, ready to be read.

    Raises:
        InputError: It cannot be read at all.
        LimitError: It has more columns than a file may have, or expands to more than it may.
    """
    meter, longest = Meter(file, limits), limits.longest_record_bytes
    wanted = [user_names(source, field.name, mapping) for field in FIELDS[source]]
    hidden = frozenset(
        name
        for field, names in zip(FIELDS[source], wanted, strict=True)
        if field.kind == "secret"
        for name in names
    )
    if file.format == "parquet":
        opened = open_parquet(file, hidden, meter)
    elif file.format == "csv":
        opened = open_csv(file, hidden, meter, longest)
    else:
        opened = open_jsonl(file, wanted, hidden, meter, longest)
    if len(opened.schema) > limits.most_columns:
        raise LimitError(
            f"'{file.path}' has more than {limits.most_columns:,} columns.",
            "Leave out the columns that a scan does not need.",
        )
    return _with_constants(file, opened) if file.constants else opened


def _with_constants(file: DataFile, opened: Opened) -> Opened:
    """Add the columns that stand in the names of the file's folders (``day=2024-01-01``)."""
    there = set(opened.schema.names) - opened.guessed
    constants = {name: value for name, value in file.constants if name not in there}
    kept = [i for i, name in enumerate(opened.schema.names) if name not in constants]
    fields = [opened.schema.field(i) for i in kept]
    schema = pa.schema([*fields, *((name, pa.string()) for name in constants)])
    values = list(constants.values())

    def read(positions: Sequence[int]) -> Iterator[Records]:
        inside = [kept[p] for p in positions if p < len(kept)]
        added = [values[p - len(kept)] for p in positions if p >= len(kept)]
        asked = pa.schema([schema.field(p) for p in positions])
        for run in opened.read(inside):
            rows = pa.array([0] * run.batch.num_rows)
            columns = [pa.array([value], pa.string()).take(rows) for value in added]
            batch = pa.RecordBatch.from_arrays([*run.batch.columns, *columns], schema=asked)
            yield replace(run, batch=batch)

    return replace(opened, schema=schema, read=read, guessed=opened.guessed - constants.keys())
