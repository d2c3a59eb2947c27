"""Users, sessions, keys and searches: in a file of their own, or beside a ledger in PostgreSQL.

In PostgreSQL every instance that shares the ledger knows the same users, and whoever is signed in
at one is signed in at all.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import apsw

from zhenzan.errors import InputError
from zhenzan.ledger.postgres import PostgresDatabase
from zhenzan.ledger.sqlite import SQLiteDatabase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zhenzan.ledger.database import Database, Row, Value

SCHEMA_VERSION = 2
BUSY_SECONDS = 5.0
WRITER_LOCK = 0x7A68656E61757468
"""One instance writes at a time, though not in turns with the ledger: "zhenauth" in ASCII."""

SCHEMA = {
    # name: what is typed to sign in, lower case. password: argon2id hash; null: signs in elsewhere.
    # issuer, subject: who vouches for the user, and under which name. factor: sealed secret of the
    # second factor; factor_us: since when it is asked for; factor_step: the last one that was used.
    "users": """
        user_id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL, password TEXT,
        issuer TEXT, subject TEXT, language TEXT, made_us BIGINT NOT NULL, disabled_us BIGINT,
        factor TEXT, factor_us BIGINT, factor_step BIGINT NOT NULL DEFAULT 0,
        UNIQUE (issuer, subject)
    """,
    "recovery_codes": "digest TEXT PRIMARY KEY, user_id TEXT NOT NULL",
    # digest: of the 256-bit id in the cookie. pending: 1 until the second factor was shown.
    "sessions": """
        digest TEXT PRIMARY KEY, user_id TEXT NOT NULL, made_us BIGINT NOT NULL,
        seen_us BIGINT NOT NULL, pending BIGINT NOT NULL
    """,
    # prefix: shown, so that a key can be told from another. scopes: words between spaces.
    "api_keys": """
        prefix TEXT PRIMARY KEY, digest TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
        made_by TEXT NOT NULL, made_us BIGINT NOT NULL, ends_us BIGINT, revoked_us BIGINT,
        used_us BIGINT
    """,
    # Sign-ins under way at an identity provider, by the digest of their state.
    "provider_requests": """
        digest TEXT PRIMARY KEY, nonce TEXT NOT NULL, verifier TEXT NOT NULL,
        back_to TEXT NOT NULL, made_us BIGINT NOT NULL
    """,
    "saved_searches": "name TEXT PRIMARY KEY, query TEXT NOT NULL, made_by TEXT NOT NULL",
}
INDEXES = (
    "sessions_of_user ON sessions (user_id)",
    "recovery_codes_of_user ON recovery_codes (user_id)",
)


class AuthDatabase:
    """One connection, used by one thread at a time.

    Args:
        where: The file, made if need be and readable by its owner only; or a ``postgresql://`` URL.

    Raises:
        InputError: It cannot be made or read, or was written by another version.
    """

    def __init__(self, where: Path | str) -> None:
        self._lock = threading.RLock()
        self._database = _opened(where)
        try:
            self._prepare()
        except apsw.Error as error:
            self._database.close()
            raise _unusable(where) from error
        except BaseException:
            self._database.close()
            raise

    def _prepare(self) -> None:
        with self.writing() as write:
            write.execute("CREATE TABLE IF NOT EXISTS auth_version (version BIGINT NOT NULL)")
            found = write.rows("SELECT version FROM auth_version")
            if not found:
                for name, columns in SCHEMA.items():
                    write.execute(f"CREATE TABLE {name} ({columns})")
                for index in INDEXES:
                    write.execute(f"CREATE INDEX {index}")
                write.execute("INSERT INTO auth_version (version) VALUES (?)", (SCHEMA_VERSION,))
            elif found[0]["version"] != SCHEMA_VERSION:
                raise InputError(
                    "The users were written by another version of Zhenzan.",
                    "Use the version that wrote them, or a newer one.",
                )

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """A transaction: all of it is kept, or nothing."""
        with self._lock:
            self._database.begin(write=True)
            try:
                yield self._database
                self._database.commit()
            except BaseException:
                self._database.rollback()
                raise

    def rows(self, sql: str, values: tuple[Value, ...] = ()) -> list[Row]:
        """The rows of a query."""
        with self._lock:
            return self._database.rows(sql, values)

    def row(self, sql: str, values: tuple[Value, ...] = ()) -> Row | None:
        """The first row of a query, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._database.close()


def _opened(where: Path | str) -> Database:
    if isinstance(where, str):
        return PostgresDatabase(where, BUSY_SECONDS, WRITER_LOCK)
    try:
        return SQLiteDatabase(where, BUSY_SECONDS)
    except InputError as error:
        raise _unusable(where) from error


def _unusable(where: Path | str) -> InputError:
    return InputError(
        f"The file of users {where} cannot be used.",
        "Make its folder writable, or restore the file from a copy.",
    )
