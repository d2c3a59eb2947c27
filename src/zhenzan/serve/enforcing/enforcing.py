"""Applies the active policies to each new scan, and counts what came of it."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from zhenzan import enforcement, ledger
from zhenzan.errors import ZhenzanError
from zhenzan.serve.background import Background
from zhenzan.serve.child_process import ChildProcess
from zhenzan.serve.enforcing.job import Job

if TYPE_CHECKING:
    from zhenzan.ledger import Ledger
    from zhenzan.serve.data_folder import DataFolder
    from zhenzan.serve.metrics import Metrics
    from zhenzan.serve.scoring.kept import KeptScan
    from zhenzan.serve.scoring.schedule import Schedule
    from zhenzan.serve.settings import ServeSettings

POLL_S = 2.0
AGAIN_AFTER_S = 60.0
"""What failed is tried again so much later."""


class Enforcing:
    """Asks the ledger what is due for the newest scan, and has it done.

    What was done stands in the ledger and nowhere else. So it does not matter when this stops, who
    else applies policies, or whether a policy was activated before the scan or after it.

    Args:
        data: The data folder.
        settings: The user's choices.
        opened: The ledger.
        schedule: Has the newest scan.
        metrics: The service's figures.

    Attributes:
        background: Goes on as long as the service lives.
    """

    def __init__(
        self,
        data: DataFolder,
        settings: ServeSettings,
        opened: Ledger,
        schedule: Schedule,
        metrics: Metrics,
    ) -> None:
        self._where = settings.ledger_url or str(data.root)
        self._ledger = opened
        self._schedule = schedule
        self._metrics = metrics
        self._child = ChildProcess("zhenzan.serve.enforcing.child", "applies policies", {})
        self._named: tuple[int, str] = (0, "")
        self._not_before = 0.0
        self._stopped = 0
        self.background = Background("policies", self.step, POLL_S)
        metrics.gauge(
            "zhenzan_policies_stopped",
            "Policies that wait for a person since the breaker stopped them.",
            lambda: self._stopped,
        )

    async def step(self) -> int:
        """Apply what is due to the newest scan; how many versions that were."""
        waiting = await asyncio.to_thread(self._look)
        scan = self._schedule.latest
        if not waiting or scan is None or time.monotonic() < self._not_before:
            return 0
        job = Job(str(scan.directory), self._where, str(ledger.keys_folder(self._where)))
        try:
            outcomes = await self._child.run(job.to_json())
        except ZhenzanError as error:
            outcomes = [{"failed": str(error)}]
        for outcome in outcomes:
            self._count(outcome)
        self._stopped = await asyncio.to_thread(self._stops)
        return len(outcomes)

    async def stop(self) -> None:
        """End; a run that is under way is given up, as if it had not begun."""
        await self.background.stop()
        await self._child.stop()

    def _look(self) -> bool:
        """Whether anything is due."""
        self._stopped = self._stops()
        scan = self._schedule.latest
        if scan is None:
            return False
        with self._ledger.reading() as tx:
            return bool(enforcement.due(tx, self._name(scan)))

    def _stops(self) -> int:
        with self._ledger.reading() as tx:
            return len(tx.rows("SELECT policy FROM stops WHERE resumed_us IS NULL"))

    def _name(self, scan: KeptScan) -> str:
        if self._named[0] != scan.number:
            self._named = scan.number, enforcement.scan_name(scan.directory)
        return self._named[1]

    def _count(self, outcome: dict[str, Any]) -> None:
        if "failed" in outcome:
            self._not_before = time.monotonic() + AGAIN_AFTER_S
            self._metrics.count("zhenzan_failed_policy_runs_total", "Runs that failed.")
            sys.stderr.write(json.dumps({"policies": "failed", "why": outcome["failed"]}) + "\n")
            return
        mode = "shadow" if outcome["shadow"] else "stopped" if outcome["stopped"] else "live"
        self._metrics.count(
            "zhenzan_policy_runs_total", "Policies applied to a scan.", 1, mode=mode
        )
        if outcome["shadow"]:
            return
        for step, number in outcome["acted"].items():
            self._metrics.count("zhenzan_actions_total", "Actions taken.", number, step=step)
        for queue, number in outcome["cases"].items():
            self._metrics.count("zhenzan_cases_total", "Cases opened.", number, queue=queue)
