"""Ledgers to test with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhenzan import ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[ledger.Ledger]:
    with ledger.open(tmp_path / "data") as found:
        yield found


@pytest.fixture
def postgres(empty_postgres_url: str, tmp_path: Path) -> Iterator[ledger.Ledger]:
    """An empty ledger in PostgreSQL."""
    with ledger.open(empty_postgres_url, keys=tmp_path / "keys") as found:
        yield found
