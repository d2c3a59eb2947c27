"""API keys: shown once, scoped, and ended for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhenzan.errors import CallError
from zhenzan.serve.auth.api_keys import KNOWN_FOR_US, US_PER_DAY, ApiKeys
from zhenzan.serve.principals import Scope

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.serve.auth.database import AuthDatabase

    from .conftest import Clock


@pytest.fixture
def keys(database: AuthDatabase, clock: Clock) -> ApiKeys:
    return ApiKeys(database, clock)


def test_a_key_is_known_by_its_whole(keys: ApiKeys) -> None:
    key = keys.make([Scope.EVENTS], "collector")
    found = keys.find(key)
    assert found is not None
    assert (found.name, found.scopes) == ("collector", frozenset({Scope.EVENTS}))
    assert key.startswith(f"zz_{found.prefix}_")
    assert keys.find(key[:-1] + ("A" if key[-1] != "A" else "B")) is None
    assert keys.find(found.prefix) is None
    assert keys.find("") is None
    assert keys.find("zz_00000000_" + key[12:]) is None


def test_a_key_ends(keys: ApiKeys, clock: Clock) -> None:
    key = keys.make([Scope.EVENTS], days=2)
    clock.now += 2 * US_PER_DAY - 1
    assert keys.find(key) is not None
    clock.now += 1
    assert keys.find(key) is None


def test_a_removed_key_stays_removed_and_its_name_is_free(keys: ApiKeys, clock: Clock) -> None:
    key = keys.make([Scope.EVENTS], "collector", days=None)
    keys.remove("collector")
    assert keys.find(key) is None
    with pytest.raises(CallError, match="no key named"):
        keys.remove("collector")
    clock.now += 1
    again = keys.make([Scope.EVENTS], "collector")
    assert keys.find(key) is None
    assert keys.find(again) is not None
    assert [one.revoked_us for one in keys.all()] == [None, clock.now - 1]


def test_a_key_removed_by_another_process_is_forgotten_soon(
    keys: ApiKeys, database: AuthDatabase, clock: Clock
) -> None:
    key = keys.make([Scope.EVENTS], "collector")
    assert keys.find(key) is not None
    ApiKeys(database, clock).remove("collector")
    clock.now += KNOWN_FOR_US
    assert keys.find(key) is None


def test_the_last_use_is_remembered(keys: ApiKeys, clock: Clock) -> None:
    key = keys.make([Scope.EVENTS], "collector")
    assert keys.all()[0].used_us is None
    keys.find(key)
    assert keys.all()[0].used_us == clock.now


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [
        ("two words", [Scope.EVENTS], 1),
        ("<b>", [Scope.EVENTS], 1),
        ("x", [], 1),
        ("x", [Scope.EVENTS], 0),
        ("x", [Scope.EVENTS], 99_999),
        ("x" * 65, [Scope.EVENTS], 1),
        ("taken", [Scope.EVENTS], 1),
    ],
)
def test_what_is_no_key(keys: ApiKeys, name: str, scopes: list[Scope], days: int) -> None:
    keys.make([Scope.EVENTS], "taken")
    with pytest.raises(CallError):
        keys.make(scopes, name, days=days)


def test_the_file_does_not_hold_the_key(
    keys: ApiKeys, database: AuthDatabase, tmp_path: Path
) -> None:
    key = keys.make([Scope.EVENTS], "collector")
    database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert b"collector" in kept
    assert key[12:].encode() not in kept
