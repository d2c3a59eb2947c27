"""From opened files to staged Parquet in the work folder: typed, checked and pseudonymised."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from zhenzan.errors import LimitError
from zhenzan.ingest.checks import staging_sql
from zhenzan.ingest.door import Door
from zhenzan.ingest.event_rows import EventRows
from zhenzan.ingest.fields import FIELDS, INTEGER_IDS, lay_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from zhenzan.ingest.pseudonyms import Pseudonyms
    from zhenzan.ingest.records import Opened


@dataclass
class Staged:
    """What staging one source came to.

    Attributes:
        names: The files' names, in the order of their numbers.
        rows: Rows read, malformed ones too, as counted at the door.
        columns: Every column that a file had.
        text: Whether a row has a comment's text.
        integer_ids: Identifiers that are whole-number columns in each file that has them.
        other_ids: Identifiers that are of another type in some file.
        parts: Where the rows are: one Parquet file for each of ``names``, whatever ``file`` says in
            it. None: in the work folder, as ``<source>-0.parquet`` ….
    """

    names: list[str] = field(default_factory=list)
    rows: int = 0
    columns: list[str] = field(default_factory=list)
    text: bool = False
    integer_ids: list[str] = field(default_factory=list)
    other_ids: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        """The same as plain values."""
        return asdict(self)

    @staticmethod
    def together(parts: Sequence[Staged]) -> Staged:
        """What several parts of one source came to; they lie alike, in ``parts`` or not."""
        return Staged(
            names=[name for part in parts for name in part.names],
            rows=sum(part.rows for part in parts),
            columns=sorted({column for part in parts for column in part.columns}),
            text=any(part.text for part in parts),
            integer_ids=sorted({name for part in parts for name in part.integer_ids}),
            other_ids=sorted({name for part in parts for name in part.other_ids}),
            parts=[path for part in parts for path in part.parts],
        )


def open_staging(folder: Path, memory_bytes: int, threads: int) -> duckdb.DuckDBPyConnection:
    """A DuckDB that may touch nothing but ``folder``."""
    connection = duckdb.connect(
        config={
            "memory_limit": f"{memory_bytes // 1_000_000}MB",
            "threads": threads,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET allowed_directories = [$1]", [str(folder)])
    connection.execute("SET enable_external_access = false")
    return connection


class Staging:
    """Stages the files of one source.

    Args:
        source: Which source.
        mapping: Our column name → the user's.
        folder: Where the staged files go: ``<source>-0.parquet`` …
        connection: From :func:`open_staging`.
        pseudonyms: What stands for devices, sessions and addresses.
        first: The number of the first staged file.
    """

    def __init__(
        self,
        source: str,
        mapping: Mapping[str, str],
        folder: Path,
        connection: duckdb.DuckDBPyConnection,
        pseudonyms: Pseudonyms,
        first: int = 0,
    ) -> None:
        self._first = first
        self._source = source
        self._mapping = mapping
        self._folder = folder
        self._connection = connection
        self._pseudonyms = pseudonyms
        self._columns: set[str] = set()
        self._integer: set[str] = set()
        self._other: set[str] = set()
        self.result = Staged()

    def stage(self, openers: Iterable[Callable[[], Opened]]) -> Staged:
        """Read the files one after the other.

        Raises:
            InputError: A file lacks a required column or cannot be read.
            LimitError: The memory does not suffice.
        """
        doors = (self._door(index, opener()) for index, opener in enumerate(openers))
        for number, (_, run) in enumerate(groupby(doors, key=_signature), self._first):
            target = self._folder / f"{self._source}-{number}.parquet"
            if self._source == "events":
                self._write_events(target, run)
            else:
                self._copy(target, run)
        self.result.columns = sorted(self._columns)
        self.result.integer_ids = sorted(self._integer)
        self.result.other_ids = sorted(self._other)
        return self.result

    def _door(self, index: int, opened: Opened) -> tuple[Door, Opened]:
        self.result.names.append(opened.name)
        layout = lay_out(self._source, opened.schema.names, self._mapping, opened.name)
        door = Door(self._source, index, opened, layout, self._pseudonyms)
        for item, position in zip(FIELDS[self._source], layout.positions, strict=True):
            identifier = INTEGER_IDS.get((self._source, item.name))
            if identifier and position is not None:
                whole = door.forms[item.name].word == "integer"
                (self._integer if whole else self._other).add(identifier)
        return door, opened

    def _write_events(self, target: Path, run: Iterator[tuple[Door, Opened]]) -> None:
        rows: EventRows | None = None
        for door, opened in run:
            rows = rows or EventRows(target, door, self._connection)
            for batch in self._through(door, opened):
                with self._writing():
                    rows.add(batch)
        if rows:
            with self._writing():
                rows.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            raise self._no_space() from None
        except (MemoryError, duckdb.Error) as error:
            raise self._explained(error) from None

    def _copy(self, target: Path, run: Iterator[tuple[Door, Opened]]) -> None:
        first, opened = next(run)
        failure: list[BaseException] = []

        def batches() -> Iterator[pa.RecordBatch]:
            # DuckDB turns what a reader raises into text of its own, so it is kept here.
            try:
                yield from self._through(first, opened)
                for door, other in run:
                    yield from self._through(door, other)
            except BaseException as error:
                failure.append(error)
                raise

        words = {name: form.word for name, form in first.forms.items()}
        place = str(target).replace("'", "''")
        with closing(pa.RecordBatchReader.from_batches(first.schema, batches())) as reader:
            self._connection.register("incoming", reader)
            try:
                self._connection.execute(
                    f"COPY ({staging_sql(self._source, words)}) TO '{place}' "
                    "(FORMAT parquet, COMPRESSION lz4_raw)"
                )
            except duckdb.Error as error:
                raise self._explained(failure[0] if failure else error) from None
            finally:
                self._connection.unregister("incoming")

    def _explained(self, error: BaseException) -> BaseException:
        """The error as the user should see it."""
        if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
            return LimitError(
                f"Reading {self.result.names[-1]} needs more memory than the scan may use.",
                "Raise --memory; if that does not help, the file may be made to exhaust it.",
            )
        return self._no_space() if isinstance(error, duckdb.IOException) else error

    def _no_space(self) -> LimitError:
        return LimitError(
            f"The rows of {self.result.names[-1]} cannot be written to the work folder.",
            "Free disk space, or choose another folder for temporary files.",
        )

    def _through(self, door: Door, opened: Opened) -> Iterator[pa.RecordBatch]:
        for records in opened.read(door.needed):
            yield door.admit(records)
        self.result.rows += door.rows
        self._check_guessed(door, opened)
        self.result.text = self.result.text or bool(door.values["text"])

    def _check_guessed(self, door: Door, opened: Opened) -> None:
        """A required column that the start of a file did not show must be somewhere in it."""
        unmet = {name for name in opened.guessed if not door.values_at(name)}
        met = [name for name in opened.schema.names if name not in unmet]
        self._columns.update(met)
        if door.rows > door.malformed:
            lay_out(self._source, met, self._mapping, opened.name)


def _signature(pair: tuple[Door, Opened]) -> tuple[str, ...]:
    return tuple(f"{form.word} {form.type}" for form in pair[0].forms.values())
