"""Prove to somebody without the ledger that entries are in it: the chain up to a signed head."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from zhenzan.errors import InputError
from zhenzan.ledger.entries import body_digest, chain_hash
from zhenzan.ledger.heads import Head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenzan.ledger.entries import Entry
    from zhenzan.ledger.transaction import Transaction

Proof = dict[str, Any]
LINKS = "SELECT seq, ts_us, kind, body, previous, hash FROM entries WHERE seq BETWEEN ? AND ?"


def prove(tx: Transaction, entries: Sequence[Entry], head: Head) -> Proof:
    """What shows that entries are in a ledger.

    Of other entries it holds number, time, kind and digest, and not what they say.

    Args:
        tx: A transaction.
        entries: The entries, in order; at least one.
        head: A head signed at the last of them or later.
    """
    links = [
        [row["seq"], row["ts_us"], row["kind"], body_digest(row["body"])]
        for row in tx.rows(f"{LINKS} ORDER BY seq", (entries[0].seq, head.seq))
    ]
    return {
        "previous": entries[0].previous,
        "links": links,
        "entries": {str(entry.seq): entry.text for entry in entries},
        "head": asdict(head),
    }


def check_proof(proof: Proof, public: str | None = None) -> list[str]:
    """What is wrong with a proof; empty if it holds.

    Args:
        proof: As ``prove`` made it.
        public: The ledger's public key as you know it from elsewhere, 64 hex digits; None takes
            the head's own word for it.

    Raises:
        InputError: It is no proof at all.
    """
    try:
        head = Head(**proof["head"])
        previous = str(proof["previous"])
        digests = {}
        for seq, ts_us, kind, digest in proof["links"]:
            previous = chain_hash(seq, ts_us, kind, digest, previous)
            digests[str(seq)] = digest
        wrong = [
            f"Entry {seq} is not what the chain holds."
            for seq, text in proof["entries"].items()
            if body_digest(text) != digests.get(seq)
        ]
        if previous != head.hash or str(head.seq) not in digests:
            wrong.append("The chain does not lead to the signed head.")
        if not head.is_signed or public not in {None, head.public}:
            wrong.append("The head is not signed by the ledger's key.")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError("This is no proof of entries.", "Ask for the pack again.") from error
    return wrong
