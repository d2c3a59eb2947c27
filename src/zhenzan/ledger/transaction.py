"""One transaction on the ledger: entries and the tables that follow from them, all or nothing."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from zhenzan.errors import CallError
from zhenzan.ledger import projections
from zhenzan.ledger.entries import CHAIN_START, Body, Entry, make_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from zhenzan.ledger.database import Database, Row, Value
    from zhenzan.ledger.personal import Personal
    from zhenzan.settings import RetentionSettings
    from zhenzan.signing import SigningKey

PAGE_ENTRIES = 1_000
INSERT = "INSERT INTO entries (seq, ts_us, kind, body, previous, hash) VALUES (?, ?, ?, ?, ?, ?)"


class Transaction:
    """What may be read and appended between begin and commit. Made by ``Ledger.transaction``.

    Attributes:
        now_us: The time of everything in it, µs since 1970.
        writable: Whether it may append.
    """

    def __init__(
        self, db: Database, personal: Personal, key: SigningKey, now_us: int, *, writable: bool
    ) -> None:
        self._db = db
        self._personal = personal
        self._key = key
        self.writable = writable
        last = db.rows("SELECT seq, ts_us, hash FROM entries ORDER BY seq DESC LIMIT 1")
        self.last_seq: int = last[0]["seq"] if last else 0
        self.last_hash: str = last[0]["hash"] if last else CHAIN_START
        self.now_us = max(now_us, last[0]["ts_us"] if last else 0)

    def append(
        self, kind: str, body: Body, *, subject: str | None = None, personal: Body | None = None
    ) -> Entry:
        """Append an entry and bring the tables up to it.

        Args:
            kind: One of ``entries.KINDS``.
            body: What is not personal: pseudonyms, versions, numbers, code words.
            subject: Whom it is about, see ``subject``.
            personal: What is: sealed with a key of the subject's that can be destroyed.

        Raises:
            CallError: The entry cannot be written, or breaks a rule of the ledger.
        """
        self._must_write()
        _check_name(body.get("by"))
        whole = dict(body)
        if subject is not None:
            whole["subject"] = subject
        if personal is not None and subject is None:
            raise CallError("Personal fields need a subject.", "Say whom they are about.")
        # A refused entry leaves nothing, also if the caller goes on with the transaction.
        self._db.execute("SAVEPOINT entry")
        try:
            if personal is not None and subject is not None:
                now_us = self.now_us
                whole["sealed"] = self._personal.seal(self._db, kind, now_us, subject, personal)
            entry = make_entry(self.last_seq + 1, self.now_us, kind, whole, self.last_hash)
            values = (entry.seq, entry.ts_us, entry.kind, entry.text, entry.previous, entry.hash)
            self._db.execute(INSERT, values)
            projections.follow(self._db, entry)
        except BaseException:
            self._db.execute("ROLLBACK TO SAVEPOINT entry")
            raise
        finally:
            self._db.execute("RELEASE SAVEPOINT entry")
        self.last_seq, self.last_hash = entry.seq, entry.hash
        return entry

    def subject(self, entity_type: str, entity_id: str | int) -> str:
        """The random name under which the ledger knows an entity; given at first mention."""
        self._must_write()
        return self._personal.name(self._db, entity_type, str(entity_id))

    def find_subject(self, entity_type: str, entity_id: str | int) -> str | None:
        """The same without giving a name."""
        return self._personal.find(self._db, entity_type, str(entity_id))

    def find_subjects(self, entity_type: str, entity_ids: Iterable[str]) -> dict[str, str]:
        """Entity → subject, for those of many that have one."""
        return self._personal.find_all(self._db, entity_type, entity_ids)

    def personal(self, entry: Entry) -> Body | None:
        """The personal fields of an entry; None if it has none, or they are erased."""
        opened = self.opened(entry)
        return None if opened is None else dict(json.loads(opened)["fields"])

    def opened(self, entry: Entry) -> str | None:
        """The same with their salt, as JSON whose SHA-256 is the entry's commitment to them."""
        body = entry.body
        if "sealed" not in body:
            return None
        found = self._personal.open(self._db, entry.kind, body["subject"], body["sealed"])
        return None if found is None else found.decode()

    def erase(self, subject: str, *, by: str, why: str) -> Entry:
        """Make everything personal about a subject unreadable, for ever. The chain still holds.

        Raises:
            CallError: There is no such subject, or an action or case about it is still open.
        """
        known = self.rows("SELECT 1 AS found FROM subjects WHERE subject = ?", (subject,))
        if not known:
            raise CallError("The ledger knows nothing personal of this.", "It may be erased.")
        held = self.rows(
            "SELECT 1 AS found FROM actions WHERE subject = ? AND reversed_us IS NULL "
            "AND until_us > ? UNION ALL "
            "SELECT 1 FROM cases WHERE subject = ? AND state = 'open'",
            (subject, self.now_us, subject),
        )
        if held:
            raise CallError(
                "An action or a case about this account is open, so its evidence is still needed.",
                "Undo the action or decide the case first: zhenzan policy undo --account.",
            )
        self._personal.erase(self._db, subject)
        return self.append("erasure", {"subject": subject, "by": by, "why": why})

    def expire(self, settings: RetentionSettings) -> int:
        """Destroy the keys of personal fields that are older than their class keeps; how many."""
        self._must_write()
        count = self._personal.expire(self._db, self.now_us, settings)
        if count:
            self.append("erasure", {"by": "retention", "keys": count})
        return count

    def entries(
        self, after_seq: int = 0, kinds: Iterable[str] = (), *, thing: str | None = None
    ) -> Iterator[Entry]:
        """Entries in order.

        Args:
            after_seq: Only later ones.
            kinds: Only of these kinds; all if empty.
            thing: Only those that speak of this subject, action, case, appeal or run.
        """
        words = list(kinds)
        where = ["e.seq > ?"]
        values: list[Value] = []
        if words:
            where.append(f"e.kind IN ({', '.join('?' for _ in words)})")
            values += words
        join = ""
        if thing is not None:
            join = "JOIN mentions m ON m.seq = e.seq"
            where.append("m.thing = ?")
            values.append(thing)
        query = (
            "SELECT e.seq, e.ts_us, e.kind, e.body, e.previous, e.hash FROM entries e "
            f"{join} WHERE {' AND '.join(where)} ORDER BY e.seq LIMIT {PAGE_ENTRIES}"
        )
        last = after_seq
        while rows := self.rows(query, (last, *values)):
            yield from map(to_entry, rows)
            last = rows[-1]["seq"]

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """The rows of a query on the ledger's tables; parameters are ``?``."""
        return self._db.rows(sql, values)

    def row(self, sql: str, values: Sequence[Value] = ()) -> Row | None:
        """The first row of a query, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def execute(self, sql: str, values: Sequence[Value] = ()) -> None:
        """Change a table that is not the ledger's, in the same transaction."""
        self._must_write()
        self._db.execute(sql, values)

    def secret(self, purpose: str) -> bytes:
        """A secret key of this ledger, 32 bytes, always the same for one purpose."""
        return self._key.derive(f"ledger {purpose}")

    def new_id(self, prefix: str) -> str:
        """A random identifier such as ``a-0f3c…``: 64 bits."""
        return f"{prefix}-{secrets.token_hex(8)}"

    def _must_write(self) -> None:
        if not self.writable:
            raise CallError(
                "This transaction only reads.", "Use ledger.transaction() to append entries."
            )


def _check_name(name: object) -> None:
    """Names of people go into plain tables, which take no control characters."""
    if name is not None and not (isinstance(name, str) and name.isprintable() and len(name) <= 200):
        raise CallError("This is no name of a person.", "Use at most 200 printable characters.")


def to_entry(row: Row) -> Entry:
    """An entry as it stands in the table."""
    return Entry(row["seq"], row["ts_us"], row["kind"], row["body"], row["previous"], row["hash"])
