"""Runs the child that parses files, and watches its memory and time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from zhenzan.errors import LimitError, ZhenzanError
from zhenzan.ingest.child import read_result
from zhenzan.memory import resident_bytes

if TYPE_CHECKING:
    from zhenzan.ingest.child import Job
    from zhenzan.ingest.staging import Staged

_CHECK_EVERY_S = 0.05


def run_child(job: Job) -> dict[str, list[Staged]]:
    """Stage files in a child process.

    Returns:
        What each source came to, as ``child.run`` says it.

    Raises:
        InputError: A file cannot be read.
        LimitError: A file costs more memory, time or space than it may, or broke the process.
    """
    errors = job.folder / "child.log"
    with errors.open("wb") as log:
        child = subprocess.Popen(
            # -P: the working folder must not lend its modules to the child.
            [sys.executable, "-P", "-m", "zhenzan.ingest.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=log,
            env=_environment(),
        )
    try:
        feeder = threading.Thread(target=_feed, args=(child, job.to_json().encode()), daemon=True)
        feeder.start()
        _watch(child, job)
        feeder.join()
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
    staged = read_result(job.folder)
    if staged is not None:
        return staged
    if child.returncode < 0:
        raise LimitError(
            f"Reading {_names(job)} broke the process that reads files.",
            "The file is damaged or made to do harm, or the machine ran out of memory: try "
            "--memory with less than is free, or write the file again.",
        )
    words = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise ZhenzanError(
        f"The process that reads {_names(job)} stopped: {(words or ['without a word'])[-1]}.",
        "This is a fault of Zhenzan or of its installation; please report it.",
    )


def _environment() -> dict[str, str]:
    # Where this package stands, for an interpreter that found it by a path of its own; and no
    # arenas per thread, which would count as address space.
    home = str(Path(__file__).parents[2])
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "MALLOC_ARENA_MAX": "2",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }


def _feed(child: subprocess.Popen[bytes], text: bytes) -> None:
    try:
        with child.stdin as pipe:  # type: ignore[union-attr]  # stdin=PIPE above
            pipe.write(text)
    except BrokenPipeError:
        return  # The child died; its end says why.


def _watch(child: subprocess.Popen[bytes], job: Job) -> None:
    size = sum(f.size for files in job.files.values() for f in files)
    seconds = job.limits.wall_seconds(size)
    stop = time.monotonic() + seconds
    while True:
        try:
            child.wait(_CHECK_EVERY_S)
        except subprocess.TimeoutExpired:
            pass
        else:
            return
        if time.monotonic() > stop:
            raise LimitError(
                f"Reading {_names(job)} took longer than {seconds:,} seconds.",
                "Split the data into several scans, or free the machine.",
            )
        most = job.limits.process_bytes(job.memory_bytes)
        if resident_bytes(child.pid) > most:
            raise LimitError(
                f"Reading {_names(job)} needs more than {most // 10**6:,} MB of memory.",
                "Raise --memory; if that does not help, a file may be made to exhaust it.",
            )


def _names(job: Job) -> str:
    names = [f"'{f.path}'" for files in job.files.values() for f in files]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more files" if len(names) > 3 else "")
