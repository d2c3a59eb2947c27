"""Signing in with a name and a password, and how fast one may try."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.serve.auth.rate_limits import Rate, TokenBuckets, address_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenzan.serve.auth.users import User, Users

PER_NAME_AND_ADDRESS = Rate(burst=5, per_second=1 / 60)
PER_ADDRESS = Rate(burst=20, per_second=1 / 6)
PER_NAME = Rate(burst=50, per_second=1 / 60)
"""Over all addresses: a guess a minute for long. Those who type from where they always do are
hardly ever held up by somebody else's guesses."""


@dataclass(frozen=True)
class Attempt:
    """How a sign-in ended.

    Attributes:
        user: Who it is; None if it failed.
        wait_seconds: Above 0 if it was not even tried: too many failures before.
    """

    user: User | None
    wait_seconds: float = 0.0


class SignIn:
    """Signs users in, and slows down those who guess.

    Only failures count: each try takes a token first and a success gives them back.

    Args:
        users: Who there is.
        clock: Seconds, never going back.
    """

    def __init__(self, users: Users, clock: Callable[[], float] = time.monotonic) -> None:
        self._users = users
        self._limits = [
            TokenBuckets(rate, clock=clock)
            for rate in (PER_NAME_AND_ADDRESS, PER_ADDRESS, PER_NAME)
        ]

    def attempt(self, name: str, password: str, host: str | None) -> Attempt:
        """Try a name and a password.

        Args:
            name: As typed.
            password: As typed.
            host: The address that the request came from.
        """
        address, said = address_key(host), name.strip().casefold()[:64]
        keys = (f"{said} {address}", address, said)
        for limit, key in zip(self._limits, keys, strict=True):
            wait = limit.wait_seconds(key)
            if wait:
                return Attempt(None, wait)
        user = self._users.signed_in(name, password)
        if user is not None:
            for limit, key in zip(self._limits, keys, strict=True):
                limit.give_back(key)
        return Attempt(user)
