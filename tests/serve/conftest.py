"""A service in this process, spoken to as over HTTP, and keys to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from zhenzan.serve.app import build
from zhenzan.serve.data_folder import DataFolder
from zhenzan.serve.principals import Scope
from zhenzan.serve.settings import ServeSettings
from zhenzan.settings import ScanSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SMALL = ServeSettings(
    ScanSettings(threads=1, memory_bytes=10**9),
    score_every_s=0,
    remembered_events=2**12,
    counter_cells=2**10,
)


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def started(data: DataFolder) -> Iterator[Callable[[ServeSettings], TestClient]]:
    """Starts a service, and stops it at the end; every scope is granted to the client."""
    clients: list[TestClient] = []

    def start(settings: ServeSettings = SMALL) -> TestClient:
        app = build(data, settings, log=None)
        client = TestClient(app, raise_server_exceptions=False)
        client.__enter__()
        clients.append(client)
        key = app.state.service.auth.keys.make(list(Scope))
        client.headers["Authorization"] = f"Bearer {key}"
        return client

    yield start
    for client in reversed(clients):
        client.__exit__(None, None, None)


@pytest.fixture
def client(started: Callable[[ServeSettings], TestClient]) -> TestClient:
    return started(SMALL)
