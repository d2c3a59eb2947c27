"""What every stage asks of the default engine."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from zhenzan.engines.duckdb import LEAST_SHARE, DuckDBEngine
from zhenzan.errors import LimitError
from zhenzan.memory import release_unused, resident_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from zhenzan.engines.base import Engine

TABLE = pa.table({"x": pa.array([3, 1, 2], pa.int64()), "word": ["c", "a", None]})
TOO_BIG = "SELECT list(range) AS x FROM range(60000000)"
BIG_AT_ITS_END = """
SELECT range AS x, list_sum(many) AS y FROM (
    SELECT range, CASE WHEN range < 40000 THEN [1] ELSE range(2500000) END AS many
    FROM range(40100)
)
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = DuckDBEngine(tmp_path, memory_bytes=100_000_000, threads=2)
    yield engine
    engine.close()


def rows(engine: Engine, query: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = engine.query(query).to_pylist()
    return found


def exists(engine: Engine, name: str) -> bool:
    return bool(rows(engine, f"SELECT 1 FROM duckdb_tables() WHERE table_name = '{name}'"))


@pytest.mark.parametrize("data", [TABLE, TABLE.to_reader(1)], ids=["table", "reader"])
def test_what_is_registered_is_stored(engine: Engine, data: pa.Table) -> None:
    engine.register("t", data)
    assert engine.query("SELECT * FROM t").schema.equals(TABLE.schema)
    assert rows(engine, "SELECT * FROM t ORDER BY x") == TABLE.sort_by("x").to_pylist()


def test_registering_again_replaces(engine: Engine) -> None:
    engine.register("t", TABLE)
    engine.register("t", TABLE.slice(0, 1))
    assert rows(engine, "SELECT * FROM t") == [{"x": 3, "word": "c"}]


def test_nothing_but_the_name_asked_for_is_left(engine: Engine) -> None:
    engine.register("t", TABLE)
    with pytest.raises(duckdb.Error):
        engine.query("SELECT * FROM arrow_input")


def test_a_source_that_breaks_off_leaves_no_table(engine: Engine) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield TABLE.to_batches()[0]
        message = "row 4 is torn"
        raise ValueError(message)

    with pytest.raises(Exception, match="row 4 is torn"):
        engine.register("t", pa.RecordBatchReader.from_batches(TABLE.schema, batches()))
    assert not exists(engine, "t")


def test_create_replaces_and_may_read_itself(engine: Engine) -> None:
    engine.create("t", "SELECT 1 AS x")
    engine.create("t", "SELECT x + 1 AS x FROM t")
    assert rows(engine, "SELECT * FROM t") == [{"x": 2}]


def test_drop_deletes_and_does_not_mind_absence(engine: Engine) -> None:
    engine.create("t", "SELECT 1 AS x")
    assert exists(engine, "t")
    engine.drop("t")
    assert not exists(engine, "t")
    engine.drop("t")


@pytest.mark.parametrize("batch_rows", [1_000, 122_880])
def test_a_stream_keeps_the_order_of_the_query(engine: Engine, batch_rows: int) -> None:
    engine.create("t", "SELECT range AS x FROM range(300000)")
    batches = list(engine.stream("SELECT x FROM t ORDER BY x DESC", batch_rows))
    assert max(batch.num_rows for batch in batches) <= batch_rows
    whole = pa.Table.from_batches(batches)
    assert whole.column("x").to_pylist() == list(range(299_999, -1, -1))


def test_an_empty_stream_has_its_columns(engine: Engine) -> None:
    reader = engine.stream("SELECT cast(1 AS bigint) AS x WHERE 1 = 0")
    assert reader.schema.names == ["x"]
    assert reader.read_all().num_rows == 0


def test_other_queries_run_while_a_stream_is_open(engine: Engine) -> None:
    engine.create("t", "SELECT range AS x FROM range(300000)")
    reader = engine.stream("SELECT x FROM t ORDER BY x", 1_000)
    assert reader.read_next_batch().column(0)[0].as_py() == 0
    engine.create("t", "SELECT 7 AS x")
    assert rows(engine, "SELECT x FROM t") == [{"x": 7}]
    assert sum(batch.num_rows for batch in reader) == 299_000


@pytest.mark.parametrize(
    "ask",
    [
        lambda engine: engine.query(TOO_BIG),
        lambda engine: engine.create("t", TOO_BIG),
        lambda engine: engine.stream(TOO_BIG).read_all(),
        lambda engine: list(engine.stream(BIG_AT_ITS_END, 2_048)),
    ],
    ids=["query", "create", "stream", "end of a stream"],
)
def test_want_of_memory_is_said_in_words(
    tmp_path: Path, ask: Callable[[DuckDBEngine], object]
) -> None:
    engine = DuckDBEngine(tmp_path, memory_bytes=20_000_000, threads=2)
    with pytest.raises(LimitError, match="more memory") as caught:
        ask(engine)
    assert "--memory" in caught.value.hint
    assert rows(engine, "SELECT 1 AS x") == [{"x": 1}], "the engine still works"
    engine.close()


def test_other_errors_keep_their_own_words(engine: Engine) -> None:
    late = "SELECT CASE WHEN range < 400000 THEN 'a' ELSE error('a late row') END AS x "
    with pytest.raises(OSError, match="a late row"):
        engine.stream(late + "FROM range(402000)", 2_048).read_all()
    with pytest.raises(duckdb.Error, match="a late row"):
        engine.query(late + "FROM range(402000)")
    with pytest.raises(duckdb.Error, match="nowhere"):
        engine.query("SELECT * FROM nowhere")


def test_json_objects_keep_the_order_and_kind_of_their_facts(engine: Engine) -> None:
    engine.create("t", "SELECT 1.5 AS b, cast(7 AS bigint) AS a, 'x\"y' AS word")
    [row] = rows(engine, f"SELECT {engine.json_object(('b', 'a', 'word'))} AS evidence FROM t")
    text = row["evidence"]
    assert isinstance(text, str)
    assert list(json.loads(text).items()) == [("b", 1.5), ("a", 7), ("word", 'x"y')]


def test_a_json_object_without_facts(engine: Engine) -> None:
    [row] = rows(engine, f"SELECT {engine.json_object(())} AS evidence")
    assert row == {"evidence": "{}"}


@pytest.mark.parametrize(
    ("order", "expected"),
    [("x", [1, 2, 3]), ("x DESC", [3, 2, 1]), ("word NULLS LAST, x", [1, 3, 2])],
)
def test_lists_come_in_the_order_asked_for(engine: Engine, order: str, expected: list[int]) -> None:
    engine.register("t", TABLE)
    assert rows(engine, f"SELECT {engine.list_by('x', order)} AS found FROM t") == [
        {"found": expected}
    ]


def test_an_empty_list_is_of_texts(engine: Engine) -> None:
    found = engine.query(f"SELECT {engine.empty_list()} AS reasons")
    assert found.to_pylist() == [{"reasons": []}]
    assert found.schema.field("reasons").type.value_type == pa.string()


def test_closing_releases_the_files(tmp_path: Path) -> None:
    for number in range(2):
        engine = DuckDBEngine(tmp_path, memory_bytes=100_000_000, threads=1)
        engine.create("t", f"SELECT {number} AS x")
        engine.close()


MEGABYTE = 10**6


def limit_and_use(engine: Engine) -> tuple[float, float]:
    """DuckDB's limit and what it holds, MB."""
    [row] = rows(
        engine,
        "SELECT cast(sum(memory_usage_bytes) AS bigint) AS used, "
        "current_setting('memory_limit') AS most FROM duckdb_memory()",
    )
    number, unit = str(row["most"]).split()
    return float(number) * {"MiB": 2**20, "GiB": 2**30}[unit] / MEGABYTE, int(
        str(row["used"])
    ) / MEGABYTE


@pytest.fixture
def sharing(tmp_path: Path) -> Iterator[DuckDBEngine]:
    """An engine with 300 MB of the 500 MB that this process may still take, and a larger table."""
    release_unused()
    process_bytes = resident_bytes() + 500 * MEGABYTE
    engine = DuckDBEngine(tmp_path, 300 * MEGABYTE, threads=1, process_bytes=process_bytes)
    engine.create("t", "SELECT hash(range) AS x FROM range(50000000)")
    yield engine
    engine.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system does not say")
def test_what_arrays_hold_the_engine_leaves_to_them(sharing: DuckDBEngine) -> None:
    sharing.query("SELECT sum(x) FROM t")
    assert limit_and_use(sharing)[0] == pytest.approx(300, abs=40)
    array = np.ones(400 * MEGABYTE, np.uint8)
    limit, used = limit_and_use(sharing)
    assert limit < 140
    assert used <= limit
    assert rows(sharing, "SELECT count(DISTINCT x % 1000) AS n FROM t") == [{"n": 1_000}]
    del array
    sharing.query("SELECT 1")
    assert limit_and_use(sharing)[0] == pytest.approx(300, abs=60)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system does not say")
def test_after_a_large_result_the_engine_lets_go(sharing: DuckDBEngine) -> None:
    sharing.query("SELECT sum(x) FROM t")
    before = resident_bytes()
    result = sharing.query("SELECT x FROM t LIMIT 3000000")
    assert resident_bytes() < before + result.nbytes - 100 * MEGABYTE


def test_however_large_the_arrays_the_engine_keeps_enough_to_work(tmp_path: Path) -> None:
    engine = DuckDBEngine(tmp_path, 400 * MEGABYTE, threads=1, process_bytes=MEGABYTE)
    engine.create("t", "SELECT range AS x, hash(range) AS y FROM range(3000000)")
    found = engine.query("SELECT x FROM t ORDER BY y DESC LIMIT 1")
    assert found.num_rows == 1
    assert limit_and_use(engine)[0] == pytest.approx(LEAST_SHARE * 400, abs=40)
    engine.close()
