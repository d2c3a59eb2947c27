"""Passwords: the rules for a new one, and hashes that are slow to guess (argon2id, RFC 9106)."""

from __future__ import annotations

import threading
import unicodedata
from importlib.resources import files

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from zhenzan.errors import CallError

LEAST_CHARACTERS = 15
"""NIST SP 800-63B-4, 3.1.1.2: for a password that is the only factor."""
MOST_CHARACTERS = 200
HASHES_AT_ONCE = 2
"""Each takes 64 MiB; a flood of sign-ins must wait, not fill the memory."""


def normal_form(password: str) -> str:
    """One form for the same password typed on different keyboards (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check_new_password(password: str, names: tuple[str, ...] = ()) -> None:
    """Refuse a password that is short or among the first to be guessed.

    Args:
        password: As typed.
        names: What belongs to the user; a password may not be made of it.

    Raises:
        CallError: It is too short, too long, repeats itself, or is well known.
    """
    text = normal_form(password)
    if len(text) < LEAST_CHARACTERS:
        raise CallError(
            f"The password has {len(text)} characters; {LEAST_CHARACTERS} are the least.",
            "Take four or five words that nobody else would put together.",
        )
    if len(text) > MOST_CHARACTERS:
        raise CallError(f"The password is longer than {MOST_CHARACTERS} characters.", "Shorten it.")
    if _is_guessable(text.casefold(), names):
        raise CallError(
            "The password is among the first that would be guessed.",
            "Take four or five words that nobody else would put together.",
        )


def _is_guessable(text: str, names: tuple[str, ...]) -> bool:
    bare = "".join(c for c in text if c.isalpha())
    known = {"".join(c for c in word if c.isalpha()) for word in _known()}
    known |= {"".join(c for c in name.casefold() if c.isalpha()) for name in names}
    if bare and any(word and not bare.replace(word, "") for word in known):
        return True
    if len(set(text)) < 5 or text in _known():
        return True
    # A piece that is repeated is as long as the piece.
    return any(text == (text[:n] * len(text))[: len(text)] for n in range(1, len(text) // 2 + 1))


def _known() -> frozenset[str]:
    source = files(__package__).joinpath("known_passwords.txt").read_text(encoding="utf-8")
    return frozenset(source.split())


class Passwords:
    """Makes and checks password hashes, a few at a time.

    Args:
        hasher: Its parameters; by default RFC 9106's second choice (64 MiB, 3 passes, 4 lanes).
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(type=Type.ID)
        self._places = threading.BoundedSemaphore(HASHES_AT_ONCE)
        self._nobody = self.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The hash to keep, with its parameters and salt in it."""
        with self._places:
            return self._hasher.hash(normal_form(password))

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether the password is the one whose hash was kept.

        Without a hash (no such user) it takes as long, so that names cannot be probed by time.
        """
        if len(password) > MOST_CHARACTERS:
            return False
        with self._places:
            try:
                self._hasher.verify(kept or self._nobody, normal_form(password))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)
