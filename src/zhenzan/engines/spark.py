"""The engine for logs too large for one machine: Apache Spark 4, by Parquet in a shared folder."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import pyarrow as pa
from py4j.protocol import Py4JError, Py4JJavaError
from pyarrow import parquet
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkException
from pyspark.java_gateway import launch_gateway
from pyspark.sql import Observation, SparkSession, functions

from zhenzan.errors import CallError, LimitError, ZhenzanError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyspark.sql import DataFrame

ROWS_PER_FILE = 1_000_000
"""Of what the driver stores: one file is one task's work at most."""
LEAST_MEMORY_BYTES = 512_000_000
"""Spark's driver does not start with less."""
JSON_INTEGER_DIGITS, JSON_DECIMALS = 23, 15
SEMANTICS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, as it is on DuckDB
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.adaptive.enabled": "true",
}
"""What a query means and how it is spread; all else is the user's, in ``spark-defaults.conf``."""
PARTITIONS = "spark.sql.shuffle.partitions"
PARTITIONS_PER_THREAD = 8
"""On this machine, where the 200 that Spark cuts a table into cost more than they are worth."""
WANT = ("OutOfMemoryError", "Out of memory", "No space left", "maxResultSize")
"""What Spark's errors say when memory or disk run out."""


class SparkEngine:
    """Spark, on this machine or on a cluster. Every table is a folder of Parquet files.

    Driver and workers exchange rows by these files only, so the folder must be one that all of them
    reach by the same path. A table is whole before anybody reads it, so a worker that dies costs
    what it was doing and no more.

    A Spark session that already runs in this process is used as it is; otherwise one is started,
    and stopped by :meth:`close`.

    Args:
        folder: Existing folder for tables and, in local mode, spilled data.
        memory_bytes: Memory of the driver; in local mode, of everything.
        master: ``local[N]``, ``spark://HOST:PORT`` and so on.

    Raises:
        CallError: Spark does not start, or the master does not answer.
    """

    name = "spark"

    def __init__(self, folder: Path, memory_bytes: int, master: str) -> None:
        self._folder = folder / "tables"
        self._folder.mkdir()
        self._places: dict[str, Path] = {}
        self._made = 0
        running = SparkSession.getActiveSession()
        session = running or _start(folder, memory_bytes, master)
        self._started = None if running else session
        self._session = session.newSession()
        context = session.sparkContext
        if str(context.master).startswith("local") and not context.getConf().contains(PARTITIONS):
            partitions = PARTITIONS_PER_THREAD * context.defaultParallelism
            self._session.conf.set(PARTITIONS, str(partitions))
        for name, value in SEMANTICS.items():
            self._session.conf.set(name, value)

    def register(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Store Arrow data as the table ``name``, replacing one of that name."""
        folder = self._new_folder()
        _write(folder, data.schema, data.to_batches() if isinstance(data, pa.Table) else data)
        with _errors_in_words():
            self._rename(name, folder, self._session.read.parquet(folder.as_uri()))

    def create(self, name: str, query: str) -> None:
        """Store the rows of ``query`` as the table ``name``, replacing one of that name."""
        with _errors_in_words():
            folder, frame = self._store(query)
            reader = self._session.read.schema(frame.schema)
            self._rename(name, folder, reader.parquet(folder.as_uri()))

    def query(self, query: str) -> pa.Table:
        """Run ``query`` and return all its rows; for results that fit in memory."""
        return self.stream(query).read_all()

    def stream(self, query: str, batch_rows: int = 122_880) -> pa.RecordBatchReader:
        """Run ``query`` and return its rows batch by batch, in the query's order.

        The rows are stored before the first is returned, so other queries may run meanwhile.
        """
        with _errors_in_words():
            folder, _ = self._store(query)
        files = _files(folder)
        schema = parquet.read_schema(files[0]).remove_metadata()

        def batches() -> Iterator[pa.RecordBatch]:
            for file in files:
                with parquet.ParquetFile(file) as opened:
                    for batch in opened.iter_batches(batch_rows):
                        yield batch.replace_schema_metadata(None)
            shutil.rmtree(folder)

        return pa.RecordBatchReader.from_batches(schema, batches())

    def json_object(self, columns: tuple[str, ...]) -> str:
        """SQL for one JSON text with a key per column, in that order."""
        members = ", ',', ".join(f"'\"{name}\":', {_json_value(name)}" for name in columns)
        return f"concat('{{', {members}, '}}')" if columns else "'{}'"

    def list_by(self, value: str, order: str) -> str:
        """SQL: aggregate ``value`` to a list in the total order ``order``."""
        keys = ", ".join(_ascending(key) for key in order.split(", "))
        rows = f"sort_array(collect_list(struct({keys}, {value} AS value)))"
        return f"transform({rows}, row -> row.value)"

    def empty_list(self) -> str:
        """SQL: a list of texts that has none."""
        return "cast(array() AS array<string>)"

    def drop(self, name: str) -> None:
        """Delete the table ``name`` if it exists."""
        with _errors_in_words():
            self._session.catalog.dropTempView(name)
        if folder := self._places.pop(name, None):
            shutil.rmtree(folder)

    def close(self) -> None:
        """Release memory and files."""
        for name in list(self._places):
            self.drop(name)
        if self._started:
            self._started.stop()

    def _store(self, query: str) -> tuple[Path, DataFrame]:
        folder = self._new_folder()
        frame = self._session.sql(query)
        # A worker that does not share the folder would write to a disk of its own, unnoticed.
        counted = Observation()
        rows = functions.count(functions.lit(1)).alias("rows")
        frame.observe(counted, rows).write.parquet(folder.as_uri())
        here = sum(parquet.read_metadata(file).num_rows for file in _files(folder))
        if here != counted.get["rows"]:
            raise CallError(
                f"Of {counted.get['rows']:,} rows that Spark's workers wrote, {here:,} arrived.",
                "Choose an output directory that the driver and every worker share.",
            )
        return folder, frame

    def _new_folder(self) -> Path:
        self._made += 1
        return self._folder / str(self._made)

    def _rename(self, name: str, folder: Path, frame: DataFrame) -> None:
        """Let ``name`` mean the rows of a folder, and delete what it meant before."""
        frame.createOrReplaceTempView(name)
        before, self._places[name] = self._places.get(name), folder
        if before:
            shutil.rmtree(before)


def _start(folder: Path, memory_bytes: int, master: str) -> SparkSession:
    conf = SparkConf().setAppName("zhenzan").setMaster(master)
    memory = max(memory_bytes, LEAST_MEMORY_BYTES)
    for name, value in {
        "spark.driver.memory": f"{memory // 1_000_000}m",
        "spark.local.dir": str(folder / "spill"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
    }.items():
        conf.set(name, value)
    try:
        with warnings.catch_warnings():
            # At its first call PySpark imports this, which warns of pandas 3; nothing here uses it.
            warnings.simplefilter("ignore", FutureWarning)
            import_module("pyspark.testing.utils")
        return SparkSession(SparkContext(conf=conf, gateway=_java(tuple(conf.getAll()))))
    except (Py4JError, PySparkException) as error:
        raise CallError(
            f"Spark does not start with the master {master}: {_first_line(error)}",
            "It needs Java 17 or 21, and a master that answers.",
        ) from error


@cache
def _java(settings: tuple[tuple[str, str], ...]) -> object:
    """The Java process, silent: one for each set of settings, as long as this process lives."""
    conf = SparkConf(loadDefaults=False).setAll(list(settings))
    started: object = launch_gateway(  # type: ignore[no-untyped-call]  # PySpark gives it no types
        conf, {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    )
    return started


def _write(folder: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Write batches as Parquet files of at most about ``ROWS_PER_FILE`` rows; at least one file."""
    folder.mkdir()
    rest = iter(batches)
    more = True
    for number in range(10**5):
        with parquet.ParquetWriter(folder / f"part-{number:05}.parquet", schema) as writer:
            rows = 0
            while rows < ROWS_PER_FILE and more:
                batch = next(rest, None)
                more = batch is not None
                if batch is not None:
                    writer.write_batch(batch)
                    rows += batch.num_rows
        if not more:
            return


def _files(folder: Path) -> list[Path]:
    """The files of a folder in the order of their rows: Spark numbers them so."""
    return sorted(folder.glob("part-*.parquet"))


def _ascending(key: str) -> str:
    """A key of a descending order as one of an ascending order; such keys are numbers."""
    number = key.removesuffix(" DESC")
    return key if number == key else f"-({number})"


def _json_value(column: str) -> str:
    """SQL: a column as JSON, numbers as DuckDB writes them (and ECMAScript, but for ``.0``)."""
    text = f"cast({column} AS string)"
    size = f"decimal({JSON_INTEGER_DIGITS + JSON_DECIMALS}, {JSON_DECIMALS})"
    plain = f"regexp_replace(cast(cast({column} AS {size}) AS string), '0+$', '')"
    quoted = f"to_json(array({column}))"
    return f"""CASE WHEN {column} IS NULL THEN 'null'
WHEN typeof({column}) = 'string' THEN substring({quoted}, 2, length({quoted}) - 2)
WHEN {text} NOT LIKE '%E%' THEN {text}
WHEN abs(cast({column} AS double)) < 1e-6 THEN lower(replace({text}, '.0E', 'E'))
WHEN {plain} LIKE '%.' THEN concat({plain}, '0') ELSE {plain} END"""


def _first_line(error: BaseException) -> str:
    """What an error says first; one of Java's begins with where it came up."""
    lines = [line.strip(": ") for line in str(error).splitlines() if line.strip(": ")]
    told = lines[1:] if isinstance(error, Py4JJavaError) else lines
    return next(iter(told), type(error).__name__)


@contextmanager
def _errors_in_words() -> Iterator[None]:
    try:
        yield
    except (Py4JError, PySparkException) as error:
        if any(word in str(error) for word in WANT):
            raise LimitError(
                "The scan needs more memory or disk space than Spark may use.",
                "Raise --memory, or spark.executor.memory in spark-defaults.conf.",
            ) from error
        raise ZhenzanError(
            f"Spark gave a step of the scan up: {_first_line(error)}",
            "The logs of the workers say more. Do all of them reach the output directory?",
        ) from error
