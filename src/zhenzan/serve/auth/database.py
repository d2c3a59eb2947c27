"""The file of users, sessions, keys and searches: SQLite, readable by its owner only."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import apsw

from zhenzan.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA_VERSION = 1
BUSY_MS = 5_000

SCHEMA = """
CREATE TABLE users (
    user_id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,      -- what is typed to sign in, lower case
    role TEXT NOT NULL,
    password TEXT,                  -- argon2id hash; null: signs in elsewhere
    issuer TEXT, subject TEXT,      -- who vouches for the user, and under which name
    language TEXT,
    made_us INTEGER NOT NULL,
    disabled_us INTEGER,
    UNIQUE (issuer, subject)
) STRICT;
CREATE TABLE sessions (
    digest BLOB PRIMARY KEY,        -- of the 256-bit id in the cookie
    user_id TEXT NOT NULL REFERENCES users,
    made_us INTEGER NOT NULL,
    seen_us INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE TABLE api_keys (
    prefix TEXT PRIMARY KEY,        -- shown, so that a key can be told from another
    digest BLOB NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,           -- words between spaces
    made_by TEXT NOT NULL,
    made_us INTEGER NOT NULL,
    ends_us INTEGER,
    revoked_us INTEGER,
    used_us INTEGER
) STRICT;
CREATE TABLE provider_requests (    -- sign-ins under way at an identity provider
    digest BLOB PRIMARY KEY,        -- of the state
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    back_to TEXT NOT NULL,
    made_us INTEGER NOT NULL
) STRICT;
CREATE TABLE saved_searches (
    name TEXT PRIMARY KEY, query TEXT NOT NULL, made_by TEXT NOT NULL
) STRICT;
"""


class AuthDatabase:
    """One connection, used by one thread at a time.

    Args:
        path: The file; its folder is made if need be.

    Raises:
        InputError: The file cannot be made or read, or is not such a file.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            self._connection = apsw.Connection(str(path))
            self._connection.set_busy_timeout(BUSY_MS)
            for setting in ("journal_mode = wal", "synchronous = full", "foreign_keys = on"):
                self._connection.execute(f"PRAGMA {setting}")
            self._prepare()
        except (OSError, apsw.Error) as error:
            raise InputError(
                f"The file of users {path} cannot be used.",
                "Make its folder writable, or restore the file from a copy.",
            ) from error

    def _prepare(self) -> None:
        with self.writing() as write:
            version = self._connection.pragma("user_version")
            if version == 0:
                write.execute(SCHEMA)
                self._connection.pragma("user_version", SCHEMA_VERSION)
            elif version != SCHEMA_VERSION:
                raise InputError(
                    "The file of users was written by another version of Zhenzan.",
                    "Use the version that wrote it, or a newer one.",
                )

    @contextmanager
    def writing(self) -> Iterator[apsw.Connection]:
        """A transaction: all of it is kept, or nothing."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self._lock:
            return list(self._connection.execute(sql, values))

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._connection.close()
