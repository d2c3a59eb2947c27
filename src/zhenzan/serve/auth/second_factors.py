"""The second factor of local users: a code from an app, or once each a recovery code."""

from __future__ import annotations

import base64
import secrets
import time
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhenzan.errors import CallError, InputError
from zhenzan.serve.auth.one_time_codes import step_of
from zhenzan.serve.auth.rate_limits import Rate, TokenBuckets
from zhenzan.serve.auth.sessions import digest
from zhenzan.serve.auth.users import now_us

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from zhenzan.ledger.database import Database
    from zhenzan.serve.auth.database import AuthDatabase
    from zhenzan.serve.auth.roles import UserRole
    from zhenzan.serve.auth.users import User

SECRET_BYTES = 20
NONCE_BYTES = 12
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
"""80 random bits each: no hash of them can be tried out."""
TRIES = Rate(burst=5, per_second=1 / 300)
"""Of each user, by each instance. With a stolen password that is 288 tries a day, of which each has
3 codes in a million right: a day of guessing succeeds once in a thousand."""


class SecondFactors:
    """Who has a second factor, and whether a code is right.

    Args:
        database: Where they are kept, sealed.
        key: Gives the key that seals them, 32 bytes; asked when it is first needed.
        roles: Whoever has one of these roles must have one.
        clock: µs since 1970.
        monotonic: Seconds, never going back.
    """

    def __init__(
        self,
        database: AuthDatabase,
        key: Callable[[], bytes],
        roles: Collection[UserRole] = (),
        clock: Callable[[], int] = now_us,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._key = key
        self._roles = frozenset(roles)
        self._clock = clock
        self._tries = TokenBuckets(TRIES, clock=monotonic)

    def must_have(self, user: User) -> bool:
        """Whether the user's role asks for one. An identity provider has asked for its own."""
        return user.issuer is None and user.role in self._roles

    def is_asked(self, user: User) -> bool:
        """Whether a password is not enough to sign in."""
        return user.issuer is None and (user.factor_us is not None or self.must_have(user))

    def begin(self, user: User) -> bytes:
        """The secret to put into an app; the same until it is confirmed.

        Raises:
            CallError: The user has a second factor already, or signs in elsewhere.
        """
        if user.factor_us is not None or user.issuer is not None:
            raise CallError("There is nothing to set up.", "Remove the second factor first.")
        with self._database.writing() as write:
            known = self._secret(write, user)
            if known is not None:
                return known
            secret = secrets.token_bytes(SECRET_BYTES)
            sealed = self._seal(user, secret)
            write.execute("UPDATE users SET factor = ? WHERE user_id = ?", (sealed, user.user_id))
            return secret

    def confirm(self, user: User, code: str) -> list[str] | None:
        """From now on ask for it, if a code shows that the app has it.

        Returns:
            The recovery codes, for the only time; None if the code is wrong.
        """
        if user.factor_us is not None or not self.is_right(user, code):
            return None
        codes = [_readable(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
        with self._database.writing() as write:
            write.execute("DELETE FROM recovery_codes WHERE user_id = ?", (user.user_id,))
            write.execute_many(
                "INSERT INTO recovery_codes (digest, user_id) VALUES (?, ?)",
                [(_digest(user, one), user.user_id) for one in codes],
            )
            write.execute(
                "UPDATE users SET factor_us = ? WHERE user_id = ?", (self._clock(), user.user_id)
            )
        return codes

    def wait_seconds(self, user: User) -> float:
        """Take one try; 0, or the seconds until there is another."""
        return self._tries.wait_seconds(user.user_id)

    def is_right(self, user: User, code: str) -> bool:
        """Whether a code is the user's; each is good for one time."""
        typed = "".join(code.split()).replace("-", "")
        with self._database.writing() as write:
            right = self._is_shown_by_app(write, user, typed) or _is_recovery(write, user, typed)
        if right:
            self._tries.give_back(user.user_id)
        return right

    def remove(self, user: User) -> None:
        """Ask no longer, until one is set up anew."""
        with self._database.writing() as write:
            write.execute("DELETE FROM recovery_codes WHERE user_id = ?", (user.user_id,))
            write.execute(
                "UPDATE users SET factor = NULL, factor_us = NULL WHERE user_id = ?",
                (user.user_id,),
            )

    def _is_shown_by_app(self, write: Database, user: User, typed: str) -> bool:
        secret = self._secret(write, user)
        if secret is None:
            return False
        rows = write.rows("SELECT factor_step FROM users WHERE user_id = ?", (user.user_id,))
        step = step_of(secret, typed, self._clock() // 1_000_000, rows[0]["factor_step"])
        if step is None:
            return False
        write.execute("UPDATE users SET factor_step = ? WHERE user_id = ?", (step, user.user_id))
        return True

    def _secret(self, database: Database, user: User) -> bytes | None:
        rows = database.rows("SELECT factor FROM users WHERE user_id = ?", (user.user_id,))
        if not rows or rows[0]["factor"] is None:
            return None
        box = base64.b64decode(rows[0]["factor"])
        try:
            words = user.user_id.encode()
            return AESGCM(self._key()).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], words)
        except InvalidTag as error:
            raise InputError(
                "The second factors were sealed with another key.",
                "Every instance needs the ledger.key with which they were set up.",
            ) from error

    def _seal(self, user: User, secret: bytes) -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        box = AESGCM(self._key()).encrypt(nonce, secret, user.user_id.encode())
        return base64.b64encode(nonce + box).decode()


def _is_recovery(write: Database, user: User, typed: str) -> bool:
    if user.factor_us is None:
        return False
    gone = write.rows(
        "DELETE FROM recovery_codes WHERE digest = ? AND user_id = ? RETURNING digest",
        (_digest(user, typed), user.user_id),
    )
    return bool(gone)


def _digest(user: User, code: str) -> str:
    return digest(f"{user.user_id} {code.replace('-', '').lower()}")


def _readable(code: bytes) -> str:
    text = base64.b32encode(code).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
