"""A database of users with cheap hashes, and clocks that stand still until told otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from zhenzan.serve.auth.database import AuthDatabase
from zhenzan.serve.auth.passwords import Passwords
from zhenzan.serve.auth.users import Users

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Clock:
    """A clock in the unit of whoever reads it."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """µs since 1970."""
    return Clock(1_800_000_000_000_000)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[AuthDatabase]:
    opened = AuthDatabase(tmp_path / "data" / "users.sqlite")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def users(database: AuthDatabase, passwords: Passwords, clock: Clock) -> Users:
    return Users(database, passwords, clock)
