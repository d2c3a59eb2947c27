"""The durable record of what was decided and done: append-only, hash-chained, signed, erasable."""

from zhenzan.ledger.entries import Body, Entry
from zhenzan.ledger.heads import Head, read_heads
from zhenzan.ledger.store import KEY_FILE, Ledger, keys_folder, open_existing
from zhenzan.ledger.store import open_ledger as open  # noqa: A004  read as ledger.open
from zhenzan.ledger.transaction import Transaction
from zhenzan.ledger.verification import Problem, Verification, verify

__all__ = [
    "KEY_FILE",
    "Body",
    "Entry",
    "Head",
    "Ledger",
    "Problem",
    "Transaction",
    "Verification",
    "keys_folder",
    "open",
    "open_existing",
    "read_heads",
    "verify",
]
