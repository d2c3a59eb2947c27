"""Loads a scan's sources into the engine's tables: the one entry to this stage."""

from __future__ import annotations

import os
import shutil
from contextlib import nullcontext
from dataclasses import dataclass, replace
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
from zhenzan.ingest.store import check_apart, open_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from zhenzan.engines.base import Engine
    from zhenzan.ingest.files import DataFile
    from zhenzan.ingest.sources import IngestReport, Sources
    from zhenzan.ingest.store import Store
    from zhenzan.settings import ScanSettings


def load(
    sources: Sources,
    settings: ScanSettings,
    engine: Engine,
    key: bytes,
    work: Path,
    *,
    limits: IngestLimits | None = None,
    store: Path | None = None,
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
        store: Where the rows of files are kept for later scans, so that these read only what is
            new there; None: nowhere.

    Raises:
        CallError: A source or a mapping makes no sense, or the store cannot be used.
        InputError: A file cannot be read, lacks a required column, or holds no events.
        LimitError: Reading costs more memory, time or space than it may.
    """
    check_mapping(settings.columns)
    folder = work / "ingest"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        with open_store(store, key, settings.columns) if store else nullcontext() as kept:
            reading = _Reading(settings, key, folder, limits or IngestLimits(), kept)
            staged, skipped = _stage(sources, reading)
            _check_staged(staged, settings)
            report = encode(staged, settings, engine, folder)
        return replace(report, skipped_files=skipped, kept_files=reading.kept_files)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class _Reading:
    """How files are read.

    Attributes:
        settings: The user's choices.
        key: The pseudonym key.
        folder: Where staged rows go.
        limits: What a file may cost.
        store: Where the rows of files are kept, if they are.
        kept_files: How many files' rows the store held.
    """

    settings: ScanSettings
    key: bytes
    folder: Path
    limits: IngestLimits
    store: Store | None
    kept_files: int | None = None

    def read(self, files: Mapping[str, Sequence[DataFile]]) -> dict[str, Staged]:
        """What each source came to."""
        if self.store is None or not files:
            return {name: Staged.together(r) for name, r in self._run(files).items()}
        found = {s: [self.store.look_up(s, f) for f in listed] for s, listed in files.items()}
        known = {s: [stored.staged() for stored in listed] for s, listed in found.items()}
        missing = {
            source: [s for s, staged in zip(listed, known[source], strict=True) if staged is None]
            for source, listed in found.items()
        }
        self.kept_files = sum(s is not None for listed in known.values() for s in listed)
        fresh = self._run({s: [m.file for m in listed] for s, listed in missing.items() if listed})
        for source, listed in fresh.items():
            put = (
                self.store.put(target, self.folder / f"{source}-{number}.parquet", staged)
                for number, (target, staged) in enumerate(zip(missing[source], listed, strict=True))
            )
            known[source] = [staged or next(put) for staged in known[source]]
        self.store.keep_only([stored for listed in found.values() for stored in listed])
        return {
            source: Staged.together([staged for staged in listed if staged])
            for source, listed in known.items()
        }

    def _run(self, files: Mapping[str, Sequence[DataFile]]) -> dict[str, list[Staged]]:
        if not files:
            return {}
        settings = self.settings
        job = Job(
            {source: tuple(listed) for source, listed in files.items()},
            settings.columns,
            self.folder,
            self.key,
            self.limits.process_bytes(settings.memory_bytes),
            settings.threads,
            self.limits,
            apart=self.store is not None,
        )
        return run_child(job)


def _stage(sources: Sources, reading: _Reading) -> tuple[dict[str, Staged], tuple[str, ...]]:
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
            if reading.store:
                check_apart(reading.store.folder, value, found.files)
            files[name] = found.files
            skipped += found.skipped
    staged = reading.read(files)
    for name, value in given.items():
        if isinstance(value, Admitted):
            staged[name] = value.write(reading.folder)
    memory = {n: value for n, value in given.items() if n not in files and n not in staged}
    if memory:
        staged |= _stage_memory(memory, reading.settings, reading.key, reading.folder)
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
