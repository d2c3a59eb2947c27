"""API keys: 32 random bytes that a program shows; the service keeps their SHA-256 only."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zhenzan.errors import CallError, InputError
from zhenzan.serve.principals import Principal, Scope

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.requests import Request

PREFIX = "zz_"
"""Lets secret scanners find keys that were published by mistake."""
KEY_BYTES = 32
CHECK_EVERY_S = 1.0
"""How soon a key that another process made or removed is known."""
_SCHEME = "bearer "


@dataclass(frozen=True)
class ApiKey:
    """What is kept of a key.

    Attributes:
        name: Its name in logs.
        scopes: What it is for.
    """

    name: str
    scopes: frozenset[Scope]


class ApiKeys:
    """The API keys of one data folder.

    Args:
        folder: The folder of keys.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "api-keys.json"
        self._read_at_ns = -1
        self._checked_s = -CHECK_EVERY_S
        self._keys: dict[str, ApiKey] = {}

    def make(self, scopes: Collection[Scope], name: str = "") -> str:
        """Make a key, and give it, for the only time.

        Raises:
            CallError: No scope is given, or the name is taken or empty of sense.
        """
        if not scopes:
            raise CallError("The key has no scope.", f"Choose from {', '.join(Scope)}.")
        keys = self._read()
        name = name or f"key-{secrets.token_hex(4)}"
        if not name.replace("-", "").replace("_", "").isalnum() or len(name) > 64:
            raise CallError(
                f"'{name}' cannot be the name of a key.", "Use letters, digits, - and _ only."
            )
        if any(key.name == name for key in keys.values()):
            raise CallError(f"There is a key named '{name}'.", "Choose another name.")
        secret = PREFIX + secrets.token_urlsafe(KEY_BYTES)
        self._write({**keys, _digest(secret): ApiKey(name, frozenset(scopes))})
        return secret

    def remove(self, name: str) -> None:
        """Forget a key; whoever shows it is nobody from now on.

        Raises:
            CallError: There is no such key.
        """
        keys = self._read()
        left = {digest: key for digest, key in keys.items() if key.name != name}
        if len(left) == len(keys):
            raise CallError(
                f"There is no key named '{name}'.", "zhenzan serve key list names them."
            )
        self._write(left)

    def all(self) -> tuple[ApiKey, ...]:
        """Every key, in the order of their names."""
        return tuple(sorted(self._read().values(), key=lambda key: key.name))

    async def authenticate(self, request: Request) -> Principal | None:
        """Who the request's bearer token belongs to."""
        shown = request.headers.get("authorization", "")
        if shown[: len(_SCHEME)].lower() != _SCHEME:
            return None
        # Looked up by digest: how long that takes says nothing about the key.
        if time.monotonic() - self._checked_s >= CHECK_EVERY_S:
            self._keys = self._read()
            self._checked_s = time.monotonic()
        key = self._keys.get(_digest(shown[len(_SCHEME) :].strip()))
        return Principal(key.name, frozenset(key.scopes)) if key else None

    def _read(self) -> dict[str, ApiKey]:
        try:
            changed_at_ns = self._path.stat().st_mtime_ns
            if changed_at_ns != self._read_at_ns:
                kept = json.loads(self._path.read_text(encoding="utf-8"))
                self._keys = {
                    digest: ApiKey(key["name"], frozenset(map(Scope, key["scopes"])))
                    for digest, key in kept.items()
                }
                self._read_at_ns = changed_at_ns
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"The API keys in {self._path} cannot be read.",
                "Restore the file from a copy; or delete it and make new keys.",
            ) from error
        return self._keys

    def _write(self, keys: dict[str, ApiKey]) -> None:
        text = json.dumps(
            {d: {"name": k.name, "scopes": sorted(k.scopes)} for d, k in keys.items()}, indent=1
        )
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(prefix=".api-keys-", dir=self._path.parent)  # mode 0600
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(self._path)
        self._keys, self._read_at_ns = keys, -1


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
