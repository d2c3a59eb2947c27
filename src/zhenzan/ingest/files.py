"""Which files a path, glob or directory stands for, and what format each is."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from zhenzan.errors import InputError

Format = Literal["parquet", "csv", "jsonl"]
Compression = Literal["", "gzip", "zstd"]

FORMATS: dict[str, Format] = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
}
COMPRESSIONS: dict[str, Compression] = {".gz": "gzip", ".zst": "zstd"}
KNOWN_ENDINGS = ".parquet, .csv, .tsv, .jsonl, .ndjson or .json (text also as .gz or .zst)"
_PARQUET_MAGIC = b"PAR1"
_COMPRESSION_MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
_WILD = re.compile(r"[*?\[]")
_NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class DataFile:
    """One file to read.

    Attributes:
        path: Where it is.
        format: What it holds.
        compression: How it is compressed as a whole.
        size: Bytes on disk.
        constants: (column, value) from folder names such as ``day=2024-01-01``.
    """

    path: str
    format: Format
    compression: Compression
    size: int
    constants: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class FoundFiles:
    """The files of one source, sorted by path, and those that were passed over."""

    files: tuple[DataFile, ...]
    skipped: tuple[str, ...]


def find_files(source: object, what: str) -> FoundFiles:
    """The data files that a source stands for.

    Hidden files (``.name``) are left out; other files of unknown endings are reported as skipped.

    Args:
        source: A path, a glob, a directory (read with all below it), or a list of these.
        what: The source's name, for messages.

    Raises:
        InputError: Nothing is there, or a file is not what its name says.
    """
    parts = list(source) if isinstance(source, list | tuple) else [source]
    files: list[DataFile] = []
    skipped: list[str] = []
    for part in parts:
        if not isinstance(part, str | os.PathLike):
            raise InputError(
                f"{what} is a list that holds something else than paths.",
                "Give a path, a list of paths, or data in memory.",
            )
        _gather(os.fspath(part), files, skipped)
    if not files:
        raise InputError(
            f"There is no data file in {_shown(parts)}.",
            f"Zhenzan reads files that end in {KNOWN_ENDINGS}.",
        )
    unique = {f.path: f for f in files}
    for file in unique.values():
        check_content(file)
    return FoundFiles(tuple(unique[p] for p in sorted(unique)), tuple(sorted(set(skipped))))


def _shown(parts: list[object]) -> str:
    return ", ".join(f"'{p}'" for p in parts) or "an empty list"


def _gather(part: str, files: list[DataFile], skipped: list[str]) -> None:
    path = Path(part)
    if path.is_dir():
        _gather_directory(path, files, skipped)
    elif path.is_file():
        file = describe(path, path.parent)
        if file is None:
            raise InputError(
                f"'{part}' is of no format that Zhenzan knows by its ending.",
                f"Zhenzan reads files that end in {KNOWN_ENDINGS}.",
            )
        files.append(file)
    elif path.exists():
        raise InputError(f"'{part}' is no ordinary file.", "Save its data to a file first.")
    else:
        _gather_glob(path, files, skipped)


def _gather_glob(pattern: Path, files: list[DataFile], skipped: list[str]) -> None:
    wild = next((i for i, name in enumerate(pattern.parts) if _WILD.search(name)), None)
    if wild is None:
        raise InputError(f"There is no file '{pattern}'.", "Check the path.")
    root = Path(*pattern.parts[:wild])
    for match in sorted(root.glob(str(Path(*pattern.parts[wild:])))):
        if match.is_dir():
            _gather_directory(match, files, skipped)
        elif match.is_file() and not match.name.startswith("."):
            _add(match, root, files, skipped)


def _gather_directory(root: Path, files: list[DataFile], skipped: list[str]) -> None:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if not name.startswith(".") and path.is_file():
                _add(path, root, files, skipped)


def _add(path: Path, root: Path, files: list[DataFile], skipped: list[str]) -> None:
    file = describe(path, root)
    if file is None:
        skipped.append(str(path))
    else:
        files.append(file)


def describe(path: Path, root: Path) -> DataFile | None:
    """A file by its name, None where the ending is unknown; ``root`` is where partitions start."""
    endings = [s.lower() for s in path.suffixes]
    compression: Compression = ""
    if endings and endings[-1] in COMPRESSIONS:
        compression = COMPRESSIONS[endings.pop()]
    if not endings or endings[-1] not in FORMATS:
        return None
    file_format = FORMATS[endings[-1]]
    if file_format == "parquet" and compression:
        return None
    folders = path.parent.parts[len(root.parts) :] if path.is_relative_to(root) else ()
    constants = []
    for folder in folders:
        name, equals, value = folder.partition("=")
        if name and equals:
            constants.append((unquote(name), None if value == _NULL_PARTITION else unquote(value)))
    return DataFile(str(path), file_format, compression, path.stat().st_size, tuple(constants))


def check_content(file: DataFile) -> None:
    """Look whether a file is what its name says.

    Raises:
        InputError: It is not, or it is empty or cannot be opened.
    """
    try:
        with Path(file.path).open("rb") as handle:
            head = handle.read(4)
            handle.seek(max(0, file.size - 4))
            tail = handle.read(4)
    except OSError as error:
        raise InputError(
            f"'{file.path}' cannot be opened: {error.strerror}.", "Check its permissions."
        ) from error
    if not head:
        raise InputError(f"'{file.path}' is empty.", "Give a file that holds rows.")
    is_parquet = head == _PARQUET_MAGIC
    if file.format == "parquet" and not (is_parquet and tail == _PARQUET_MAGIC):
        raise InputError(
            f"'{file.path}' is not a Parquet file, or only a part of one.",
            "Write it again, or name it by what it holds.",
        )
    compressed = next((n for n, m in _COMPRESSION_MAGIC.items() if head.startswith(m)), "")
    if file.compression != compressed:
        raise InputError(
            f"'{file.path}' is {'not ' if file.compression else ''}compressed with "
            f"{file.compression or compressed}, against what its name says.",
            "Let the name end in .gz or .zst if it is compressed, and only then.",
        )
    if file.format != "parquet" and is_parquet:
        raise InputError(
            f"'{file.path}' is a Parquet file, against what its name says.",
            "Let its name end in .parquet.",
        )
