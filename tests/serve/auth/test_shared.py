"""Two instances with one PostgreSQL: the same users, sessions, keys, second factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhenzan.errors import CallError
from zhenzan.serve.auth.auth import Auth
from zhenzan.serve.auth.one_time_codes import STEP_SECONDS, code_at
from zhenzan.serve.auth.roles import UserRole
from zhenzan.serve.auth.users import now_us
from zhenzan.serve.data_folder import DataFolder
from zhenzan.serve.principals import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zhenzan.serve.auth.passwords import Passwords

SECRET = "marble tuesday fennel oar"  # noqa: S105  a password of the tests


@pytest.fixture
def instances(
    empty_postgres_url: str,
    passwords: Passwords,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[Auth, Auth]]:
    monkeypatch.setenv("ZHENZAN_HOME", str(tmp_path / "keys"))
    made = []
    for name in ("one", "two"):
        data = DataFolder(tmp_path / name)
        data.make()
        made.append(Auth(data, passwords, ledger_url=empty_postgres_url))
    yield made[0], made[1]
    for auth in made:
        auth.close()


def test_users_and_sessions(instances: tuple[Auth, Auth]) -> None:
    one, two = instances
    user = one.users.add("amy", UserRole.ADMIN, SECRET)
    assert two.users.signed_in("Amy", SECRET) == user
    with pytest.raises(CallError, match="taken"):
        two.users.add("amy", UserRole.VIEWER, SECRET)
    with pytest.raises(CallError, match="last administrator"):
        two.users.disable(user.user_id)
    cookie = one.sessions.open(user)
    assert two.sessions.user(cookie) == user
    two.sessions.close(cookie)
    assert one.sessions.user(cookie) is None
    elsewhere = two.users.admit("https://id.example", "7", "ben", UserRole.VIEWER)
    assert one.users.admit("https://id.example", "7", "ben", UserRole.VIEWER) == elsewhere


def test_keys_and_searches(instances: tuple[Auth, Auth]) -> None:
    one, two = instances
    key = one.keys.make([Scope.EVENTS], "collector")
    found = two.keys.find(key)
    assert found is not None
    assert found.name == "collector"
    two.keys.remove("collector")
    assert one.keys.find(key) is None
    user = one.users.add("amy", UserRole.ADMIN, SECRET)
    for query in ("q=1", "q=2"):
        one.searches.save("mine", query, user)
    assert [search.query for search in two.searches.all()] == ["q=2"]


def test_a_code_that_was_used_at_one_is_used_at_all(instances: tuple[Auth, Auth]) -> None:
    one, two = instances
    user = one.users.add("amy", UserRole.ADMIN, SECRET)
    secret = one.factors.begin(user)
    code = code_at(secret, now_us() // 1_000_000 // STEP_SECONDS)
    codes = two.factors.confirm(user, code)
    assert codes is not None
    user = one.users.get(user.user_id)
    assert not one.factors.is_right(user, code)
    assert one.factors.is_right(user, codes[3])
    assert not two.factors.is_right(user, codes[3])
