"""Spark for tests, which .ci/run may not do without: settings for small logs, and a cluster."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tests.requirements import is_missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REQUIRED = "ZHENZAN_REQUIRE_SPARK"
"""Set where a test that is skipped for want of Spark would pass unseen."""
QUICK = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
"""On logs as small as a test's, Spark would compile for longer than it would run."""
LONGEST_WAIT_S = 600.0
"""Where a test waits longer, something hangs; a busy machine is slow, and no failure."""


def need_spark() -> None:
    """Skip the test where Spark cannot run, or fail it where Spark is required."""
    java = shutil.which("java") or os.environ.get("JAVA_HOME")
    if find_spec("pyspark") is None or java is None:
        hint = "make test-slow; apt-get install openjdk-17-jre-headless"
        is_missing(REQUIRED, f"Spark cannot run. Hint: {hint}")


def write_settings(folder: Path, settings: dict[str, str]) -> Path:
    """A folder for ``SPARK_CONF_DIR`` with these settings."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{name} {value}\n" for name, value in settings.items()]
    (folder / "spark-defaults.conf").write_text("".join(lines), encoding="utf-8")
    return folder


class Cluster:
    """A standalone cluster on loopback: a master and workers of one core each.

    Attributes:
        master: Its URL.
        workers: Process of each worker; its executors are in its process group.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[subprocess.Popen[bytes]] = []
        self.master = ""
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self, workers: int) -> None:
        """Start the master, then workers that it knows."""
        self._start("master", "--port", "0")
        self.master = self._said("master", r"Starting Spark master at (spark://\S+)")
        self.workers = [self._worker(number) for number in range(workers)]

    def executors(self, worker: int) -> list[Path]:
        """Folders of the executors that a worker has started."""
        return sorted((self._folder / f"worker{worker}.work").glob("app-*/*"))

    def kill(self, worker: int) -> None:
        """Let a worker and its executors die at once."""
        _kill(self.workers[worker])

    def close(self) -> None:
        """End what is still alive of it."""
        for process in self._started:
            _kill(process)

    def _worker(self, number: int) -> subprocess.Popen[bytes]:
        name = f"worker{number}"
        work = str(self._folder / f"{name}.work")
        sizes = ("--cores", "1", "--memory", "700M", "--work-dir", work)
        process = self._start(name, *sizes, self.master)
        self._said(name, r"(Successfully registered with master)")
        return process

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        import pyspark

        program = Path(pyspark.__file__).with_name("bin") / "spark-class"
        kind = name.rstrip("0123456789")
        role = f"org.apache.spark.deploy.{kind}.{kind.capitalize()}"
        settings = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m"}
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [program, role, "--host", "127.0.0.1", "--webui-port", "0", *arguments],
                stdout=log,
                stderr=log,
                env={**os.environ, **settings},
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def _said(self, name: str, pattern: str) -> str:
        """What a process says in its log, waited for."""
        found: list[str] = []

        def looked() -> bool:
            text = (self._folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
            found.extend(re.findall(pattern, text))
            return bool(found)

        wait_until(looked)
        return found[0]


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A cluster that lives as long as the block."""
    folder.mkdir(parents=True)
    started = Cluster(folder)
    try:
        started.start(workers)
        yield started
    finally:
        started.close()


def wait_until(condition: Callable[[], bool], longest_s: float = LONGEST_WAIT_S) -> None:
    """Wait for something to become true; fail if it does not."""
    end_s = time.monotonic() + longest_s
    while not condition():
        assert time.monotonic() < end_s, "it did not happen"
        time.sleep(0.05)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
