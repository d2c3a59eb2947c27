"""Reads rows as those of a file are read, but a few at a time, as a service gets them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from zhenzan.ingest.checks import staging_sql
from zhenzan.ingest.door import Door
from zhenzan.ingest.fields import FIELDS, INTEGER_IDS, lay_out
from zhenzan.ingest.plain import read_plain
from zhenzan.ingest.staging import Staged, open_staging

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zhenzan.ingest.forms import Form
    from zhenzan.ingest.pseudonyms import Pseudonyms
    from zhenzan.ingest.records import Opened

MOST_PREPARED = 16
"""Forms of rows for which a query is kept ready."""


@dataclass(frozen=True)
class Entrance:
    """Rows of one request behind the door, not yet checked.

    Attributes:
        source: events, accounts or contents.
        batch: The rows, with the door's columns.
        forms: The form of each field, in their order.
        typed: Whether the rows have an ``event_type`` at all.
        about: What the rows came to, as for a file.
    """

    source: str
    batch: pa.RecordBatch
    forms: tuple[Form, ...]
    typed: bool
    about: Staged


def enter(source: str, index: int, opened: Opened, pseudonyms: Pseudonyms) -> Entrance:
    """Let the rows of one request through the door.

    Args:
        source: events, accounts or contents.
        index: The number that stands for the request in the column ``file``.
        opened: The rows.
        pseudonyms: What stands for devices, sessions and addresses.

    Raises:
        InputError: A required column is missing, or of a type that cannot be read.
    """
    layout = lay_out(source, opened.schema.names, {}, opened.name)
    door = Door(source, index, opened, layout, pseudonyms)
    batches = [door.admit(records) for records in opened.read(door.needed)]
    batch = pa.concat_batches(batches) if batches else door.schema.empty_table()
    about = Staged(names=[opened.name], rows=door.rows, text=bool(door.values["text"]))
    for field, position in zip(FIELDS[source], layout.positions, strict=True):
        identifier = INTEGER_IDS.get((source, field.name))
        if identifier and position is not None:
            whole = door.forms[field.name].word == "integer"
            (about.integer_ids if whole else about.other_ids).append(identifier)
    places = dict(zip((f.name for f in FIELDS[source]), layout.positions, strict=True))
    forms = tuple(door.forms.values())
    return Entrance(source, batch, forms, places.get("event_type") is not None, about)


class Admission:
    """Checks rows behind the door by the same query as a scan does; for one thread.

    Events that are written as most are are read without the query, to the same values.

    Args:
        folder: An existing folder; the checks may touch no other.
        memory_bytes: The most memory that the checks may use.
    """

    def __init__(self, folder: Path, memory_bytes: int) -> None:
        self._connection = open_staging(folder, memory_bytes, threads=1)
        # A prepared query is optimised at each call, which takes longer than it saves.
        self._connection.execute("PRAGMA disable_optimizer")
        self._ready: OrderedDict[tuple[str, tuple[Form, ...]], str] = OrderedDict()
        self._made = 0

    def check(self, entrances: Sequence[Entrance]) -> pa.Table:
        """The rows as values, as ``checks.staging_sql`` gives them, in their order.

        Args:
            entrances: At least one, all of one source and the same forms.
        """
        rows = pa.concat_batches([entrance.batch for entrance in entrances])
        first = entrances[0]
        read = read_plain(rows, first.forms) if first.source == "events" else None
        if read is None:
            return self._queried(rows, first)
        if read.plain.all():
            return read.rows
        others = self._queried(rows.filter(pa.array(~read.plain)), first)
        order = np.argsort(np.argsort(~read.plain, kind="stable"))
        return pa.concat_tables([read.rows, others]).take(order).combine_chunks()

    def _queried(self, rows: pa.RecordBatch, like: Entrance) -> pa.Table:
        """The rows as values, by the query for what comes ``like`` them."""
        connection = self._connection
        connection.register("arrived", pa.Table.from_batches([rows]))
        try:
            name = self._query_for(like)
            connection.execute(f"INSERT INTO rows_{name} SELECT * FROM arrived")
            checked = connection.sql(f"EXECUTE check_{name}").to_arrow_table()
            connection.execute(f"TRUNCATE rows_{name}")
        finally:
            connection.unregister("arrived")
        if not checked.column("row").combine_chunks().equals(rows.column("row")):
            raise AssertionError("rows changed their order while they were checked")
        return checked

    def _query_for(self, entrance: Entrance) -> str:
        """The name of the prepared query; planning it takes longer than 10,000 rows do."""
        key = (entrance.source, entrance.forms)
        if key in self._ready:
            self._ready.move_to_end(key)
            return self._ready[key]
        if len(self._ready) >= MOST_PREPARED:
            _, old = self._ready.popitem(last=False)
            self._connection.execute(f"DEALLOCATE check_{old}")
            self._connection.execute(f"DROP TABLE rows_{old}")
        self._made += 1
        name = str(self._made)
        words = {
            field.name: form.word
            for field, form in zip(FIELDS[entrance.source], entrance.forms, strict=True)
        }
        query = staging_sql(entrance.source, words, f"rows_{name}")
        self._connection.execute(f"CREATE TABLE rows_{name} AS SELECT * FROM arrived LIMIT 0")
        self._connection.execute(f"PREPARE check_{name} AS {query}")
        self._ready[key] = name
        return name

    def close(self) -> None:
        """Let go of the memory."""
        self._connection.close()
