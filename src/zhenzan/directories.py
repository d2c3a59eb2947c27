"""Result directories: filled beside the earlier one, and put in its place when all went well."""

from __future__ import annotations

import errno
import secrets
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from zhenzan.errors import CallError, LimitError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


@contextmanager
def replacing(directory: Path, own: Collection[str]) -> Iterator[Path]:
    """Fill a directory beside ``directory``, and put it in its place when all went well.

    Whoever reads ``directory`` sees the old results or the new ones, never half of each, and a
    failure leaves the old ones as they were.

    Args:
        directory: May be absent, empty, or hold earlier results.
        own: Names of the files that results consist of; with any other file in it, the directory
            is not touched.

    Yields:
        A new, empty directory to fill.

    Raises:
        CallError: The directory holds something else, or cannot be written.
        LimitError: The disk is full.
    """
    target = directory.resolve()
    _check_replaceable(directory, target, own)
    fresh = _sibling(target, "new")
    try:
        fresh.mkdir(parents=True)
    except OSError as error:
        raise _cannot_write(directory, error) from error
    try:
        yield fresh
        _put_in_place(fresh, directory, target)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise LimitError(
            f"The disk that holds {target.parent} is full.",
            "Free some space, or choose an output directory on another disk.",
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _check_replaceable(directory: Path, target: Path, own: Collection[str]) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise CallError(f"{directory} is a file.", "Choose a directory for the results.")
    if target in (Path.cwd(), *Path.cwd().parents):
        raise CallError(
            f"The results cannot replace {target}, which you are in.",
            "Name a directory of their own, such as ./scan.",
        )
    foreign = sorted(entry.name for entry in target.iterdir() if entry.name not in own)
    if foreign:
        raise CallError(
            f"The directory {directory} holds {foreign[0]}, which is not Zhenzan's to replace.",
            "Choose a new or empty directory, or move your files out of this one.",
        )


def _put_in_place(fresh: Path, directory: Path, target: Path) -> None:
    old = _sibling(target, "old")
    try:
        if target.exists():
            target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    except OSError as error:
        raise _cannot_write(directory, error) from error
    shutil.rmtree(old, ignore_errors=True)


def _sibling(target: Path, word: str) -> Path:
    return target.with_name(f".{target.name}.{word}-{secrets.token_hex(4)}")


def _cannot_write(directory: Path, error: OSError) -> CallError:
    return CallError(
        f"The directory {directory} cannot be written: {error.strerror}.",
        "Choose another directory for the results.",
    )
