"""A small simulated world, and one scan of it, for every test that needs real results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from tests.postgres_server import empty_postgres_url, postgres_server, postgres_url
from tests.report.plans import THREE_RINGS, ScanPlan
from tests.report.scans import ScanWriter

import zhenzan
from zhenzan import worlds

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["empty_postgres_url", "postgres_server", "postgres_url"]

# A deadline is a time, which depends on the machine; and every run tries the same examples.
settings.register_profile("zhenzan", deadline=None, derandomize=True, print_blob=False)
settings.load_profile("zhenzan")

SMALL = worlds.WorldSettings(accounts=400, days=7, modes=("farm", "api"), crowds=("fans",), seed=3)


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of a world with a farm, an API script and a fan club. Read only."""
    directory = tmp_path_factory.mktemp("world")
    worlds.simulate(directory, SMALL)
    return directory


@pytest.fixture(scope="session")
def small_scan(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> zhenzan.Scan:
    """The scan of ``small_world``. Read only."""
    return zhenzan.scan(
        small_world / "events.parquet",
        small_world / "accounts.parquet",
        small_world / "contents.parquet",
        out=tmp_path_factory.mktemp("scans") / "scan",
        memory="1GB",
        threads=2,
    )


@pytest.fixture(scope="session")
def ring_scan(tmp_path_factory: pytest.TempPathFactory) -> zhenzan.Scan:
    """A scan written by hand, with three rings. Read only."""
    writer = ScanWriter(ScanPlan(rings=THREE_RINGS))
    return zhenzan.open(writer.write(tmp_path_factory.mktemp("rings")))
