"""Many cases decided together, one after another in the background, until done or stopped."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenzan import enforcement, review
from zhenzan.errors import ZhenzanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenzan.ledger import Ledger

MOST_CASES = 500
MOST_JOBS = 100
"""So many jobs are remembered; what they did stands in the ledger."""
GRACE_SECONDS = 10.0
"""So long a job waits before it begins, in case somebody thinks better of it."""


@dataclass
class BulkJob:
    """One judgement on many cases.

    Attributes:
        case_ids: The cases.
        by: Who decides.
        outcome: uphold or overturn.
        grounds: On what grounds.
        note: Words for colleagues.
        job_id: Its number.
        decided: Cases decided so far.
        failed: Case → why it was passed over.
        steps: Steps that were taken, which can be reversed.
        state: waiting, running, stopped, done or undone.
    """

    case_ids: Sequence[str]
    by: str
    outcome: str
    grounds: str
    note: str = ""
    job_id: str = field(default_factory=lambda: secrets.token_hex(8))
    decided: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    state: str = "waiting"
    _halt: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in {"stopped", "done", "undone"}

    def run(self, ledger: Ledger, grace_seconds: float = GRACE_SECONDS) -> None:
        """Decide case by case, each in a transaction of its own, so that others can work too."""
        if self._halt.wait(grace_seconds):
            self.state = "stopped"
            return
        self.state = "running"
        for case_id in self.case_ids:
            if self._halt.is_set():
                self.state = "stopped"
                return
            self._decide(ledger, case_id)
        self.state = "done"

    def _decide(self, ledger: Ledger, case_id: str) -> None:
        try:
            with ledger.transaction() as tx:
                had_action = review.case(tx, case_id).action_id is not None
                found = review.decide(tx, case_id, self.by, self.outcome, self.grounds, self.note)
        except ZhenzanError as error:
            self.failed[case_id] = error.sentence
            return
        self.decided.append(case_id)
        if found.action_id and not had_action:
            self.steps.append(found.action_id)

    def stop(self) -> None:
        """Go no further."""
        self._halt.set()

    def undo(self, ledger: Ledger, by: str) -> int:
        """Reverse every step that it took, all in one transaction; how many."""
        with ledger.transaction() as tx:
            reversed_now = 0
            for action_id in self.steps:
                row = tx.row(
                    "SELECT subject, reversed_us FROM actions WHERE action_id = ?", (action_id,)
                )
                if row and row["reversed_us"] is None:
                    enforcement.reverse(tx, action_id, row["subject"], why="undo", by=by)
                    reversed_now += 1
        self.state = "undone"
        return reversed_now


class BulkJobs:
    """The jobs of this process.

    Args:
        ledger: Where decisions go.
        grace_seconds: How long each job waits before it begins.
    """

    def __init__(self, ledger: Ledger, grace_seconds: float = GRACE_SECONDS) -> None:
        self._ledger = ledger
        self._grace_seconds = grace_seconds
        self._jobs: OrderedDict[str, BulkJob] = OrderedDict()
        self._threads: list[threading.Thread] = []

    def start(self, job: BulkJob) -> None:
        """Begin a job in the background."""
        self._jobs[job.job_id] = job
        while len(self._jobs) > MOST_JOBS:
            self._jobs.popitem(last=False)
        thread = threading.Thread(target=job.run, args=(self._ledger, self._grace_seconds))
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()

    def get(self, job_id: str) -> BulkJob | None:
        """A job by its number."""
        return self._jobs.get(job_id)

    def close(self) -> None:
        """Stop every job after the case it is at."""
        for job in self._jobs.values():
            job.stop()
        for thread in self._threads:
            thread.join()
