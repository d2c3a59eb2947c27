"""A PostgreSQL server of our own, on loopback, for tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 60


def _server_programs() -> Path:
    found = shutil.which("postgres")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    pytest.fail("PostgreSQL is not installed. Hint: apt-get install postgresql")


def _as_nobody(command: list[str]) -> None:
    """Run as a user that PostgreSQL accepts: it refuses root."""
    whole = ["runuser", "-u", "nobody", "--", *command] if os.geteuid() == 0 else command
    done = subprocess.run(whole, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr


class PostgresServer:
    """A server on loopback, with its data in a folder.

    Args:
        folder: An empty folder that everybody may use.
    """

    def __init__(self, folder: Path) -> None:
        programs = _server_programs()
        data = str(folder / "data")
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        _as_nobody(
            [str(programs / "initdb"), "-D", data, "-U", "zhenzan", "-A", "trust", "-E", "UTF8"]
        )
        self._control = [str(programs / "pg_ctl"), "-D", data, "-w", "-t", str(START_SECONDS)]
        self._options = f"-h 127.0.0.1 -p {port} -k {folder} -c max_connections=64"
        self._log = str(folder / "log")
        self.url = f"postgresql://zhenzan@127.0.0.1:{port}/postgres"

    def start(self) -> None:
        _as_nobody([*self._control, "-l", self._log, "-o", self._options, "start"])

    def stop(self) -> None:
        _as_nobody([*self._control, "-m", "immediate", "stop"])


@contextmanager
def _running() -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="zhenzan-postgres-"))
    try:
        server = PostgresServer(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server that all tests share, deleted afterwards."""
    with _running() as server:
        yield server.url


@pytest.fixture
def postgres_server() -> Iterator[PostgresServer]:
    """A server of this test alone, which it may stop and start again."""
    with _running() as server:
        yield server


@pytest.fixture
def empty_postgres_url(postgres_url: str) -> str:
    """The same server without a ledger in it."""
    from zhenzan.ledger.postgres import PostgresDatabase

    db = PostgresDatabase(postgres_url, 5.0)
    db.execute("DROP SCHEMA zhenzan CASCADE")
    db.close()
    return postgres_url
