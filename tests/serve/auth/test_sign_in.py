"""Guessing is slow, and slows nobody else down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhenzan.serve.auth.roles import UserRole
from zhenzan.serve.auth.sign_in import PER_ADDRESS, PER_NAME, PER_NAME_AND_ADDRESS, SignIn

from .conftest import Clock

if TYPE_CHECKING:
    from zhenzan.serve.auth.users import Users

SECRET = "marble tuesday fennel oar"  # noqa: S105  a password of the tests


@pytest.fixture
def seconds() -> Clock:
    return Clock(0)


@pytest.fixture
def sign_in(users: Users, seconds: Clock) -> SignIn:
    users.add("lin", UserRole.REVIEWER, SECRET)
    users.add("wang", UserRole.REVIEWER, SECRET)
    return SignIn(users, seconds)


def fails(sign_in: SignIn, name: str, host: str) -> bool:
    """Whether a wrong password was tried at all."""
    attempt = sign_in.attempt(name, "wrong", host)
    assert attempt.user is None
    return attempt.wait_seconds == 0


def test_guesses_at_one_name_from_one_address(sign_in: SignIn, seconds: Clock) -> None:
    tried = sum(fails(sign_in, "lin", "192.0.2.1") for _ in range(50))
    assert tried == PER_NAME_AND_ADDRESS.burst
    held = sign_in.attempt("lin", SECRET, "192.0.2.1")
    assert held.user is None, "even the right password waits"
    assert held.wait_seconds > 0
    seconds.now += 60
    assert sign_in.attempt("lin", SECRET, "192.0.2.1").user is not None


def test_the_owner_elsewhere_is_not_held_up(sign_in: SignIn) -> None:
    for _ in range(50):
        fails(sign_in, "lin", "192.0.2.1")
    assert sign_in.attempt("lin", SECRET, "198.51.100.9").user is not None


def test_guesses_at_many_names_from_one_address(sign_in: SignIn) -> None:
    tried = sum(fails(sign_in, f"name{n}", "192.0.2.1") for n in range(100))
    assert tried == PER_ADDRESS.burst


def test_guesses_at_one_name_from_many_addresses(sign_in: SignIn) -> None:
    tried = sum(fails(sign_in, "lin", f"198.51.100.{n}") for n in range(100))
    assert tried == PER_NAME.burst


def test_success_costs_nothing(sign_in: SignIn) -> None:
    for _ in range(100):
        assert sign_in.attempt("lin", SECRET, "192.0.2.1").user is not None


def test_one_success_does_not_pay_for_guesses_at_another(sign_in: SignIn) -> None:
    tried = 0
    for _ in range(60):
        tried += fails(sign_in, "wang", "192.0.2.1")
        sign_in.attempt("lin", SECRET, "192.0.2.1")
    assert tried == PER_NAME_AND_ADDRESS.burst
