"""API keys: shown once, scoped, and ended for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhenzan.errors import CallError
from zhenzan.serve.auth.api_keys import US_PER_DAY, ApiKeys
from zhenzan.serve.auth.roles import UserRole

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.serve.auth.database import AuthDatabase
    from zhenzan.serve.auth.users import User, Users

    from .conftest import Clock


@pytest.fixture
def admin(users: Users) -> User:
    return users.add("root", UserRole.ADMIN, "marble tuesday fennel oar")


@pytest.fixture
def keys(database: AuthDatabase, clock: Clock) -> ApiKeys:
    return ApiKeys(database, ("events", "verdicts"), clock)


def test_a_key_is_known_by_its_whole(keys: ApiKeys, admin: User) -> None:
    key, made = keys.make("collector", ["events"], admin)
    found = keys.find(key)
    assert found is not None
    assert (found.prefix, found.scopes) == (made.prefix, frozenset({"events"}))
    assert keys.find(key[:-1] + ("A" if key[-1] != "A" else "B")) is None
    assert keys.find(made.prefix) is None
    assert keys.find("") is None
    assert keys.find("zz_00000000_" + key[12:]) is None


def test_a_key_ends(keys: ApiKeys, admin: User, clock: Clock) -> None:
    key, _ = keys.make("collector", ["events"], admin, days=2)
    clock.now += 2 * US_PER_DAY - 1
    assert keys.find(key) is not None
    clock.now += 1
    assert keys.find(key) is None


def test_a_revoked_key_stays_revoked(keys: ApiKeys, admin: User, clock: Clock) -> None:
    key, made = keys.make("collector", ["events"], admin, days=None)
    keys.revoke(made.prefix)
    first = keys.all()[0].revoked_us
    assert keys.find(key) is None
    clock.now += 1
    keys.revoke(made.prefix)
    assert keys.all()[0].revoked_us == first
    with pytest.raises(CallError, match="no such key"):
        keys.revoke("00000000")


def test_the_last_use_is_remembered(keys: ApiKeys, admin: User, clock: Clock) -> None:
    key, made = keys.make("collector", ["events"], admin)
    assert made.used_us is None
    keys.find(key)
    assert keys.all()[0].used_us == clock.now


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [
        ("", ["events"], 1),
        ("x", [], 1),
        ("x", ["all"], 1),
        ("x", ["events"], 0),
        ("x" * 101, ["events"], 1),
    ],
)
def test_what_is_no_key(
    keys: ApiKeys, admin: User, name: str, scopes: list[str], days: int
) -> None:
    with pytest.raises(CallError):
        keys.make(name, scopes, admin, days)


def test_the_file_does_not_hold_the_key(
    keys: ApiKeys, admin: User, database: AuthDatabase, tmp_path: Path
) -> None:
    key, _ = keys.make("collector", ["events"], admin)
    database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert key[12:].encode() not in kept
