"""A PostgreSQL server of our own, on loopback, for tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
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


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server on loopback, in a folder that is deleted afterwards."""
    programs = _server_programs()
    folder = Path(tempfile.mkdtemp(prefix="zhenzan-postgres-"))
    data = str(folder / "data")
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    try:
        _as_nobody(
            [str(programs / "initdb"), "-D", data, "-U", "zhenzan", "-A", "trust", "-E", "UTF8"]
        )
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c max_connections=64"
        control = [str(programs / "pg_ctl"), "-D", data, "-w", "-t", str(START_SECONDS)]
        _as_nobody([*control, "-l", str(folder / "log"), "-o", options, "start"])
        try:
            yield f"postgresql://zhenzan@127.0.0.1:{port}/postgres"
        finally:
            _as_nobody([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def empty_postgres_url(postgres_url: str) -> str:
    """The same server without a ledger in it."""
    from zhenzan.ledger.postgres import PostgresDatabase

    db = PostgresDatabase(postgres_url, 5.0)
    db.execute("DROP SCHEMA zhenzan CASCADE")
    db.close()
    return postgres_url
