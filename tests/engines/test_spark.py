"""What every stage asks of Spark, and that its macros say what DuckDB's say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from tests.engines.conftest import MEMORY_BYTES
from tests.spark_sessions import need_spark

from zhenzan.engines.duckdb import DuckDBEngine
from zhenzan.errors import ZhenzanError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhenzan.engines.base import Engine
    from zhenzan.engines.spark import SparkEngine

pytestmark = pytest.mark.slow

TABLE = pa.table({"x": pa.array([3, 1, 2], pa.int64()), "word": ["c", "a", None]})
REALS = [1.5, 12.0, 0.001, 1.234e-4, 1e-5, 1e-6, 9.99e-7, 1.2e-8, 1e-15, 1e7, 1.234e10, 5e15, 0.0]
TEXTS = ["r-1", 'x"y', "back\\slash", "赞 /", "E-1", "null", "1.0E5", ""]


@pytest.fixture
def engine(spark: SparkEngine, tmp_path: Path) -> Iterator[Engine]:
    engine = type(spark)(tmp_path, MEMORY_BYTES, "local[2]")
    yield engine
    engine.close()


@pytest.fixture
def duckdb(tmp_path: Path) -> Iterator[Engine]:
    engine = DuckDBEngine(tmp_path, 100_000_000, 1)
    yield engine
    engine.close()


def rows(engine: Engine, query: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = engine.query(query).to_pylist()
    return found


@pytest.mark.parametrize("data", [TABLE, TABLE.to_reader(1)], ids=["table", "reader"])
def test_what_is_registered_is_stored(engine: Engine, data: pa.Table) -> None:
    engine.register("t", data)
    assert engine.query("SELECT * FROM t").schema.equals(TABLE.schema)
    assert rows(engine, "SELECT * FROM t ORDER BY x") == TABLE.sort_by("x").to_pylist()


def test_tables_are_replaced_and_may_read_themselves(engine: Engine, tmp_path: Path) -> None:
    engine.register("t", TABLE)
    engine.register("t", TABLE.slice(0, 1))
    engine.create("t", "SELECT x + 1 AS x FROM t")
    engine.create("t", "SELECT x * 10 AS x FROM t")
    assert rows(engine, "SELECT * FROM t") == [{"x": 40}]
    assert len(list((tmp_path / "tables").iterdir())) == 1, "what is replaced is deleted"


def test_a_table_without_rows_has_its_columns(engine: Engine) -> None:
    engine.register("none", TABLE.schema.empty_table())
    engine.create("t", "SELECT * FROM none WHERE x > 0")
    assert engine.query("SELECT x, word FROM t").schema.names == ["x", "word"]
    assert rows(engine, "SELECT count(*) AS n, max(x) AS x FROM t") == [{"n": 0, "x": None}]


def test_drop_deletes_and_does_not_mind_absence(engine: Engine, tmp_path: Path) -> None:
    engine.create("t", "SELECT 1 AS x")
    engine.drop("t")
    engine.drop("t")
    assert not list((tmp_path / "tables").iterdir())
    with pytest.raises(ZhenzanError, match="TABLE_OR_VIEW_NOT_FOUND"):
        engine.query("SELECT * FROM t")


def test_a_large_table_is_cut_into_files(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhenzan.engines.spark.ROWS_PER_FILE", 1_000)
    engine.register("t", pa.table({"x": np.arange(4_500)}).to_reader(500))
    assert len(list(tmp_path.glob("tables/*/*.parquet"))) == 5
    assert rows(engine, "SELECT count(*) AS n, sum(x) AS s FROM t") == [
        {"n": 4_500, "s": 4_500 * 4_499 // 2}
    ]


def test_a_stream_keeps_the_order_of_the_query(
    spark: SparkEngine, partitions: Callable[[int], None], tmp_path: Path
) -> None:
    partitions(7)
    engine = type(spark)(tmp_path, MEMORY_BYTES, "local[2]")
    engine.register("t", pa.table({"x": np.arange(30_000)}))
    reader = engine.stream("SELECT x FROM t ORDER BY x DESC", 1_000)
    assert len(list(tmp_path.glob("tables/2/*.parquet"))) > 1
    engine.create("t", "SELECT 7 AS x")
    batches = list(reader)
    assert max(batch.num_rows for batch in batches) <= 1_000
    whole = pa.Table.from_batches(batches)
    assert whole.column("x").to_pylist() == list(range(29_999, -1, -1))
    assert not (tmp_path / "tables/2").exists(), "what was read is deleted"
    engine.close()


def test_rows_that_do_not_arrive_are_noticed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a worker writes to a disk of its own."""
    from zhenzan.engines import spark

    found = spark._files
    monkeypatch.setattr(spark, "_files", lambda folder: found(folder)[:1])
    engine.register("t", pa.table({"x": np.arange(3_000)}))
    with pytest.raises(ZhenzanError, match=r"Of 3,000 rows .* arrived") as caught:
        engine.create("u", "SELECT /*+ REPARTITION(3) */ x FROM t")
    assert "share" in caught.value.hint


