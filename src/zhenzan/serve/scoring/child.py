"""The process that scans what is stored: one job on standard input, one answer on standard output.

It is another process than the one that answers requests, so that neither waits for the other and
its memory is given back when it ends.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from zhenzan import pipeline
from zhenzan.errors import ZhenzanError
from zhenzan.serve.events.retention import expire
from zhenzan.serve.live.learned import learn, write_thresholds
from zhenzan.serve.scoring.job import Job
from zhenzan.serve.scoring.kept import ORIGINS, SCAN, THRESHOLDS, folder_of, write_facts
from zhenzan.serve.scoring.stored import Window, has_rows, stored_sources, write_origins
from zhenzan.settings import ScanSettings

NICER = 10
"""Answering requests goes before scanning."""


def run(job: Job) -> None:
    """Scan the window, learn the thresholds, put the results in place as a whole; remove the rest.

    Raises:
        ZhenzanError: The scan failed.
    """
    plain = {**job.settings, "endorsement": tuple(job.settings["endorsement"])}  # type: ignore[arg-type]  # a list, as JSON has no tuples
    settings = ScanSettings(**plain)  # type: ignore[arg-type]  # asdict of ScanSettings
    scans, store = Path(job.scans), Path(job.store)
    window = Window(job.after, job.upto)
    if has_rows(store, "events", window):
        _scan(job, settings, scans, store, window)
    expire(store, job.after)


def _scan(job: Job, settings: ScanSettings, scans: Path, store: Path, window: Window) -> None:
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=scans))
    try:
        scan = fresh / SCAN
        scan.mkdir()
        summary = pipeline.run(stored_sources(store, window), settings, scan)
        with tempfile.TemporaryDirectory(prefix=".origins-", dir=scans) as folder:
            origins = Path(folder) / ORIGINS
            write_origins(store, window, settings.endorsement, origins)
            learned = learn(scan, origins, settings.false_per_10k)
            shutil.move(origins, fresh / ORIGINS)
        write_thresholds(learned, fresh / THRESHOLDS)
        write_facts(fresh, job.upto, summary)
        fresh.rename(folder_of(scans, job.number))
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def main() -> None:
    """Run the job; an error that a user can act on is the answer."""
    os.nice(NICER)
    job = Job(**json.loads(sys.stdin.read()))
    try:
        run(job)
    except ZhenzanError as error:
        sys.stdout.write(json.dumps({"sentence": error.sentence, "hint": error.hint}))
        sys.exit(error.exit_status)


if __name__ == "__main__":
    main()
