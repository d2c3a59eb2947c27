"""Signed heads: with one kept elsewhere, a ledger cannot lose its tail unnoticed."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from zhenzan.errors import InputError
from zhenzan.signing import is_signed

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.ledger.database import Row
    from zhenzan.signing import SigningKey

TABLE = """CREATE TABLE IF NOT EXISTS heads (
    seq BIGINT PRIMARY KEY, hash TEXT NOT NULL, ts_us BIGINT NOT NULL, ledger TEXT NOT NULL,
    public TEXT NOT NULL, signature TEXT NOT NULL)"""


@dataclass(frozen=True)
class Head:
    """What the ledger was at one entry, signed.

    Attributes:
        ledger: The ledger's random name.
        seq: The entry.
        hash: Its hash, which stands for all entries up to it.
        ts_us: When it was signed, µs since 1970.
        public: Who signed: Ed25519 public key, 64 hex digits.
        signature: 128 hex digits.
    """

    ledger: str
    seq: int
    hash: str
    ts_us: int
    public: str
    signature: str

    @property
    def is_signed(self) -> bool:
        """Whether the owner of the public key signed exactly this."""
        message = _message(self.ledger, self.seq, self.hash, self.ts_us)
        try:
            return is_signed(message, bytes.fromhex(self.signature), bytes.fromhex(self.public))
        except ValueError:
            return False

    def to_json(self) -> str:
        """One line of JSON, as it is exported."""
        return json.dumps(asdict(self), sort_keys=True)


def sign(key: SigningKey, ledger: str, seq: int, chain_hash: str, ts_us: int) -> Head:
    """Sign what the ledger is at entry ``seq``."""
    signature = key.sign(_message(ledger, seq, chain_hash, ts_us)).hex()
    return Head(ledger, seq, chain_hash, ts_us, key.public.hex(), signature)


def from_row(row: Row) -> Head:
    """A head as it stands in the table."""
    return Head(**{name: row[name] for name in Head.__dataclass_fields__})


def read_heads(path: Path) -> list[Head]:
    """Heads that were exported: one JSON object a line.

    Raises:
        InputError: The file cannot be read, or a line is no head.
    """
    found = []
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            head = Head(**json.loads(line))
            found.append(replace(head, seq=int(head.seq)))
    except (OSError, ValueError, TypeError) as error:
        raise InputError(
            f"{path} does not hold heads of a ledger.",
            "Name a file that zhenzan audit head printed, or the ledger's own heads.jsonl.",
        ) from error
    return found


def last_exported(path: Path) -> int:
    """The entry of the last head in a file; 0 if there is none.

    A line that a dying process left unfinished is taken off.

    Raises:
        InputError: The file cannot be read or is damaged.
    """
    if not path.exists():
        return 0
    with path.open("r+b") as file:
        raw = file.read()
        whole = raw.rfind(b"\n") + 1
        file.truncate(whole)
    found = read_heads(path)
    return found[-1].seq if found else 0


def export(path: Path, heads: list[Head]) -> None:
    """Append heads to a file, durably.

    Raises:
        InputError: The file cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{head.to_json()}\n" for head in heads)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}.", "Make its folder writable."
        ) from error


def _message(ledger: str, seq: int, chain_hash: str, ts_us: int) -> bytes:
    return f"zhenzan-head-1\n{ledger}\n{seq}\n{chain_hash}\n{ts_us}\n".encode(
        "utf-8", "surrogatepass"
    )
