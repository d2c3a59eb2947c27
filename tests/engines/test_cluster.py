"""A real cluster on loopback, of whose two workers one dies in the middle of a scan."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.engines.test_same_answer import same_tables
from tests.spark_sessions import QUICK, cluster, need_spark, wait_until, write_settings

if TYPE_CHECKING:
    from tests.spark_sessions import Cluster

    import zhenzan

pytestmark = pytest.mark.slow

PROGRAM = Path(sys.executable).with_name("zhenzan")
LOOPBACK = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.executor.memory": "500m",
    "spark.sql.shuffle.partitions": "3",
}
TABLES_BEFORE_DEATH = 40
"""Of about 190 that such a scan stores, most of them later."""


def test_a_scan_outlives_a_worker(
    small_world: Path, small_scan: zhenzan.Scan, tmp_path: Path
) -> None:
    need_spark()
    settings = write_settings(tmp_path / "conf", {**QUICK, **LOOPBACK})
    out = tmp_path / "scans" / "scan"
    command = [str(PROGRAM), "scan", f"{small_world}/events.parquet"]
    command += ["--accounts", f"{small_world}/accounts.parquet"]
    command += ["--contents", f"{small_world}/contents.parquet"]
    command += ["--out", str(out), "--memory", "1GB", "--engine", "spark"]
    with cluster(tmp_path / "cluster") as running:
        scan = subprocess.Popen(
            [*command, "--master", running.master],
            env={**os.environ, "SPARK_CONF_DIR": str(settings)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with scan:
            try:
                wait_until(lambda: scan.poll() is not None or in_the_middle(running, out.parent))
                assert scan.poll() is None, "the scan ended before a worker could die"
                running.kill(0)
                said, errors = scan.communicate()
            finally:
                scan.kill()
    assert (scan.returncode, errors) == (0, "")
    assert said.splitlines()[-1] == str(out / "report.html")
    same_tables(small_scan.directory, out)


def in_the_middle(running: Cluster, parent: Path) -> bool:
    """Whether both workers have taken part, and the scan has stored a good part of its tables."""
    stored = max((int(path.name) for path in parent.glob(".*.work-*/tables/*")), default=0)
    return stored >= TABLES_BEFORE_DEATH and all(map(running.executors, range(2)))
