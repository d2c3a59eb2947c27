"""What pages call people and things: never by the platform's own identifiers.

An account that the ledger knows goes by its random name there (``s-…``). Everything else goes by
a letter and a keyed hash: the same thing always has the same name, and without the ledger's key
nobody can test a guess.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenzan.ledger import Transaction

HASH_BYTES = 6
"""Of a million accounts, the chance that any two share a name is 1 in 500."""


class Names:
    """The names of accounts, contents, devices and addresses.

    Args:
        tx: A transaction on the ledger, which knows some accounts.
    """

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._key = tx.secret("display names")

    def account(self, account_id: object) -> str:
        """The name of an account."""
        return self._tx.find_subject("account", str(account_id)) or self._hashed("a", account_id)

    def content(self, content_id: object) -> str:
        """The name of a content."""
        return self._hashed("c", content_id)

    def device(self, number: object) -> str:
        """The name of a device, itself a pseudonym already."""
        return self._hashed("d", number)

    def address(self, number: object) -> str:
        """The name of a network address, itself a pseudonym already."""
        return self._hashed("n", number)

    def _hashed(self, letter: str, value: object) -> str:
        text = str(value).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(
            text, digest_size=HASH_BYTES, key=self._key, person=letter.encode()
        ).digest()
        return f"{letter}-{base64.b32encode(digest).decode().rstrip('=').lower()}"
