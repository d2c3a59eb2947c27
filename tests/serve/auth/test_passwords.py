"""Passwords: what is refused, and that hashes keep them."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.errors import CallError
from zhenzan.serve.auth.passwords import LEAST_CHARACTERS, Passwords, check_new_password

CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "PasswordPassword1!",
        "qwertyuiopasdfgh",
        "1234567890123456",
        "lin.reviewer2026!!",
        "zhenzan-zhenzan-7",
        "correct horse battery staple",
        "x" * 201,
    ],
)
def test_what_would_be_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(CallError):
        check_new_password(password, ("lin.reviewer",))


@pytest.mark.parametrize(
    "password", ["marble tuesday fennel oar", "三更灯火五更鸡正是男儿读书时", "tK9#vq!mZ2@pLw7x"]
)
def test_what_nobody_would_guess_is_taken(password: str) -> None:
    if len(password) >= LEAST_CHARACTERS:
        check_new_password(password, ("lin",))
    else:
        with pytest.raises(CallError, match="characters"):
            check_new_password(password, ("lin",))


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_only_the_password_itself_matches(password: str, other: str) -> None:
    kept = CHEAP.hash(password)
    assert kept.startswith("$argon2id$")
    assert password not in kept or len(password) < 4
    assert CHEAP.matches(kept, password)
    import unicodedata

    same = unicodedata.normalize("NFKC", password) == unicodedata.normalize("NFKC", other)
    assert CHEAP.matches(kept, other) == same


def test_nobody_has_a_password() -> None:
    assert not CHEAP.matches(None, "nobody has this password")
    assert not CHEAP.matches("no hash at all", "anything")


def test_old_parameters_are_told() -> None:
    assert not CHEAP.is_outdated(CHEAP.hash("x"))
    assert Passwords().is_outdated(CHEAP.hash("x"))
