"""API keys: what a program shows instead of a person's session."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenzan.errors import CallError
from zhenzan.serve.auth.sessions import digest
from zhenzan.serve.auth.users import now_us

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from zhenzan.serve.auth.database import AuthDatabase
    from zhenzan.serve.auth.users import User

KEY = re.compile(r"zz_([0-9a-f]{8})_[\w-]{43}")
SECRET_BYTES = 32
US_PER_DAY = 86_400_000_000
MOST_DAYS = 3_650
USED_EVERY_US = 60_000_000
"""A key's last use is written at most so often."""
COLUMNS = "prefix, name, scopes, made_by, made_us, ends_us, revoked_us, used_us"


@dataclass(frozen=True)
class ApiKey:
    """What is known of a key; the key itself is shown once, when it is made.

    Attributes:
        prefix: Its first part, which tells it from others.
        name: What it is for, in its maker's words.
        scopes: What it may do.
        made_by: The user who made it.
        made_us: When, µs since 1970.
        ends_us: When it stops to work; None: never by itself.
        revoked_us: When it was taken back; None if it was not.
        used_us: When it was last used, to the minute; None if never.
    """

    prefix: str
    name: str
    scopes: frozenset[str]
    made_by: str
    made_us: int
    ends_us: int | None
    revoked_us: int | None
    used_us: int | None


class ApiKeys:
    """The keys in the database, by digest.

    Args:
        database: Where they are kept.
        known_scopes: Every scope there is.
        clock: µs since 1970.
    """

    def __init__(
        self,
        database: AuthDatabase,
        known_scopes: Iterable[str],
        clock: Callable[[], int] = now_us,
    ) -> None:
        self._database = database
        self._known_scopes = frozenset(known_scopes)
        self._clock = clock

    def make(
        self, name: str, scopes: Iterable[str], made_by: User, days: int | None = 365
    ) -> tuple[str, ApiKey]:
        """A new key.

        Args:
            name: What it is for.
            scopes: What it may do.
            made_by: Who makes it.
            days: How long it works; None: until it is revoked.

        Returns:
            The key, which is not kept, and what is known of it.

        Raises:
            CallError: No name, no scope, an unknown scope, or an impossible time.
        """
        wanted = frozenset(scopes)
        if not name.strip() or len(name) > 100:
            raise CallError("The key needs a name of at most 100 characters.", "Say its use.")
        if not wanted or not wanted <= self._known_scopes:
            raise CallError(
                "A key needs scopes that exist.",
                f"Choose from {', '.join(sorted(self._known_scopes))}.",
            )
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise CallError(f"A key works for 1 to {MOST_DAYS} days.", "Choose fewer days.")
        prefix = secrets.token_hex(4)
        key = f"zz_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
        now = self._clock()
        ends = None if days is None else now + days * US_PER_DAY
        with self._database.writing() as write:
            write.execute(
                "INSERT INTO api_keys (prefix, digest, name, scopes, made_by, made_us, ends_us)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    prefix,
                    digest(key),
                    name.strip(),
                    " ".join(sorted(wanted)),
                    made_by.user_id,
                    now,
                    ends,
                ),
            )
        return key, self._get(prefix)

    def find(self, key: str) -> ApiKey | None:
        """The key that a request shows; None if it is none, has ended or was revoked."""
        shown = KEY.fullmatch(key)
        if not shown:
            return None
        rows = self._database.rows(
            "SELECT digest FROM api_keys WHERE prefix = ?", (shown.group(1),)
        )
        if not rows or not hmac.compare_digest(rows[0][0], digest(key)):
            return None
        found = self._get(shown.group(1))
        now = self._clock()
        if found.revoked_us is not None or (found.ends_us is not None and found.ends_us <= now):
            return None
        if found.used_us is None or now - found.used_us >= USED_EVERY_US:
            with self._database.writing() as write:
                write.execute(
                    "UPDATE api_keys SET used_us = ? WHERE prefix = ?", (now, found.prefix)
                )
        return found

    def revoke(self, prefix: str) -> None:
        """Take a key back, at once and for good.

        Raises:
            CallError: There is no such key.
        """
        self._get(prefix)
        with self._database.writing() as write:
            write.execute(
                "UPDATE api_keys SET revoked_us = ? WHERE prefix = ? AND revoked_us IS NULL",
                (self._clock(), prefix),
            )

    def all(self) -> list[ApiKey]:
        """Every key that there ever was, newest first."""
        rows = self._database.rows(f"SELECT {COLUMNS} FROM api_keys ORDER BY made_us DESC, prefix")
        return [_api_key(row) for row in rows]

    def _get(self, prefix: str) -> ApiKey:
        rows = self._database.rows(f"SELECT {COLUMNS} FROM api_keys WHERE prefix = ?", (prefix,))
        if not rows:
            raise CallError("There is no such key.", "Look at the list of keys.")
        return _api_key(rows[0])


def _api_key(row: tuple[Any, ...]) -> ApiKey:
    prefix, name, scopes, *rest = row
    return ApiKey(prefix, name, frozenset(scopes.split()), *rest)
