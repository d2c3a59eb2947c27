"""What has still to be told, and to whom; on disk, so that nothing is forgotten."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import apsw

from zhenzan.errors import InputError
from zhenzan.serve.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

SECRET_BYTES = 32
SHOWN_AS = "whsec_"
"""What stands before a secret that is shown."""
MOST_ENDPOINTS = 50
RETRY_AFTER_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Waits before the second, third … attempt; after the last one an endpoint is given up on. As the
Standard Webhooks specification proposes: about three days in all."""
US_PER_S = 1_000_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS endpoints (
    endpoint TEXT PRIMARY KEY, url TEXT NOT NULL, kinds TEXT NOT NULL, secret BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS messages (
    message TEXT PRIMARY KEY, kind TEXT NOT NULL, body BLOB NOT NULL, made_us INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS deliveries (
    message TEXT NOT NULL REFERENCES messages ON DELETE CASCADE,
    endpoint TEXT NOT NULL REFERENCES endpoints ON DELETE CASCADE,
    attempts INTEGER NOT NULL, next_us INTEGER NOT NULL, given_up INTEGER NOT NULL,
    PRIMARY KEY (message, endpoint)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS deliveries_by_time ON deliveries (given_up, next_us);
CREATE TABLE IF NOT EXISTS read (source TEXT PRIMARY KEY, upto INTEGER NOT NULL) STRICT;
"""


class Kind(StrEnum):
    """What is told."""

    ACTION_TAKEN = "action.taken"
    ACTION_REVERSED = "action.reversed"
    POLICY_STOPPED = "policy.stopped"
    SCAN_FINISHED = "scan.finished"


@dataclass(frozen=True)
class Endpoint:
    """Who is told.

    Attributes:
        endpoint: Its identifier.
        url: Where.
        kinds: Of what.
    """

    endpoint: str
    url: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Delivery:
    """One message that one endpoint is to be told.

    Attributes:
        message: The message's identifier; the same at each attempt.
        endpoint: The endpoint's.
        url: Where.
        secret: What signs it.
        body: The JSON.
        attempts: How often it was tried.
    """

    message: str
    endpoint: str
    url: str
    secret: bytes
    body: bytes
    attempts: int


@dataclass(frozen=True)
class Message:
    """Something to tell.

    Attributes:
        message: Its identifier; one that is known is not told again.
        kind: What it is.
        ts: When it happened, ISO 8601.
        data: What happened.
    """

    message: str
    kind: Kind
    ts: str
    data: dict[str, Any]

    def body(self) -> bytes:
        """The JSON that is sent."""
        return json.dumps({"type": self.kind, "timestamp": self.ts, "data": self.data}).encode()


class Outbox:
    """The outbox of one data folder; threads may share it.

    Args:
        path: Its file; made if it is not there, readable by its owner only.

    Raises:
        InputError: The file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._connection = apsw.Connection(str(path))
            path.chmod(0o600)
            self._connection.pragma("journal_mode", "wal")
            self._connection.pragma("synchronous", "full")
            self._connection.pragma("foreign_keys", "on")
            self._connection.execute(_SCHEMA)
        except apsw.Error as error:
            raise InputError(
                f"The file of webhooks {path} cannot be used: {error}.", "Restore it from a copy."
            ) from error
        self._turn = threading.Lock()

    def add_endpoint(self, url: str, kinds: Collection[Kind]) -> tuple[Endpoint, str]:
        """A new endpoint, and the secret that it checks signatures with, for the only time.

        Raises:
            ProblemError: There are too many.
        """
        made = Endpoint(f"wh-{secrets.token_hex(8)}", url, tuple(sorted(kinds)))
        secret = secrets.token_bytes(SECRET_BYTES)
        with self._turn, self._connection:
            if len(self._endpoints()) >= MOST_ENDPOINTS:
                raise ProblemError(
                    HTTPStatus.CONFLICT,
                    f"There are {MOST_ENDPOINTS} webhooks already.",
                    "Delete one of them first.",
                )
            self._connection.execute(
                "INSERT INTO endpoints VALUES (?, ?, ?, ?)",
                (made.endpoint, url, " ".join(made.kinds), secret),
            )
        return made, SHOWN_AS + base64.b64encode(secret).decode()

    def endpoints(self) -> list[Endpoint]:
        """Every endpoint."""
        with self._turn:
            return self._endpoints()

    def _endpoints(self) -> list[Endpoint]:
        rows = self._connection.execute("SELECT endpoint, url, kinds FROM endpoints ORDER BY 1")
        return [Endpoint(str(e), str(u), tuple(map(Kind, str(k).split()))) for e, u, k in rows]

    def remove_endpoint(self, endpoint: str) -> bool:
        """Forget an endpoint and what it was still to be told; whether it was there."""
        removed = 0
        with self._turn, self._connection:
            self._connection.execute("DELETE FROM endpoints WHERE endpoint = ?", (endpoint,))
            removed = self._connection.changes()
        return removed > 0

    def add(
        self, messages: Collection[Message], now_us: int, read: tuple[str, int] | None = None
    ) -> None:
        """Have messages told to those who want their kind.

        Args:
            messages: What to tell.
            now_us: µs since 1970.
            read: The source that they are from and up to where it was read: kept in the same
                transaction, so that nothing of it is told never, or by two messages.
        """
        with self._turn, self._connection:
            wanted = self._endpoints()
            for message in messages:
                takers = [e for e in wanted if message.kind in e.kinds]
                if takers:
                    self._connection.execute(
                        "INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?)",
                        (message.message, message.kind.value, message.body(), now_us),
                    )
                for endpoint in takers:
                    self._connection.execute(
                        "INSERT OR IGNORE INTO deliveries VALUES (?, ?, 0, ?, 0)",
                        (message.message, endpoint.endpoint, now_us),
                    )
            if read:
                self._connection.execute("INSERT OR REPLACE INTO read VALUES (?, ?)", read)

    def read_upto(self, source: str) -> int | None:
        """Up to where a source was read; None if never."""
        with self._turn:
            found = self._connection.execute(
                "SELECT upto FROM read WHERE source = ?", (source,)
            ).fetchone()
        return int(found[0]) if found else None

    def due(self, now_us: int, most: int) -> list[Delivery]:
        """Deliveries whose time has come, the oldest first."""
        with self._turn:
            rows: list[Any] = self._connection.execute(
                "SELECT d.message, d.endpoint, e.url, e.secret, m.body, d.attempts "
                "FROM deliveries d JOIN endpoints e USING (endpoint) "
                "JOIN messages m USING (message) "
                "WHERE d.given_up = 0 AND d.next_us <= ? ORDER BY d.next_us LIMIT ?",
                (now_us, most),
            ).fetchall()
        return [
            Delivery(str(m), str(e), str(u), bytes(s), bytes(b), int(a))
            for m, e, u, s, b, a in rows
        ]

    def waiting(self) -> int:
        """How many deliveries are still to be made."""
        with self._turn:
            row = self._connection.execute(
                "SELECT count(*) FROM deliveries WHERE given_up = 0"
            ).fetchone()
        return int(row[0]) if row else 0

    def delivered(self, delivery: Delivery) -> None:
        """The endpoint has it; a message that all have is forgotten."""
        with self._turn, self._connection:
            self._connection.execute(
                "DELETE FROM deliveries WHERE message = ? AND endpoint = ?",
                (delivery.message, delivery.endpoint),
            )
            self._connection.execute(
                "DELETE FROM messages WHERE message = ? AND NOT EXISTS "
                "(SELECT 1 FROM deliveries d WHERE d.message = messages.message)",
                (delivery.message,),
            )

    def failed(self, delivery: Delivery, now_us: int) -> None:
        """The endpoint does not have it: try again later, or give up after the last attempt."""
        tried = delivery.attempts + 1
        wait_s = RETRY_AFTER_S[tried - 1] if tried <= len(RETRY_AFTER_S) else 0
        jitter = 1 + secrets.randbelow(1_000) / 10_000  # so that not all come back at once
        with self._turn, self._connection:
            self._connection.execute(
                "UPDATE deliveries SET attempts = ?, next_us = ?, given_up = ? "
                "WHERE message = ? AND endpoint = ?",
                (
                    tried,
                    now_us + int(wait_s * US_PER_S * jitter),
                    int(tried > len(RETRY_AFTER_S)),
                    delivery.message,
                    delivery.endpoint,
                ),
            )

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
