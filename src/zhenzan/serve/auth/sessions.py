"""Sessions: who is signed in, kept on the server, known to the browser by a random number."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from zhenzan.serve.auth.roles import GRANTS
from zhenzan.serve.auth.same_origin import check_same_origin
from zhenzan.serve.auth.users import User, now_us
from zhenzan.serve.principals import Principal

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from zhenzan.serve.auth.database import AuthDatabase
    from zhenzan.serve.auth.users import Users

COOKIE = "__Host-zhenzan"
"""The prefix makes browsers insist on Secure, on the path / and on this very host."""
ID_BYTES = 32
US_PER_MINUTE = 60_000_000
IDLE_US = 60 * US_PER_MINUTE
LONGEST_US = 12 * 60 * US_PER_MINUTE
PENDING_US = 10 * US_PER_MINUTE
"""So long one may take to show the second factor."""
SEEN_EVERY_US = US_PER_MINUTE
"""A session's last use is written at most so often."""


class Sessions:
    """Open sessions in the database.

    Args:
        database: Where they are kept, by digest: who reads the file cannot sign in with it.
        users: Whose they are.
        clock: µs since 1970.
    """

    def __init__(
        self, database: AuthDatabase, users: Users, clock: Callable[[], int] = now_us
    ) -> None:
        self._database = database
        self._users = users
        self._clock = clock

    def open(self, user: User, former: str | None = None, *, pending: bool = False) -> str:
        """A new session after a proof of identity.

        Args:
            user: Who proved it.
            former: The cookie the browser brought along; it is worth nothing afterwards.
            pending: Whether a second factor has still to be shown: it opens nothing before.

        Returns:
            The value of the cookie.
        """
        value = secrets.token_urlsafe(ID_BYTES)
        now = self._clock()
        with self._database.writing() as write:
            if former:
                write.execute("DELETE FROM sessions WHERE digest = ?", (digest(former),))
            ended = (now - IDLE_US, now - LONGEST_US)
            write.execute("DELETE FROM sessions WHERE seen_us <= ? OR made_us <= ?", ended)
            write.execute(
                "INSERT INTO sessions (digest, user_id, made_us, seen_us, pending) "
                "VALUES (?, ?, ?, ?, ?)",
                (digest(value), user.user_id, now, now, int(pending)),
            )
        return value

    def user(self, value: str) -> User | None:
        """Who is signed in with this cookie; None if nobody, or not any more."""
        now = self._clock()
        row = self._database.row(
            "SELECT user_id, seen_us FROM sessions"
            " WHERE digest = ? AND seen_us > ? AND made_us > ? AND pending = 0",
            (digest(value), now - IDLE_US, now - LONGEST_US),
        )
        if row is None:
            return None
        if now - row["seen_us"] >= SEEN_EVERY_US:
            with self._database.writing() as write:
                write.execute(
                    "UPDATE sessions SET seen_us = ? WHERE digest = ?", (now, digest(value))
                )
        return self._let_in(row["user_id"])

    def pending(self, value: str) -> User | None:
        """Who has still to show a second factor; None if nobody, or not any more."""
        row = self._database.row(
            "SELECT user_id FROM sessions WHERE digest = ? AND made_us > ? AND pending = 1",
            (digest(value), self._clock() - PENDING_US),
        )
        return self._let_in(row["user_id"]) if row else None

    def _let_in(self, user_id: str) -> User | None:
        user = self._users.get(user_id)
        return user if user.disabled_us is None else None

    async def authenticate(self, request: Request) -> Principal | None:
        """Who is signed in where a request comes from; ``request.state.user`` has the rest.

        Raises:
            ProblemError: 403: it would change something, and another site sent it.
        """
        cookie = request.cookies.get(COOKIE)
        user = self.user(cookie) if cookie else None
        if user is None:
            return None
        check_same_origin(request)
        request.state.user = user
        return Principal(user.name, GRANTS[user.role], is_person=True)

    def close(self, value: str) -> None:
        """End one session."""
        with self._database.writing() as write:
            write.execute("DELETE FROM sessions WHERE digest = ?", (digest(value),))

    def close_all(self, user_id: str) -> None:
        """End all sessions of a user."""
        with self._database.writing() as write:
            write.execute("DELETE FROM sessions WHERE user_id = ?", (user_id,))


def digest(value: str) -> str:
    """What is kept of a random value, 64 hex digits. So many random bits need no slow hash."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def set_cookie(response: Response, value: str) -> None:
    """Hand the session to the browser, out of reach of scripts and of other sites."""
    response.set_cookie(
        COOKIE,
        value,
        max_age=LONGEST_US // 1_000_000,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response) -> None:
    """Make the browser forget its session."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
