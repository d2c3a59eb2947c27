"""Personal fields: sealed with a key per person, purpose and month. Erasing is losing the key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhenzan.ledger.entries import KINDS, Body, canonical
from zhenzan.model import MICROSECONDS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhenzan.ledger.database import Database
    from zhenzan.settings import RetentionSettings
    from zhenzan.signing import SigningKey

KEY_BYTES = 32
NONCE_BYTES = 12
SALT_BYTES = 16
BATCH = 500

TABLES = (
    """CREATE TABLE IF NOT EXISTS subjects (
        subject TEXT PRIMARY KEY, lookup TEXT NOT NULL UNIQUE)""",
    """CREATE TABLE IF NOT EXISTS subject_keys (
        subject TEXT NOT NULL, retention TEXT NOT NULL, month TEXT NOT NULL, wrapped TEXT NOT NULL,
        PRIMARY KEY (subject, retention, month))""",
)
"""No entry makes these, and no entry can make them again: that is what erasing rests on."""


class Personal:
    """Seals and opens the personal fields of one ledger.

    A *subject* is the random name under which the ledger knows an entity. Which entity it is
    stands nowhere but in sealed fields; the lookup is a keyed hash.

    Args:
        key: The ledger's key, from which the others are derived.
    """

    def __init__(self, key: SigningKey) -> None:
        self._lookup_key = key.derive("ledger subjects")
        self._wrapping = AESGCM(key.derive("ledger subject keys"))

    def find(self, db: Database, entity_type: str, entity_id: str) -> str | None:
        """The subject of an entity, if it has one."""
        lookup = self._lookup(entity_type, entity_id)
        found = db.rows("SELECT subject FROM subjects WHERE lookup = ?", (lookup,))
        return found[0]["subject"] if found else None

    def find_all(self, db: Database, entity_type: str, entity_ids: Iterable[str]) -> dict[str, str]:
        """Entity → subject, for those that have one."""
        lookups = {self._lookup(entity_type, one): one for one in entity_ids}
        found: dict[str, str] = {}
        for some in batched(lookups):
            marks = ", ".join("?" for _ in some)
            query = f"SELECT lookup, subject FROM subjects WHERE lookup IN ({marks})"
            found |= {lookups[row["lookup"]]: row["subject"] for row in db.rows(query, some)}
        return found

    def name(self, db: Database, entity_type: str, entity_id: str) -> str:
        """The subject of an entity; it is given one at first mention."""
        found = self.find(db, entity_type, entity_id)
        if found:
            return found
        made = f"s-{secrets.token_hex(8)}"
        lookup = self._lookup(entity_type, entity_id)
        db.execute("INSERT INTO subjects (subject, lookup) VALUES (?, ?)", (made, lookup))
        return made

    def seal(self, db: Database, kind: str, ts_us: int, subject: str, fields: Body) -> Body:
        """Personal fields as an entry holds them."""
        retention, month = KINDS[kind], month_of(ts_us)
        key = self._key(db, subject, retention, month) or self._make(db, subject, retention, month)
        nonce = os.urandom(NONCE_BYTES)
        words = _aad(kind, subject, retention, month)
        # The salt makes the commitment tell nothing once the key is gone.
        plain = canonical({"fields": fields, "salt": secrets.token_hex(SALT_BYTES)}).encode()
        box = nonce + AESGCM(key).encrypt(nonce, plain, words)
        return {
            "retention": retention,
            "month": month,
            "box": _to_text(box),
            "commitment": hashlib.sha256(plain).hexdigest(),
        }

    def open(self, db: Database, kind: str, subject: str, sealed: Body) -> bytes | None:
        """What was sealed, as JSON with its salt; None once it is erased.

        Its SHA-256 is the commitment that the entry holds, so it can be shown to others who then
        know that nothing of it was changed, without any key.

        Raises:
            InvalidTag: The sealed fields or their key are not what they were.
        """
        retention, month = str(sealed["retention"]), str(sealed["month"])
        key = self._key(db, subject, retention, month)
        if key is None:
            return None
        box = base64.b64decode(sealed["box"])
        words = _aad(kind, subject, retention, month)
        plain = AESGCM(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], words)
        if hashlib.sha256(plain).hexdigest() != sealed["commitment"]:
            raise InvalidTag
        return plain

    def erase(self, db: Database, subject: str) -> None:
        """Destroy every key of a subject, and the way from the entity to it."""
        db.execute("DELETE FROM subject_keys WHERE subject = ?", (subject,))
        db.execute("DELETE FROM subjects WHERE subject = ?", (subject,))

    def expire(self, db: Database, now_us: int, settings: RetentionSettings) -> int:
        """Destroy the keys whose time is over; how many."""
        count = 0
        for retention, days in settings.days.items():
            limit = (datetime.fromtimestamp(now_us // MICROSECONDS_PER_SECOND, UTC)).date()
            # A month's key goes when the month's last day is old enough.
            last = limit - timedelta(days=days)
            month = last.strftime("%Y-%m")
            old = "retention = ? AND month < ?"
            found = db.rows(
                f"SELECT count(*) AS n FROM subject_keys WHERE {old}", (retention, month)
            )
            db.execute(f"DELETE FROM subject_keys WHERE {old}", (retention, month))
            count += int(found[0]["n"])
        return count

    def _key(self, db: Database, subject: str, retention: str, month: str) -> bytes | None:
        found = db.rows(
            "SELECT wrapped FROM subject_keys WHERE subject = ? AND retention = ? AND month = ?",
            (subject, retention, month),
        )
        if not found:
            return None
        wrapped = base64.b64decode(found[0]["wrapped"])
        words = _aad("key", subject, retention, month)
        try:
            return self._wrapping.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], words)
        except ValueError as error:
            raise InvalidTag from error

    def _make(self, db: Database, subject: str, retention: str, month: str) -> bytes:
        key, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
        wrapped = nonce + self._wrapping.encrypt(nonce, key, _aad("key", subject, retention, month))
        db.execute(
            "INSERT INTO subject_keys (subject, retention, month, wrapped) VALUES (?, ?, ?, ?)",
            (subject, retention, month, _to_text(wrapped)),
        )
        return key

    def _lookup(self, entity_type: str, entity_id: str) -> str:
        message = f"{entity_type}\n{entity_id}".encode("utf-8", "surrogatepass")
        return hmac.new(self._lookup_key, message, hashlib.sha256).hexdigest()


def batched(words: Iterable[str]) -> Iterator[list[str]]:
    """Words in lists short enough for one query."""
    listed = list(words)
    for start in range(0, len(listed), BATCH):
        yield listed[start : start + BATCH]


def month_of(ts_us: int) -> str:
    """The month of a time, UTC, such as 2025-11."""
    return datetime.fromtimestamp(ts_us // MICROSECONDS_PER_SECOND, UTC).strftime("%Y-%m")


def _aad(kind: str, subject: str, retention: str, month: str) -> bytes:
    return f"{kind}\n{subject}\n{retention}\n{month}".encode()


def _to_text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
