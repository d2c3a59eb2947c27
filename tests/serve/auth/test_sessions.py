"""Sessions: how long they last, and what the file gives away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.responses import Response

from zhenzan.serve.auth.roles import UserRole
from zhenzan.serve.auth.sessions import COOKIE, IDLE_US, LONGEST_US, Sessions, set_cookie

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.serve.auth.database import AuthDatabase
    from zhenzan.serve.auth.users import User, Users

    from .conftest import Clock


@pytest.fixture
def user(users: Users) -> User:
    return users.add("lin", UserRole.REVIEWER, "marble tuesday fennel oar")


@pytest.fixture
def sessions(database: AuthDatabase, users: Users, clock: Clock) -> Sessions:
    return Sessions(database, users, clock)


def test_a_session_ends_when_it_is_not_used(sessions: Sessions, user: User, clock: Clock) -> None:
    cookie = sessions.open(user)
    clock.now += IDLE_US - 1
    assert sessions.user(cookie) == user
    clock.now += IDLE_US - 1
    assert sessions.user(cookie) == user
    clock.now += IDLE_US
    assert sessions.user(cookie) is None


def test_a_session_ends_however_much_it_is_used(
    sessions: Sessions, user: User, clock: Clock
) -> None:
    cookie = sessions.open(user)
    for _ in range(LONGEST_US // (IDLE_US // 2) - 1):
        clock.now += IDLE_US // 2
        assert sessions.user(cookie) == user
    clock.now += IDLE_US // 2
    assert sessions.user(cookie) is None


def test_signing_in_makes_the_former_cookie_worthless(sessions: Sessions, user: User) -> None:
    planted = sessions.open(user)
    fresh = sessions.open(user, former=planted)
    assert fresh != planted
    assert sessions.user(planted) is None
    assert sessions.user(fresh) == user


def test_signing_out(sessions: Sessions, user: User) -> None:
    here, there = sessions.open(user), sessions.open(user)
    sessions.close(here)
    assert sessions.user(here) is None
    assert sessions.user(there) == user
    sessions.close_all(user.user_id)
    assert sessions.user(there) is None


@pytest.mark.parametrize("cookie", ["", "x", "' OR 1=1 --", "\x00" * 40])
def test_what_is_no_session(sessions: Sessions, user: User, cookie: str) -> None:
    sessions.open(user)
    assert sessions.user(cookie) is None


def test_who_reads_the_file_cannot_sign_in(
    sessions: Sessions, user: User, database: AuthDatabase, tmp_path: Path
) -> None:
    cookie = sessions.open(user)
    database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert cookie.encode() not in kept
    assert b"$argon2id$" in kept


def test_the_cookie_is_out_of_reach() -> None:
    response = Response()
    set_cookie(response, "value")
    said = response.headers["set-cookie"]
    assert said.startswith(f"{COOKIE}=value;")
    words = {word.strip().lower() for word in said.split(";")}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= words
    assert "domain" not in said.lower(), "or browsers refuse the __Host- prefix"
