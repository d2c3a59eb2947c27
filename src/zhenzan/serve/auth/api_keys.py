"""API keys: what a program shows instead of a person's session."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.errors import CallError
from zhenzan.serve.auth.sessions import digest
from zhenzan.serve.auth.users import now_us
from zhenzan.serve.principals import Principal, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from starlette.requests import Request

    from zhenzan.ledger.database import Row
    from zhenzan.serve.auth.database import AuthDatabase

KEY = re.compile(r"zz_([0-9a-f]{8})_[\w-]{43}")
"""The first letters let secret scanners find keys that were published by mistake."""
NAME = re.compile(r"[A-Za-z0-9][\w-]{0,63}", re.ASCII)
SECRET_BYTES = 32
US_PER_DAY = 86_400_000_000
DAYS = 365
"""A key works so long unless its maker says otherwise."""
MOST_DAYS = 3_650
USED_EVERY_US = 60_000_000
"""A key's last use is written at most so often."""
KNOWN_FOR_US = 500_000
"""A key that was found is not looked up again for so long; another process may remove it."""
MOST_KNOWN = 1_000
COMMAND_LINE = "command line"
_COLUMNS = "prefix, name, scopes, made_by, made_us, ends_us, revoked_us, used_us"
_SCHEME = "bearer "


@dataclass(frozen=True)
class ApiKey:
    """What is known of a key; the key itself is shown once, when it is made.

    Attributes:
        prefix: Its first part, which tells it from others.
        name: Its name in logs.
        scopes: What it is for.
        made_by: The name of the user who made it.
        made_us: When, µs since 1970.
        ends_us: When it stops to work; None: never by itself.
        revoked_us: When it was taken back; None if it was not.
        used_us: When it was last used, to the minute; None if never.
    """

    prefix: str
    name: str
    scopes: frozenset[Scope]
    made_by: str
    made_us: int
    ends_us: int | None
    revoked_us: int | None
    used_us: int | None


class ApiKeys:
    """The keys in the database, by digest.

    Args:
        database: Where they are kept.
        clock: µs since 1970.
    """

    def __init__(self, database: AuthDatabase, clock: Callable[[], int] = now_us) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, tuple[ApiKey, int]] = {}

    def make(
        self,
        scopes: Collection[Scope],
        name: str = "",
        *,
        days: int | None = DAYS,
        made_by: str = COMMAND_LINE,
    ) -> str:
        """Make a key, and give it, for the only time.

        Args:
            scopes: What it is for.
            name: Its name in logs; by default one is made up.
            days: How long it works; None: until it is removed.
            made_by: The name of the user who makes it.

        Raises:
            CallError: No scope is given, the name is taken or empty of sense, or the time is
                impossible.
        """
        if not scopes:
            raise CallError("The key has no scope.", f"Choose from {', '.join(Scope)}.")
        name = name or f"key-{secrets.token_hex(4)}"
        if not NAME.fullmatch(name):
            raise CallError(
                "That cannot be the name of a key.", "Use at most 64 letters, digits, - and _."
            )
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise CallError(f"A key works for 1 to {MOST_DAYS} days.", "Choose fewer days.")
        if any(key.name == name and key.revoked_us is None for key in self.all()):
            raise CallError(f"There is a key named '{name}'.", "Choose another name.")
        prefix, now = secrets.token_hex(4), self._clock()
        key = f"zz_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
        ends = None if days is None else now + days * US_PER_DAY
        words = " ".join(sorted(scopes))
        with self._database.writing() as write:
            write.execute(
                "INSERT INTO api_keys (prefix, digest, name, scopes, made_by, made_us, ends_us)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (prefix, digest(key), name, words, made_by, now, ends),
            )
        return key

    def find(self, key: str) -> ApiKey | None:
        """The key that a request shows; None if it is none, has ended or was removed."""
        shown = KEY.fullmatch(key)
        if not shown:
            return None
        now, digested = self._clock(), digest(key)
        found, found_us = self._known.get(digested, (None, 0))
        if found is None or not 0 <= now - found_us < KNOWN_FOR_US:
            return self._look_up(shown.group(1), digested, now)
        return found if found.ends_us is None or found.ends_us > now else None

    def _look_up(self, prefix: str, digested: str, now: int) -> ApiKey | None:
        self._known.pop(digested, None)
        row = self._database.row(
            f"SELECT digest, {_COLUMNS} FROM api_keys WHERE prefix = ?", (prefix,)
        )
        if row is None or not hmac.compare_digest(row.pop("digest"), digested):
            return None
        found = _api_key(row)
        if found.revoked_us is not None or (found.ends_us is not None and found.ends_us <= now):
            return None
        if found.used_us is None or now - found.used_us >= USED_EVERY_US:
            with self._database.writing() as write:
                write.execute(
                    "UPDATE api_keys SET used_us = ? WHERE prefix = ?", (now, found.prefix)
                )
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[digested] = found, now
        return found

    def remove(self, name: str) -> None:
        """Take a key back, at once and for good.

        Raises:
            CallError: There is no such key.
        """
        if all(key.name != name or key.revoked_us is not None for key in self.all()):
            raise CallError(
                f"There is no key named '{name}'.", "`zhenzan serve key list` names them."
            )
        with self._database.writing() as write:
            write.execute(
                "UPDATE api_keys SET revoked_us = ? WHERE name = ? AND revoked_us IS NULL",
                (self._clock(), name),
            )
        self._known.clear()

    def all(self) -> tuple[ApiKey, ...]:
        """Every key that there ever was, in the order of names, newest first of each."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM api_keys ORDER BY name, made_us DESC, prefix"
        )
        return tuple(map(_api_key, rows))

    async def authenticate(self, request: Request) -> Principal | None:
        """Who the request's bearer token belongs to."""
        shown = request.headers.get("authorization", "")
        if shown[: len(_SCHEME)].lower() != _SCHEME:
            return None
        key = self.find(shown[len(_SCHEME) :].strip())
        return Principal(key.name, frozenset(key.scopes)) if key else None


def _api_key(row: Row) -> ApiKey:
    return ApiKey(**{**row, "scopes": frozenset(map(Scope, row["scopes"].split()))})
