"""Where the service keeps everything: one folder, used by one process at a time."""

from __future__ import annotations

import fcntl
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from zhenzan.errors import CallError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class DataFolder:
    """The layout of the data folder. Everything in it is readable by its owner only.

    Attributes:
        root: The folder; the ledger is in it, unless a URL names another one.
    """

    root: Path

    @property
    def events(self) -> Path:
        """The event store (SQLite)."""
        return self.root / "events.db"

    @property
    def scans(self) -> Path:
        """One folder for each scan that is kept, named by its number."""
        return self.root / "scans"

    @property
    def webhooks(self) -> Path:
        """Who is told of what, and what has still to be told (SQLite)."""
        return self.root / "webhooks.db"

    @property
    def users(self) -> Path:
        """Who may come in: users, sessions, API keys (SQLite)."""
        return self.root / "users.db"

    @property
    def identity_provider(self) -> Path:
        """Which identity provider may vouch for users (TOML), if there is one."""
        return self.root / "oidc.toml"

    @property
    def keys(self) -> Path:
        """The pseudonym key and the signing key."""
        return self.root / "keys"

    def make(self) -> None:
        """Make what is missing.

        Raises:
            CallError: The folder cannot be made or written.
        """
        try:
            for folder in (self.root, self.scans, self.keys):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise self._unusable(error) from error

    def lock(self) -> IO[bytes]:
        """Hold the folder for this process, as long as the returned file stays open.

        Raises:
            CallError: Another process holds it, or the folder cannot be written.
        """
        try:
            file = (self.root / "lock").open("ab")
        except OSError as error:
            raise self._unusable(error) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise CallError(
                f"Another zhenzan serve uses the data folder {self.root}.",
                "Stop it first, or name another folder with --data.",
            ) from error
        return file

    def _unusable(self, error: OSError) -> CallError:
        return CallError(
            f"The data folder {self.root} cannot be used: {error.strerror}.",
            "Make it writable, or name another one with --data.",
        )
