"""What was read of each file, kept for later scans, so that these read new and changed files only.

A file is known by its content, not by its name. Rows are kept as they come from the door: checked,
pseudonymised, and with nothing in them that depends on other files. Identifiers become codes, and
repeats are found, in every scan anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from zhenzan import model
from zhenzan.errors import CallError, LimitError
from zhenzan.ingest.staging import Staged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from zhenzan.ingest.files import DataFile

LOCK = "lock"
NAME_BYTES = 20
READING_PACKAGES = ("duckdb", "numpy", "pyarrow")
"""What reads files besides our own code."""


@dataclass(frozen=True)
class StoredFile:
    """A data file, and where in the store its rows are, or are to be.

    Attributes:
        file: The data file.
        rows: The Parquet file of its rows.
        stamp: Size in bytes and time of the last change in ns, when its content was looked at.
    """

    file: DataFile
    rows: Path
    stamp: tuple[int, int]

    @property
    def about(self) -> Path:
        """What its rows came to; written last, so that it stands for the whole."""
        return self.rows.with_suffix(".json")

    def staged(self) -> Staged | None:
        """What its rows came to; None if they are not in the store as they were put there."""
        try:
            kept = json.loads(self.about.read_text(encoding="utf-8"))
            staged = Staged(**kept["staged"])
            whole = kept["bytes"] == self.rows.stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return replace(staged, names=[self.file.path], parts=[str(self.rows)]) if whole else None


class Store:
    """The rows of the files that the last scan read. Get it from :func:`open_store`.

    Args:
        folder: Where they are.
        key: The pseudonym key; with another key, every file is another one.
        mapping: Our column name → the user's; the same holds for it.
    """

    def __init__(self, folder: Path, key: bytes, mapping: Mapping[str, str]) -> None:
        self.folder = folder
        self._key = key
        self._reading = json.dumps([sorted(mapping.items()), _reader()])

    def look_up(self, source: str, file: DataFile) -> StoredFile:
        """Where the rows of a file are, or are to be."""
        path = Path(file.path)
        stamp = _stamp(path)
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "blake2b").hexdigest()
        told = [source, file.format, file.compression, file.constants, digest, self._reading]
        # Keyed: a name must not say which files there were to somebody without the key.
        name = hashlib.blake2b(json.dumps(told).encode(), key=self._key, digest_size=NAME_BYTES)
        return StoredFile(file, self.folder / f"{name.hexdigest()}.parquet", stamp)

    def put(self, target: StoredFile, rows: Path, staged: Staged) -> Staged:
        """Keep the rows of a file that was read.

        Args:
            target: What :meth:`look_up` gave.
            rows: The Parquet file that staging wrote.
            staged: What they came to.

        Returns:
            The same, read from the store. A file that changed meanwhile is not kept.
        """
        if _stamp(Path(target.file.path)) != target.stamp:
            return replace(staged, parts=[str(rows)])
        try:
            _move(rows, target.rows)
            kept = json.dumps({"bytes": target.rows.stat().st_size, "staged": staged.to_json()})
            fresh = target.about.with_suffix(".new")
            fresh.write_text(kept, encoding="utf-8")
            fresh.replace(target.about)
        except OSError as error:
            raise LimitError(
                f"The store {self.folder} cannot be written: {error.strerror}.",
                "Free disk space, or name another folder with --store.",
            ) from error
        return replace(staged, parts=[str(target.rows)])

    def keep_only(self, files: Sequence[StoredFile]) -> None:
        """Remove all rows but those of ``files``: what a log no longer has is not kept either."""
        stems = {file.rows.stem for file in files}
        for path in self.folder.iterdir():
            if path.suffix in {".parquet", ".json", ".new"} and path.stem not in stems:
                path.unlink(missing_ok=True)


@contextmanager
def open_store(folder: Path, key: bytes, mapping: Mapping[str, str]) -> Iterator[Store]:
    """A store that no other scan uses meanwhile; it is made if it is not there.

    Raises:
        CallError: Another scan uses it, it holds something else, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _check_own(folder)
        lock = (folder / LOCK).open("ab")
    except OSError as error:
        raise CallError(
            f"The store {folder} cannot be used: {error.strerror}.",
            "Name a folder that can be written, or one that is not there yet, with --store.",
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CallError(
                f"Another scan uses the store {folder}.",
                "Wait until it has read its files, or name another folder with --store.",
            ) from error
        yield Store(folder, key, mapping)


def check_apart(folder: Path, source: object, files: Sequence[DataFile]) -> None:
    """A scan must not read what it keeps.

    Args:
        folder: The store.
        source: A path, a glob, a directory, or a list of these.
        files: What was found there.

    Raises:
        CallError: The store lies inside the source.
    """
    place = folder.resolve()
    parts = source if isinstance(source, list | tuple) else [source]
    given = [Path(str(part)).resolve() for part in parts]
    inside = any(path.is_dir() and place.is_relative_to(path) for path in given)
    if inside or any(Path(file.path).resolve().is_relative_to(place) for file in files):
        raise CallError(
            f"The store {folder} lies among the files to be read.",
            "Name a folder elsewhere with --store.",
        )


def _check_own(folder: Path) -> None:
    """A store removes what it does not know of, so it may not be a folder with something else."""
    if not (folder / LOCK).exists() and any(folder.iterdir()):
        raise CallError(
            f"The folder {folder} holds something else than a store.",
            "Name an empty folder, or one that is not there yet, with --store.",
        )


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _move(rows: Path, target: Path) -> None:
    """Put a file into the store whole or not at all, from another disk too."""
    fresh = target.with_suffix(".new")
    shutil.move(rows, fresh)
    with fresh.open("rb") as written:
        os.fsync(written.fileno())
    fresh.replace(target)


def _reader() -> list[str]:
    """What reads files: after a change of it, files are read again."""
    sources = [*sorted(Path(__file__).parent.glob("*.py")), Path(model.__file__)]
    digest = hashlib.blake2b(digest_size=NAME_BYTES)
    for source in sources:
        digest.update(source.read_bytes())
    return [digest.hexdigest(), *(f"{name} {version(name)}" for name in READING_PACKAGES)]
