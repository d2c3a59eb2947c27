"""The ledger: an append-only, hash-chained, signed record, and the tables that follow from it."""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from zhenzan.errors import CallError, UnavailableError
from zhenzan.ledger import heads, projections
from zhenzan.ledger.personal import TABLES as PERSONAL_TABLES
from zhenzan.ledger.personal import Personal
from zhenzan.ledger.postgres import SCHEMES, PostgresDatabase
from zhenzan.ledger.sqlite import SQLiteDatabase
from zhenzan.ledger.transaction import Transaction, to_entry
from zhenzan.settings import data_folder
from zhenzan.signing import SigningKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from zhenzan.ledger.database import Database
    from zhenzan.ledger.heads import Head

FILE = "ledger.sqlite"
KEY_FILE = "ledger.key"
HEADS_FILE = "heads.jsonl"
HEAD_EVERY_ENTRIES = 100
BUSY_SECONDS = 30.0
ENTRIES_TABLE = """CREATE TABLE IF NOT EXISTS entries (
    seq BIGINT PRIMARY KEY, ts_us BIGINT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
    previous TEXT NOT NULL, hash TEXT NOT NULL)"""


def now_us() -> int:
    """The time, µs since 1970."""
    return time.time_ns() // 1_000


def is_url(where: str) -> bool:
    """Whether this names a PostgreSQL database and not a folder."""
    return where.partition("://")[0] in SCHEMES


def keys_folder(where: str | Path) -> Path:
    """Where the keys of a ledger are unless said otherwise.

    ``keys`` in the data folder; for a URL the user's own ``settings.data_folder()``.
    """
    return data_folder() if is_url(str(where)) else Path(where) / "keys"


class Ledger:
    """An open ledger. Threads may share it: each has a connection of its own, one writes at a time.

    Args:
        where: A data folder, or a ``postgresql://`` URL.
        keys: Folder of the signing key and of the exported heads; see ``keys_folder``.
        busy_seconds: How long to wait for other writers.
        clock: Gives the time, µs since 1970.

    Raises:
        ZhenzanError: The ledger cannot be opened.
    """

    def __init__(
        self,
        where: str | Path,
        *,
        keys: Path | None = None,
        busy_seconds: float = BUSY_SECONDS,
        clock: Callable[[], int] = now_us,
    ) -> None:
        self._where = str(where)
        self._busy_seconds = busy_seconds
        self._clock = clock
        self._folder = keys or keys_folder(where)
        self._threads = threading.local()
        self._writing = threading.Lock()
        self._connections: list[Database] = []
        self._closed = False
        try:
            self._key, self.name = self._prepare()
        except BaseException:
            self._let_go()
            raise
        self._personal = Personal(self._key)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def heads_file(self) -> Path:
        """Where heads are exported to."""
        return self._folder / HEADS_FILE

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Read and append; all of it is durable after the block, or none if it raises.

        Do not begin one inside another: the inner one waits for the outer one.

        Raises:
            UnavailableError: Others have been writing for longer than the busy timeout, or the
                connection to PostgreSQL was lost; nothing of the block was kept, unless it says
                that this is not known.
        """
        if not self._writing.acquire(timeout=self._busy_seconds):
            raise UnavailableError(
                f"The ledger is busy: others have been writing for {self._busy_seconds:g} seconds.",
                "Try again; if it stays so, a transaction is held open.",
            )
        signed: Head | None = None
        try:
            db = self._database()
            db.begin(write=True)
            try:
                tx = Transaction(db, self._personal, self._key, self._clock(), writable=True)
                yield tx
                if tx.last_seq - _last_head(db) >= HEAD_EVERY_ENTRIES:
                    signed = self._sign(db, tx)
                db.commit()
            except BaseException:
                db.rollback()
                raise
            if signed:
                self._export(db)
        finally:
            self._writing.release()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Read one state of the ledger, without waiting for writers."""
        db = self._database()
        db.begin(write=False)
        try:
            yield Transaction(db, self._personal, self._key, self._clock(), writable=False)
        finally:
            db.rollback()

    def sign_head(self) -> Head:
        """Sign what the ledger is now, and export it."""
        with self._writing:
            db = self._database()
            db.begin(write=True)
            try:
                tx = Transaction(db, self._personal, self._key, self._clock(), writable=True)
                found = db.rows("SELECT * FROM heads WHERE seq = ?", (tx.last_seq,))
                head = heads.from_row(found[0]) if found else self._sign(db, tx)
                db.commit()
            except BaseException:
                db.rollback()
                raise
            self._export(db)
        return head

    def rebuild(self) -> None:
        """Make the tables again from the entries."""
        with self.transaction():
            db = self._database()
            projections.clear(db)
            for row in db.stream("SELECT * FROM entries ORDER BY seq"):
                projections.follow(db, to_entry(row))

    def overwrite_erased(self) -> None:
        """Leave nothing of erased keys in SQLite's log. PostgreSQL: see docs/ledger.md."""
        db = self._database()
        if isinstance(db, SQLiteDatabase):
            db.checkpoint()

    def close(self) -> None:
        """Sign what has been written since the last head, and let go of every connection."""
        if self._closed:
            return
        try:
            db = self._database()
            last = db.rows("SELECT coalesce(max(seq), 0) AS seq FROM entries")
            if last[0]["seq"] > _last_head(db):
                self.sign_head()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        self._closed = True
        for connection in self._connections:
            connection.close()

    def _database(self) -> Database:
        if self._closed:
            raise CallError("The ledger is closed.", "Open it again.")
        found: Database | None = getattr(self._threads, "database", None)
        if found is None:
            found = connect(self._where, self._busy_seconds)
            self._threads.database = found
            self._connections.append(found)
        return found

    def _prepare(self) -> tuple[SigningKey, str]:
        """Make what is missing; the key, and the ledger's name."""
        db = self._database()
        db.begin(write=True)
        try:
            found = self._make(db)
            db.commit()
        except BaseException:
            db.rollback()
            raise
        return found

    def _make(self, db: Database) -> tuple[SigningKey, str]:
        for table in (ENTRIES_TABLE, heads.TABLE, *PERSONAL_TABLES):
            db.execute(table)
        projections.make(db)
        path = self._folder / KEY_FILE
        if db.rows("SELECT 1 AS found FROM entries WHERE seq = 1") and not path.is_file():
            raise _no_key(f"The key of this ledger, {path}, is missing.")
        key = SigningKey(path)
        tx = Transaction(db, Personal(key), key, self._clock(), writable=True)
        if tx.last_seq == 0:
            name = f"ledger-{secrets.token_hex(8)}"
            tx.append("opened", {"ledger": name, "public": key.public.hex()})
        first = next(tx.entries()).body
        if first["public"] != key.public.hex():
            raise _no_key(f"The key {path} is not the one of this ledger.")
        return key, str(first["ledger"])

    def _sign(self, db: Database, tx: Transaction) -> Head:
        head = heads.sign(self._key, self.name, tx.last_seq, tx.last_hash, tx.now_us)
        db.execute(
            "INSERT INTO heads (seq, hash, ts_us, ledger, public, signature) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (head.seq, head.hash, head.ts_us, head.ledger, head.public, head.signature),
        )
        return head

    def _export(self, db: Database) -> None:
        """Export the heads that the file does not have: also those of a process that died.

        Only what is durable is exported, so it comes after the commit; and as one writer at a
        time, so that two processes do not write into each other's lines.
        """
        db.begin(write=True)
        try:
            known = heads.last_exported(self.heads_file)
            rows = db.rows("SELECT * FROM heads WHERE seq > ? ORDER BY seq", (known,))
            heads.export(self.heads_file, [heads.from_row(row) for row in rows])
        finally:
            db.rollback()


