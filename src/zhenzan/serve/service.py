"""What lives as long as the service: its data, its figures, and what works in the background."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from zhenzan import ledger
from zhenzan.ingest import Admission, read_key
from zhenzan.ingest.pseudonyms import Pseudonyms
from zhenzan.kernels.keyed_hash import KEY_BYTES
from zhenzan.kernels.remembered import NEW
from zhenzan.serve.auth.auth import Auth
from zhenzan.serve.console.bulk_jobs import BulkJobs
from zhenzan.serve.enforcing.enforcing import Enforcing
from zhenzan.serve.events.commits import Commits
from zhenzan.serve.events.intake import Intake
from zhenzan.serve.events.recent import RecentEvents
from zhenzan.serve.events.store import EventStore
from zhenzan.serve.events.warming import warm
from zhenzan.serve.live.counters import Counters
from zhenzan.serve.live.decisions import LiveDecisions
from zhenzan.serve.metrics import Metrics
from zhenzan.serve.queries.reading import Reading
from zhenzan.serve.scoring.schedule import Schedule
from zhenzan.serve.webhooks.news import News
from zhenzan.serve.webhooks.outbox import Outbox
from zhenzan.serve.webhooks.sending import Sending

if TYPE_CHECKING:
    from starlette.requests import Request

    from zhenzan.ledger import Ledger
    from zhenzan.serve.background import Background
    from zhenzan.serve.data_folder import DataFolder
    from zhenzan.serve.principals import Principal
    from zhenzan.serve.settings import ServeSettings

US_PER_HOUR = 3_600_000_000
CHECKING_BYTES = 500_000_000
"""The most memory that checking rows may use; they are few at a time."""


class Service:
    """The parts of one service, started and stopped together.

    Args:
        data: The data folder.
        settings: The user's choices.

    Attributes:
        data: The data folder.
        settings: The user's choices.
        auth: Who may come in; there once the service has started.
        ledger: What was decided and done; there once the service has started.
        metrics: The service's own figures.
        bulk_jobs: Cases that are decided many at a time; there once the service has started.
        intake: Stores what requests bring; there once the service has started.
        live: Decides on likes; there once the service has started.
        schedule: Runs scans; there once the service has started.
        enforcing: Applies policies to each scan; there once the service has started.
        reading: Answers questions about the newest scan; there once the service has started.
        outbox: What has to be told, and to whom; there once the service has started.
        ready: Whether it takes events.
    """

    auth: Auth
    ledger: Ledger
    bulk_jobs: BulkJobs
    intake: Intake
    live: LiveDecisions
    schedule: Schedule
    enforcing: Enforcing
    reading: Reading
    outbox: Outbox

    def __init__(self, data: DataFolder, settings: ServeSettings) -> None:
        self.data = data
        self.settings = settings
        self.metrics = Metrics()
        self.ready = False
        self._lock: IO[bytes] | None = None
        self._background: list[Background] = []
        self._work: Path | None = None

    async def start(self) -> None:
        """Take the data folder, and start what works in the background.

        Raises:
            CallError: The folder cannot be used.
            InputError: What is in it cannot be read.
        """
        self.data.make()
        self._lock = self.data.lock()
        self.auth = Auth(
            self.data,
            ledger_url=self.settings.ledger_url,
            factor_roles=self.settings.factor_roles,
        )
        self.ledger = ledger.open(self.settings.ledger_url or self.data.root)
        self.bulk_jobs = BulkJobs(self.ledger)
        self._work = Path(tempfile.mkdtemp(prefix=".work-", dir=self.data.root))
        secret = os.urandom(KEY_BYTES)
        self.live = LiveDecisions(
            self.settings.scan.endorsement, Counters(self.settings.counter_cells, secret)
        )
        store = EventStore(self.data.events)
        recent = RecentEvents(self.settings.remembered_events, secret)
        self._remember(store, recent)
        admission = Admission(self._work, CHECKING_BYTES)
        warm(admission)
        commits = Commits(
            store,
            admission,
            Pseudonyms(read_key(self.data.keys)),
            recent,
            self.live,
            self.metrics,
            int(self.settings.idempotency_hours * US_PER_HOUR),
        )
        self.intake = Intake(
            commits, self.settings.most_waiting_bytes, self.settings.most_waiting_s, self.metrics
        )
        self.intake.start()
        self.outbox = Outbox(self.data.webhooks)
        news = News(self.ledger, self.outbox)
        sending = Sending(self.outbox, self.metrics, private=self.settings.private_webhooks)
        self.schedule = Schedule(self.data, self.settings, self.live, self.metrics)
        await self.schedule.start()
        self.schedule.listeners.append(news.scan_finished)
        self.reading = Reading(self.schedule)
        self.enforcing = Enforcing(
            self.data, self.settings, self.ledger, self.schedule, self.metrics
        )
        self._background = [news.background, sending.background]
        for work in (*self._background, self.enforcing.background):
            work.start()
        self.ready = True

    async def authenticate(self, request: Request) -> Principal | None:
        """Who sends a request."""
        return await self.auth.authenticate(request)

    def _remember(self, store: EventStore, recent: RecentEvents) -> None:
        """Know again what the process before this one knew of the newest events."""
        for batch in store.tail("events", self.settings.remembered_events):
            found = recent.meet(batch.rows)
            self.live.decide(batch.rows, np.equal(found, NEW), time.time_ns() // 1000)

    async def stop(self) -> None:
        """Finish what was taken, and let go of the data folder."""
        if self.ready:
            self.ready = False
            await self.intake.stop()
            await self.enforcing.stop()
            await self.schedule.stop()
            self.reading.close()
            self.bulk_jobs.close()
            for work in self._background:
                await work.stop()
            self.outbox.close()
            self.ledger.close()
            self.auth.close()
        if self._work:
            shutil.rmtree(self._work, ignore_errors=True)
        if self._lock:
            self._lock.close()
