"""A service in this process, spoken to as over HTTP, and keys to it."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient
from tests.rings.scans import accounts_of, contents_of, events_of, scanned

from zhenzan.serve.app import build
from zhenzan.serve.data_folder import DataFolder
from zhenzan.serve.principals import Scope
from zhenzan.serve.settings import ServeSettings
from zhenzan.settings import ScanSettings

from .sending import send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.rings.scans import Scanned

SMALL = ServeSettings(
    ScanSettings(threads=1, memory_bytes=10**9),
    score_every_s=0,
    remembered_events=2**12,
    counter_cells=2**10,
)


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@contextmanager
def serving(data: DataFolder, settings: ServeSettings = SMALL) -> Iterator[TestClient]:
    """A service that runs as long as the block; every scope is granted to the client."""
    app = build(data, settings, log=None)
    with TestClient(app, raise_server_exceptions=False) as client:
        key = app.state.service.auth.keys.make(list(Scope))
        client.headers["Authorization"] = f"Bearer {key}"
        yield client


@pytest.fixture
def started(data: DataFolder) -> Iterator[Callable[..., TestClient]]:
    """Starts services that are stopped when the test ends."""
    with ExitStack() as stack:
        yield lambda settings=SMALL: stack.enter_context(serving(data, settings))


@pytest.fixture
def client(started: Callable[..., TestClient]) -> TestClient:
    return started()


@pytest.fixture(scope="session")
def bought(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """A log in which likes were bought, and the scan of it."""
    return scanned("rack", tmp_path_factory)


@pytest.fixture(scope="session")
def replayed(
    bought: Scanned, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, DataFolder]]:
    """A service that got the same log, and scanned it once."""
    data = DataFolder(tmp_path_factory.mktemp("replay") / "data")
    with serving(data) as client:
        send(client, "accounts", accounts_of(bought.market), seed=1)
        send(client, "events", events_of(bought.market), seed=2)
        send(client, "contents", contents_of(bought.market), seed=3)
        assert client.post("/v1/scans").json() == {"scan": 1}
        yield client, data
