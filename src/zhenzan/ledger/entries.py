"""Entries of the ledger: their kinds, their canonical form, and the hash that chains them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from zhenzan.errors import CallError

Body = dict[str, Any]

CHAIN_START = "0" * 64
"""What stands for the hash of the entry before the first."""

KINDS: dict[str, str] = {
    "opened": "review",
    "policy_version": "assessments",
    "policy_stage": "assessments",
    "policy_mode": "assessments",
    "assessment": "assessments",
    "run": "assessments",
    "stop": "assessments",
    "resume": "assessments",
    "control": "actions",
    "action": "actions",
    "reversal": "actions",
    "statement": "actions",
    "case": "review",
    "claim": "review",
    "release": "review",
    "decision": "review",
    "withdrawal": "review",
    "note": "review",
    "appeal": "review",
    "label": "review",
    "label_use": "review",
    "access": "access",
    "account": "accounts",
    "erasure": "review",
}
"""Kind of entry → the class of retention of its personal fields, see settings.RetentionSettings."""


@dataclass(frozen=True)
class Entry:
    """One entry of the ledger.

    Attributes:
        seq: Its number, 1, 2, 3 … without a gap.
        ts_us: When it was written, µs since 1970; never before the entry before.
        kind: One of KINDS.
        text: The body as canonical JSON: what was hashed.
        previous: Hash of the entry before, 64 hex digits.
        hash: Hash of this one, 64 hex digits.
    """

    seq: int
    ts_us: int
    kind: str
    text: str
    previous: str
    hash: str

    @property
    def body(self) -> Body:
        """The body, read."""
        found: Body = json.loads(self.text)
        return found


def canonical(body: Body) -> str:
    """The one way to write a body: sorted keys, no spaces, ASCII, finite numbers.

    Raises:
        CallError: The body holds something that JSON cannot say.
    """
    try:
        return json.dumps(
            body, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
        )
    except (TypeError, ValueError) as error:
        raise CallError(
            f"An entry of the ledger cannot hold this: {error}.",
            "Use text, finite numbers, true, false, null, lists and objects.",
        ) from error


def body_digest(text: str) -> str:
    """SHA-256 of a body: with it a chain can be proven without showing what others' entries say."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def chain_hash(seq: int, ts_us: int, kind: str, digest: str, previous: str) -> str:
    """The hash of an entry: over its number, time, kind, body's digest and the hash before."""
    message = f"zhenzan-ledger-1\n{seq}\n{ts_us}\n{kind}\n{digest}\n{previous}\n"
    return hashlib.sha256(message.encode("utf-8", "surrogatepass")).hexdigest()


def make_entry(seq: int, ts_us: int, kind: str, body: Body, previous: str) -> Entry:
    """The entry that follows the one with hash ``previous``.

    Raises:
        CallError: There is no such kind, or the body cannot be written.
    """
    if kind not in KINDS:
        raise CallError(
            f"The ledger knows no entries of kind '{kind}'.", f"Choose from {', '.join(KINDS)}."
        )
    text = canonical(body)
    return Entry(
        seq, ts_us, kind, text, previous, chain_hash(seq, ts_us, kind, body_digest(text), previous)
    )