def open_ledger(where: str | Path, *, keys: Path | None = None) -> Ledger:
    """Open the ledger of a data folder or of a ``postgresql://`` URL; make it if need be.

    Args:
        where: The folder or the URL.
        keys: As of ``Ledger``.

    Raises:
        ZhenzanError: It cannot be opened.
    """
    return Ledger(where, keys=keys)


def open_existing(where: str | Path, *, keys: Path | None = None) -> Ledger:
    """Open a ledger that must be there already; for commands that would not begin one.

    Raises:
        CallError: There is none.
        ZhenzanError: It cannot be opened.
    """
    if not is_url(str(where)) and not (Path(where) / FILE).is_file():
        raise _no_ledger(where)
    return Ledger(where, keys=keys)


def connect(where: str, busy_seconds: float, *, read_only: bool = False) -> Database:
    """One connection to a data folder's file or to PostgreSQL.

    Raises:
        CallError: ``read_only``, and there is no ledger in the folder.
        ZhenzanError: It cannot be opened.
    """
    if is_url(where):
        return PostgresDatabase(where, busy_seconds)
    file = Path(where) / FILE
    if read_only and not file.is_file():
        raise _no_ledger(where)
    return SQLiteDatabase(file, busy_seconds, read_only=read_only)


def _last_head(db: Database) -> int:
    return int(db.rows("SELECT coalesce(max(seq), 0) AS seq FROM heads")[0]["seq"])


def _no_ledger(where: str | Path) -> CallError:
    return CallError(
        f"There is no ledger in {where}.",
        f"Name the data folder that holds a {FILE}, or a postgresql:// URL.",
    )


def _no_key(sentence: str) -> CallError:
    return CallError(
        sentence,
        "Name its folder with --keys, or restore the key from a copy; another one cannot "
        "continue what it signed.",
    )
