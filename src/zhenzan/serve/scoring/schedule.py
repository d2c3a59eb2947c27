"""When scans run: every so often, one at a time, if something new was stored."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from zhenzan.errors import ZhenzanError
from zhenzan.serve.child_process import ChildProcess
from zhenzan.serve.events.store import EventStore
from zhenzan.serve.live.learned import read_thresholds
from zhenzan.serve.live.standing import read_standing
from zhenzan.serve.scoring.job import Job
from zhenzan.serve.scoring.kept import (
    THRESHOLDS,
    KeptScan,
    clear_unfinished,
    kept_scans,
    prune,
)
from zhenzan.serve.scoring.stored import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenzan.serve.data_folder import DataFolder
    from zhenzan.serve.live.decisions import LiveDecisions
    from zhenzan.serve.metrics import Metrics
    from zhenzan.serve.settings import ServeSettings

US_PER_DAY = 86_400_000_000


class Schedule:
    """Runs scans of the stored events, and lets live decisions know what they found.

    Args:
        data: The data folder.
        settings: The user's choices.
        live: Is given what each scan found.
        metrics: The service's figures.

    Attributes:
        latest: The newest scan; None before the first.
        listeners: Called with each new scan, in the event loop.
    """

    def __init__(
        self, data: DataFolder, settings: ServeSettings, live: LiveDecisions, metrics: Metrics
    ) -> None:
        self._data = data
        self._settings = settings
        self._live = live
        self._metrics = metrics
        self._task: asyncio.Task[None] | None = None
        self._running: asyncio.Task[KeptScan | None] | None = None
        self._child = ChildProcess(
            "zhenzan.serve.scoring.child", "scans", {"ZHENZAN_HOME": str(data.keys)}
        )
        self.latest: KeptScan | None = None
        self.listeners: list[Callable[[KeptScan], None]] = []
        metrics.gauge(
            "zhenzan_scan_number",
            "The newest scan.",
            lambda: self.latest.number if self.latest else 0,
        )

    async def start(self) -> None:
        """Take up the newest scan, and begin to scan every so often.

        Raises:
            InputError: A kept scan is damaged.
        """
        clear_unfinished(self._data.scans)
        found = kept_scans(self._data.scans)
        if found:
            await self._take_up(found[-1])
        if self._settings.score_every_s:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; a scan that is running is given up."""
        for task in (self._task, self._running):
            if task:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await self._child.stop()

    async def scan(self) -> KeptScan | None:
        """Scan now, or wait for the scan that is running.

        Returns:
            The newest scan; None if there are no events.

        Raises:
            ZhenzanError: The scan failed.
        """
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._scan())
        return await asyncio.shield(self._running)

    async def _run(self) -> None:
        while True:
            started = time.monotonic()
            try:
                await self.scan()
            except (ZhenzanError, OSError) as error:
                self._metrics.count("zhenzan_failed_scans_total", "Scans that failed.")
                sys.stderr.write(json.dumps({"scan": "failed", "why": str(error)}) + "\n")
            # A scan that takes longer than the interval is followed by as long a pause.
            took_s = time.monotonic() - started
            await asyncio.sleep(max(self._settings.score_every_s - took_s, took_s))

    async def _scan(self) -> KeptScan | None:
        window = await asyncio.to_thread(self._window)
        if window is None:
            return self.latest
        started = time.perf_counter()
        number = self.latest.number + 1 if self.latest else 1
        await self._run_child(number, window)
        self._metrics.observe(
            "zhenzan_scan_seconds", "Time that scans took.", time.perf_counter() - started
        )
        if found := [one for one in kept_scans(self._data.scans) if one.number == number]:
            await self._take_up(found[0])
        await asyncio.to_thread(prune, self._data.scans, self._settings.kept_scans)
        return self.latest

    def _window(self) -> Window | None:
        """What to scan; None if there is nothing new, and nothing that has to go."""
        scanned = self.latest.upto if self.latest else 0
        now_us, keep_us = time.time_ns() // 1_000, self._settings.keep_days * US_PER_DAY
        store = EventStore(self._data.events, read_only=True)
        try:
            # What no scan has read yet stays for one that does, however old it is.
            after = min(store.before(now_us - keep_us), scanned) if keep_us else 0
            late = store.before(now_us - keep_us - US_PER_DAY) if keep_us else 0
            upto = store.last_batch() if store.rows("events") else 0
            overdue = bool(store.sizes("events", min(late, after)))
            return Window(after, upto) if upto > scanned or overdue else None
        finally:
            store.close()

    async def _run_child(self, number: int, window: Window) -> None:
        job = Job(
            str(self._data.events),
            str(self._data.scans),
            number,
            window.after,
            window.upto,
            asdict(self._settings.scan),
        )
        await self._child.run(job.to_json())

    async def _take_up(self, scan: KeptScan) -> None:
        standing = await asyncio.to_thread(read_standing, scan.directory)
        self._live.standing = standing
        self._live.thresholds = read_thresholds(scan.folder / THRESHOLDS)
        self.latest = scan
        for listener in self.listeners:
            listener(scan)
