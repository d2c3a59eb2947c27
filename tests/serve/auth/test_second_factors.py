"""The second factor: set up with a code, asked for, replaced once by a recovery code, by role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhenzan.errors import CallError, InputError
from zhenzan.serve.auth.one_time_codes import code_at
from zhenzan.serve.auth.roles import UserRole
from zhenzan.serve.auth.second_factors import RECOVERY_CODES, SecondFactors

if TYPE_CHECKING:
    from zhenzan.serve.auth.database import AuthDatabase
    from zhenzan.serve.auth.users import User, Users

    from .conftest import Clock

SECRET = "marble tuesday fennel oar"  # noqa: S105  a password of the tests
KEY = bytes(32)


@pytest.fixture
def factors(database: AuthDatabase, clock: Clock) -> SecondFactors:
    return SecondFactors(database, lambda: KEY, {UserRole.SENIOR}, clock)


@pytest.fixture
def user(users: Users) -> User:
    return users.add("amy", UserRole.SENIOR, SECRET)


def code(secret: bytes, clock: Clock) -> str:
    return code_at(secret, clock() // 30_000_000)


def test_from_nothing_to_a_recovery_code(
    factors: SecondFactors, users: Users, user: User, clock: Clock, database: AuthDatabase
) -> None:
    secret = factors.begin(user)
    assert factors.begin(user) == secret
    assert factors.confirm(user, "000000") is None
    codes = factors.confirm(user, code(secret, clock))
    assert codes is not None
    assert len(set(codes)) == RECOVERY_CODES
    user = users.get(user.user_id)
    assert user.factor_us == clock()
    assert not factors.is_right(user, code(secret, clock))  # that one was used
    clock.now += 30_000_000
    assert factors.is_right(user, f" {code(secret, clock)[:3]} {code(secret, clock)[3:]}")
    assert factors.is_right(user, codes[0].upper())
    assert not factors.is_right(user, codes[0])
    kept = str(database.rows("SELECT * FROM users") + database.rows("SELECT * FROM recovery_codes"))
    assert not any(one in kept or one.replace("-", "") in kept for one in codes)
    assert secret.hex() not in kept
    with pytest.raises(CallError, match="nothing to set up"):
        factors.begin(user)
    factors.remove(user)
    assert not factors.is_right(users.get(user.user_id), codes[1])


def test_who_is_asked(factors: SecondFactors, users: Users, user: User, clock: Clock) -> None:
    other = users.add("ben", UserRole.VIEWER, SECRET)
    elsewhere = users.admit("https://id.example", "1", "cleo", UserRole.SENIOR)
    assert [factors.is_asked(one) for one in (user, other, elsewhere)] == [True, False, False]
    factors.confirm(other, code(factors.begin(other), clock))
    assert factors.is_asked(users.get(other.user_id))
    with pytest.raises(CallError):
        factors.begin(elsewhere)


def test_nobody_uses_the_code_of_another(
    factors: SecondFactors, users: Users, user: User, clock: Clock
) -> None:
    codes = factors.confirm(user, code(factors.begin(user), clock))
    assert codes is not None
    other = users.add("ben", UserRole.SENIOR, SECRET)
    factors.confirm(other, code(factors.begin(other), clock))
    assert not factors.is_right(users.get(other.user_id), codes[0])


def test_guesses_have_to_wait(factors: SecondFactors, user: User) -> None:
    factors.begin(user)
    for _ in range(5):
        assert factors.wait_seconds(user) == 0
        assert not factors.is_right(user, "123456")
    assert 200 < factors.wait_seconds(user) <= 300


def test_another_key_is_told(
    factors: SecondFactors, user: User, database: AuthDatabase, clock: Clock
) -> None:
    factors.begin(user)
    with pytest.raises(InputError, match="another key"):
        SecondFactors(database, lambda: bytes([1] * 32), (), clock).is_right(user, "123456")
