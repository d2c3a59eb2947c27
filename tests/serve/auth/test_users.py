"""Users: names, passwords, roles, and that somebody can always let people in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhenzan.errors import CallError, InputError
from zhenzan.serve.auth.database import AuthDatabase
from zhenzan.serve.auth.roles import UserRole
from zhenzan.serve.auth.sessions import Sessions
from zhenzan.serve.auth.users import sign_in_name

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.serve.auth.users import Users

    from .conftest import Clock

SECRET = "marble tuesday fennel oar"  # noqa: S105  a password of the tests


def test_a_user_signs_in_by_name_and_password(users: Users) -> None:
    made = users.add("Lin@Example.com", UserRole.REVIEWER, SECRET)
    assert users.signed_in(" lin@example.COM", SECRET) == made
    assert users.signed_in("lin@example.com", SECRET + " ") is None
    assert users.signed_in("nobody", SECRET) is None
    assert users.signed_in("", "") is None


def test_a_name_is_taken_once_however_it_is_written(users: Users) -> None:
    users.add("lin", UserRole.REVIEWER, SECRET)
    with pytest.raises(CallError, match="taken"):
        users.add("ＬＩＮ", UserRole.ADMIN, SECRET)


@pytest.mark.parametrize(
    "name", ["", "a", "two words", "<script>", "a" * 65, "a\x00b", "\u202ename"]
)
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(CallError):
        sign_in_name(name)


def test_whoever_is_shut_out_stays_out(users: Users, database: AuthDatabase, clock: Clock) -> None:
    users.add("root", UserRole.ADMIN, SECRET)
    user = users.add("lin", UserRole.REVIEWER, SECRET)
    sessions = Sessions(database, users, clock)
    cookie = sessions.open(user)
    users.disable(user.user_id)
    assert users.signed_in("lin", SECRET) is None
    assert sessions.user(cookie) is None
    users.enable(user.user_id)
    assert sessions.user(cookie) is None, "an old session does not come back"
    assert users.signed_in("lin", SECRET) is not None


def test_a_new_role_or_password_ends_sessions(
    users: Users, database: AuthDatabase, clock: Clock
) -> None:
    user = users.add("lin", UserRole.REVIEWER, SECRET)
    sessions = Sessions(database, users, clock)
    first = sessions.open(user)
    users.set_role(user.user_id, UserRole.VIEWER)
    assert sessions.user(first) is None
    second = sessions.open(users.get(user.user_id))
    users.set_password(user.user_id, "another four words entirely")
    assert sessions.user(second) is None
    assert users.signed_in("lin", SECRET) is None


def test_the_last_administrator_stays(users: Users) -> None:
    first = users.add("root", UserRole.ADMIN, SECRET)
    for change in (users.disable, lambda u: users.set_role(u, UserRole.VIEWER)):
        with pytest.raises(CallError, match="last administrator"):
            change(first.user_id)
    second = users.add("root2", UserRole.ADMIN, SECRET)
    users.disable(first.user_id)
    with pytest.raises(CallError, match="last administrator"):
        users.disable(second.user_id)


def test_users_of_a_provider_have_no_password_here(users: Users) -> None:
    user = users.admit("https://id.example", "42", "lin", UserRole.REVIEWER)
    assert users.admit("https://id.example", "42", "lin", UserRole.SENIOR).role is UserRole.SENIOR
    assert users.signed_in("lin", "") is None
    with pytest.raises(CallError, match="identity provider"):
        users.set_password(user.user_id, SECRET)


def test_a_provider_cannot_take_over_a_local_user(users: Users) -> None:
    users.add("root", UserRole.ADMIN, SECRET)
    with pytest.raises(CallError, match="taken"):
        users.admit("https://id.example", "42", "root", UserRole.VIEWER)


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "users.sqlite"
    AuthDatabase(path).close()
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "users.sqlite"
    path.write_bytes(b"not a database, but long enough to be taken for one" * 40)
    with pytest.raises(InputError, match="cannot be used"):
        AuthDatabase(path)