def test_json_objects_are_the_same_texts(engine: Engine, duckdb: Engine) -> None:
    facts = pa.table(
        {
            "real": [*REALS, *(-x for x in REALS[:5]), None],
            "whole": [*range(-5, 13), None],
            "text": [*TEXTS, *TEXTS, None, None, "z"],
        }
    )
    told = []
    for one in (engine, duckdb):
        one.register("t", facts)
        json = one.json_object(("real", "whole", "text"))
        told.append(rows(one, f"SELECT {json} AS evidence FROM t ORDER BY whole NULLS LAST"))
        assert rows(one, f"SELECT {one.json_object(())} AS evidence") == [{"evidence": "{}"}]
    assert told[0] == told[1]


@pytest.mark.parametrize("order", ["x", "x DESC", "y DESC, word", "y, x DESC"])
def test_lists_are_the_same(engine: Engine, duckdb: Engine, order: str) -> None:
    told = []
    for one in (engine, duckdb):
        one.register("t", pa.table({"x": [3, 1, 2], "y": [0.5, 0.5, 2.0], "word": ["c", "a", "b"]}))
        none, some = one.empty_list(), one.list_by("word", order)
        told.append(rows(one, f"SELECT {some} AS some, {none} AS none FROM t"))
    assert told[0] == told[1]


def test_percentiles_are_the_same(engine: Engine, duckdb: Engine) -> None:
    values = [(n, (7 * x) % (n + 3)) for n in range(1, 40) for x in range(n)]
    table = pa.table({"n": [n for n, _ in values], "x": [x for _, x in values]})
    shares = ", ".join(
        f"percentile_disc({share}) WITHIN GROUP (ORDER BY x) AS p{place}"
        for place, share in enumerate(("0.1", "0.2", "0.5", "0.8"))
    )
    told = []
    for one in (engine, duckdb):
        one.register("t", table)
        told.append(rows(one, f"SELECT n, {shares} FROM t GROUP BY n ORDER BY n"))
    assert told[0] == told[1]


def test_a_step_that_fails_is_told_in_a_sentence(engine: Engine) -> None:
    with pytest.raises(ZhenzanError, match="DIVIDE_BY_ZERO") as caught:
        engine.query("SELECT 1 / (x - x) AS x FROM (SELECT 1 AS x)")
    assert "\n" not in caught.value.sentence


def test_a_spark_that_does_not_start_is_told_in_a_sentence(
    small_world: Path, tmp_path: Path
) -> None:
    need_spark()
    program = Path(sys.executable).with_name("zhenzan")
    call = f"scan {small_world / 'events.parquet'} --out {tmp_path / 'scan'} --engine spark"
    done = subprocess.run(
        [program, *call.split(), "--master", "nonsense"],
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    sentence, hint = done.stderr.splitlines()
    assert sentence.startswith("Error: Spark does not start with the master nonsense: ")
    assert hint.startswith("Hint: It needs Java")
