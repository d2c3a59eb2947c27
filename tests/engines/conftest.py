"""One Spark on this machine for the tests of this folder; starting it takes the longest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.spark_sessions import QUICK, need_spark, write_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhenzan.engines.spark import SparkEngine

MEMORY_BYTES = 1_000_000_000


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    """The engine that started Spark; others use the same."""
    need_spark()
    from zhenzan.engines.spark import SparkEngine

    folder = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(write_settings(folder / "conf", QUICK)))
        engine = SparkEngine(folder, MEMORY_BYTES, "local[2]")
    yield engine
    engine.close()


@pytest.fixture
def partitions(spark: SparkEngine, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets into how many parts every later engine's shuffles cut their rows, however few."""
    from zhenzan.engines import spark as module

    def cut(parts: int) -> None:
        monkeypatch.setitem(module.SEMANTICS, module.PARTITIONS, str(parts))
        name = "spark.sql.adaptive.coalescePartitions.enabled"
        monkeypatch.setitem(module.SEMANTICS, name, "false")

    return cut
