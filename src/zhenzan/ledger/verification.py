"""Whether a ledger is what it was: chain, signed heads, tables, sealed fields."""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import apsw
from cryptography.exceptions import InvalidTag

from zhenzan.errors import CallError, ZhenzanError
from zhenzan.ledger import heads, projections
from zhenzan.ledger.entries import CHAIN_START, KINDS, Entry, body_digest, canonical, chain_hash
from zhenzan.ledger.personal import Personal
from zhenzan.ledger.sqlite import SQLiteDatabase
from zhenzan.ledger.store import BUSY_SECONDS, HEADS_FILE, KEY_FILE, connect, keys_folder
from zhenzan.ledger.transaction import to_entry
from zhenzan.signing import SigningKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from zhenzan.ledger.database import Database
    from zhenzan.ledger.heads import Head

MOST_PROBLEMS = 50
"""A broken chain breaks at every later entry; more lines help nobody."""


@dataclass(frozen=True)
class Problem:
    """Something that is not as it was written.

    Attributes:
        seq: The entry or head concerned; None if it is the whole.
        sentence: What is wrong.
    """

    seq: int | None
    sentence: str


@dataclass
class Verification:
    """What an audit found.

    Attributes:
        ledger: The ledger's name, from its first entry.
        entries: How many there are.
        heads: How many signed heads were checked, in the ledger and outside.
        signed_to: The last entry that a good head stands for.
        anchor: Whose public key the heads were held against: of the head file, of the key file, or
            only of the ledger itself.
        erased: Sealed fields whose key is destroyed.
        problems: What is wrong; empty if all is well.
    """

    ledger: str = ""
    entries: int = 0
    heads: int = 0
    signed_to: int = 0
    anchor: str = "ledger"
    erased: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        return {"intact": self.is_intact, **asdict(self)}

    def wrong(self, seq: int | None, sentence: str) -> None:
        """Note a problem."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(seq, sentence))


def verify(
    where: str | Path, *, head_files: Sequence[Path] = (), keys: Path | None = None
) -> Verification:
    """Check a ledger without changing it.

    Finds every flipped byte, deletion, insertion and reorder of entries, every cut tail that a
    head still stands for, every table row that does not follow from the entries, and every sealed
    field that does not open with its key.

    Args:
        where: A data folder or a ``postgresql://`` URL.
        head_files: Heads that were kept elsewhere.
        keys: As of ``Ledger``.

    Raises:
        CallError: There is no ledger there.
        InputError: A head file is none.
    """
    found = Verification()
    folder = keys or keys_folder(where)
    kept = [head for path in head_files for head in heads.read_heads(path)]
    if (folder / HEADS_FILE).is_file():
        try:
            kept += heads.read_heads(folder / HEADS_FILE)
        except ZhenzanError as error:
            found.wrong(None, error.sentence)
    try:
        db = connect(str(where), BUSY_SECONDS, read_only=True)
        db.begin(write=False)
    except CallError:
        raise
    except (ZhenzanError, apsw.Error) as error:
        found.wrong(None, f"The file cannot be read as a ledger: {error}.")
        return found
    try:
        key = SigningKey(folder / KEY_FILE) if (folder / KEY_FILE).is_file() else None
        _check(db, found, kept, key, trust_kept=bool(head_files))
    except (apsw.Error, UnicodeDecodeError) as error:
        found.wrong(None, f"The file is damaged: {error}.")
    finally:
        db.close()
    return found


def _check(
    db: Database,
    found: Verification,
    kept: list[Head],
    key: SigningKey | None,
    *,
    trust_kept: bool,
) -> None:
    _check_file(db, found)
    copy = SQLiteDatabase.in_memory()
    projections.make(copy)
    personal = Personal(key) if key else None
    stored = [heads.from_row(row) for row in db.rows("SELECT * FROM heads ORDER BY seq")]
    wanted = {head.seq for head in (*kept, *stored)}
    hashes: dict[int, str] = {}
    public = ""
    for entry in _chain(db, found):
        if entry.seq in wanted:
            hashes[entry.seq] = entry.hash
        if entry.seq == 1:
            found.ledger = str(entry.body.get("ledger", ""))
            public = str(entry.body.get("public", ""))
        if found.is_intact:
            _follow(copy, entry, found)
        if personal:
            _check_sealed(db, personal, entry, found)
    if key:
        found.anchor, public = "key file", key.public.hex()
    if trust_kept and kept:
        found.anchor, public = "head file", kept[0].public
    _check_heads(found, [*kept, *stored], hashes, public)
    if found.is_intact:
        _compare(db, copy, found)
    copy.close()


def _check_file(db: Database, found: Verification) -> None:
    if isinstance(db, SQLiteDatabase):
        for row in db.rows("PRAGMA integrity_check(10)"):
            if row["integrity_check"] != "ok":
                found.wrong(None, f"The file is damaged: {row['integrity_check']}.")


def _follow(copy: Database, entry: Entry, found: Verification) -> None:
    try:
        projections.follow(copy, entry)
    except (ZhenzanError, apsw.Error, KeyError, TypeError) as error:
        found.wrong(entry.seq, f"It breaks a rule of the ledger: {error}")


def _chain(db: Database, found: Verification) -> Iterator[Entry]:
    """Every entry that can be read, in order; what does not follow is noted."""
    seq, previous, ts_us = 0, CHAIN_START, 0
    for row in db.stream("SELECT * FROM entries ORDER BY seq"):
        if not (type(row["seq"]) is type(row["ts_us"]) is int):
            found.wrong(None, "An entry has no number or no time.")
            return
        entry = to_entry(row)
        found.entries += 1
        if entry.seq != seq + 1:
            found.wrong(entry.seq, f"Entries {seq + 1} to {entry.seq - 1} are missing.")
        if entry.previous != previous:
            found.wrong(entry.seq, "It does not follow the entry before.")
        if entry.ts_us < ts_us:
            found.wrong(entry.seq, "It is older than the entry before.")
        sentence = _broken(entry)
        if sentence:
            found.wrong(entry.seq, sentence)
        else:
            yield entry
        seq, previous, ts_us = entry.seq, entry.hash, entry.ts_us
    if not found.entries:
        found.wrong(None, "There is not even a first entry.")


def _broken(entry: Entry) -> str:
    if not all(isinstance(v, str) for v in (entry.kind, entry.text, entry.previous, entry.hash)):
        return "A field of it is no text."
    digest = body_digest(entry.text)
    if chain_hash(entry.seq, entry.ts_us, entry.kind, digest, entry.previous) != entry.hash:
        return "It was changed: its hash is another."
    try:
        if entry.kind in KINDS and canonical(json.loads(entry.text)) == entry.text:
            return ""
    except (ValueError, RecursionError, ZhenzanError):
        pass
    return "It is not written as the ledger writes entries."


def _check_sealed(db: Database, personal: Personal, entry: Entry, found: Verification) -> None:
    body = entry.body
    if "sealed" not in body:
        return
    try:
        if personal.open(db, entry.kind, body["subject"], body["sealed"]) is None:
            found.erased += 1
    except (InvalidTag, KeyError, TypeError, ValueError):
        found.wrong(entry.seq, "Its sealed fields or their key were changed.")


def _check_heads(
    found: Verification, all_heads: list[Head], hashes: dict[int, str], public: str
) -> None:
    for head in all_heads:
        found.heads += 1
        if head.ledger != found.ledger:
            found.wrong(head.seq, "A head is of another ledger.")
        elif head.public != public or not head.is_signed:
            found.wrong(head.seq, "A head is not signed by the ledger's key.")
        elif head.seq not in hashes:
            found.wrong(head.seq, f"The tail is cut: a head was signed at entry {head.seq}.")
        elif hashes[head.seq] != head.hash:
            found.wrong(head.seq, "The ledger is another than when this head was signed.")
        else:
            found.signed_to = max(found.signed_to, head.seq)


def _compare(db: Database, copy: Database, found: Verification) -> None:
    """Whether the tables are those that follow from the entries."""
    for table in projections.TABLES:
        names = [
            row["name"]
            for row in copy.rows("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,))
        ]
        # PostgreSQL sorts text by the locale; comparing sorted rows here does not depend on it.
        query = f"SELECT {', '.join(names)} FROM {table}"
        live, made = (sorted(map(_values, d.rows(query)), key=repr) for d in (db, copy))
        for one, other in itertools.zip_longest(live, made):
            if one != other:
                found.wrong(None, f"The table {table} is not what follows from the entries.")
                break


def _values(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row.values())
