"""Loads a scan's sources into the engine's tables: the one entry to this stage."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from zhenzan.errors import CallError, InputError
from zhenzan.ingest.child import Job
from zhenzan.ingest.encode import encode
from zhenzan.ingest.fields import check_mapping
from zhenzan.ingest.files import find_files
from zhenzan.ingest.guard import run_child
from zhenzan.ingest.limits import IngestLimits
from zhenzan.ingest.memory import open_memory
from zhenzan.ingest.pseudonyms import Pseudonyms
from zhenzan.ingest.sources import Admitted
from zhenzan.ingest.staging import Staged, Staging, open_staging

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.engines.base import Engine
    from zhenzan.ingest.files import DataFile
    from zhenzan.ingest.sources import IngestReport, Sources
    from zhenzan.settings import ScanSettings


def load(
    sources: Sources,
    settings: ScanSettings,
    engine: Engine,
    key: bytes,
    work: Path,
    *,
    limits: IngestLimits | None = None,
) -> IngestReport:
    """Read the sources and store the engine's first tables.

    These are ``events``, ``endorsements``, ``accounts_in``, ``contents_in``, ``quarantine`` and,
    if labels are given, ``labels_in``.

    The same rows give the same tables whatever their order and their split into files; only the
    codes of devices, sessions, addresses and networks depend on the key.

    Args:
        sources: Where the data is.
        settings: The user's choices.
        engine: Where the tables go.
        key: The pseudonym key, 32 bytes.
        work: An existing folder for temporary files; what is written there is removed again.
        limits: What a file may cost to read.

    Raises:
        CallError: A source or a mapping makes no sense.
        InputError: A file cannot be read, lacks a required column, or holds no events.
        LimitError: Reading costs more memory, time or space than it may.
    """
    check_mapping(settings.columns)
    folder = work / "ingest"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        staged, skipped = _stage(sources, settings, key, folder, limits or IngestLimits())
        _check_staged(staged, settings)
        report = encode(staged, settings, engine, folder)
        return replace(report, skipped_files=skipped)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stage(
    sources: Sources, settings: ScanSettings, key: bytes, folder: Path, limits: IngestLimits
) -> tuple[dict[str, Staged], tuple[str, ...]]:
    given = {
        name: value
        for name in ("events", "accounts", "contents", "labels")
        if (value := getattr(sources, name)) is not None
    }
    if "events" not in given:
        raise CallError("No events were given.", "Name a file, a directory or a table of events.")
    files: dict[str, tuple[DataFile, ...]] = {}
    skipped: list[str] = []
    for name, value in given.items():
        if isinstance(value, str | os.PathLike | list | tuple):
            found = find_files(value, name)
            files[name] = found.files
            skipped += found.skipped
    staged: dict[str, Staged] = {}
    if files:
        job = Job(
            files,
            settings.columns,
            folder,
            key,
            limits.process_bytes(settings.memory_bytes),
            settings.threads,
            limits,
        )
        staged |= run_child(job)
    for name, value in given.items():
        if isinstance(value, Admitted):
            staged[name] = value.write(folder)
    memory = {n: value for n, value in given.items() if n not in files and n not in staged}
    if memory:
        staged |= _stage_memory(memory, settings, key, folder)
    return staged, tuple(skipped)


def _stage_memory(
    given: dict[str, object], settings: ScanSettings, key: bytes, folder: Path
) -> dict[str, Staged]:
    pseudonyms = Pseudonyms(key)
    staged = {}
    with open_staging(folder, settings.memory_bytes // 2, settings.threads) as connection:
        for name, value in given.items():
            staging = Staging(name, settings.columns, folder, connection, pseudonyms)
            staged[name] = staging.stage([partial(open_memory, value, name)])
    return staged


def _check_staged(staged: dict[str, Staged], settings: ScanSettings) -> None:
    for source, result in staged.items():
        if not result.rows:
            raise InputError(
                f"{', '.join(result.names[:3])} holds no {source}.", "Give data that holds rows."
            )
    columns = sorted({c for result in staged.values() for c in result.columns})
    for ours, theirs in settings.columns.items():
        if theirs not in columns:
            raise InputError(
                f"--map says that {ours} is '{theirs}', but there is no such column.",
                f"The columns are {', '.join(map(repr, columns[:30]))}.",
            )
