"""Links to appeal by: nobody can guess one, and the ledger does not hold them."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from zhenzan.errors import CallError

if TYPE_CHECKING:
    from zhenzan.ledger import Transaction

MAC_DIGITS = 32
"""128 bits."""


def token(tx: Transaction, action_id: str) -> str:
    """What a link to appeal an action ends in: its number and a keyed hash of it."""
    digest = hmac.new(tx.secret("appeal links"), action_id.encode(), hashlib.sha256).hexdigest()
    return f"{action_id}.{digest[:MAC_DIGITS]}"


def action_of(tx: Transaction, link: str) -> str:
    """The action that a token stands for.

    Raises:
        CallError: It is no such token.
    """
    action_id = link.partition(".")[0]
    right = token(tx, action_id).encode() if action_id.isascii() else b""
    if not hmac.compare_digest(right, link.encode("utf-8", "surrogatepass")):
        raise CallError(
            "This link leads to no decision.", "Copy it whole from the statement you received."
        )
    return action_id
