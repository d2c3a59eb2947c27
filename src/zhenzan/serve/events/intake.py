"""One thread that stores what requests bring, many requests in one commit, and then answers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from zhenzan.errors import LimitError, ZhenzanError
from zhenzan.serve.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenzan.serve.events.bodies import Body
    from zhenzan.serve.events.commits import Commits
    from zhenzan.serve.metrics import Metrics

MOST_ROWS = 20_000
"""Rows in one commit: enough that its fixed cost is small, few enough that nobody waits long."""
RETRY_AFTER_S = 1
MANY = 8
FEW_ROWS = 1_000
GATHER_S = 0.008
"""Where many requests with few rows each come at once, so long is waited for more of them: a commit
has a cost of some 5 ms however few rows there are."""


@dataclass(eq=False)
class Arrival:
    """One request's rows, waiting to be stored.

    Attributes:
        body: The rows.
        size_bytes: Size of the request's body.
        principal: Who sent it.
        idempotency_key: The header; empty if there is none.
        digest: SHA-256 of route, media type and body, where there is such a key.
        answered: Is given the answer.
        arrived_s: When, by the monotonic clock.
    """

    body: Body
    size_bytes: int
    principal: str
    idempotency_key: str
    digest: bytes
    answered: asyncio.Future[bytes]
    arrived_s: float = field(default_factory=time.monotonic)


class Intake:
    """Takes arrivals from the event loop, and stores them in a thread of its own.

    Args:
        commits: Stores them; used by that thread only.
        most_waiting_bytes: Bodies waiting, together, beyond which requests are shed.
        most_waiting_s: Age of the oldest, beyond which requests are shed.
        metrics: The service's figures.
    """

    def __init__(
        self, commits: Commits, most_waiting_bytes: int, most_waiting_s: float, metrics: Metrics
    ) -> None:
        self._commits = commits
        self._most_bytes = most_waiting_bytes
        self._most_s = most_waiting_s
        self._metrics = metrics
        self._waiting: deque[Arrival] = deque()
        self._bytes = 0
        self._wake = threading.Condition()
        self._stopping = False
        self._busy_since_s: float | None = None
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        metrics.gauge("zhenzan_queue_age_seconds", "Age of the oldest waiting body.", self.age_s)
        metrics.gauge("zhenzan_queue_bytes", "Bodies waiting.", lambda: float(self._bytes))

    def start(self) -> None:
        """Begin to store."""
        self._thread.start()

    async def stop(self) -> None:
        """Store what has arrived, then end."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        await asyncio.to_thread(self._thread.join)
        self._commits.close()

    def age_s(self) -> float:
        """How long the oldest arrival that is not stored has waited, seconds."""
        oldest = self._busy_since_s
        if oldest is None and self._waiting:
            oldest = self._waiting[0].arrived_s
        return 0.0 if oldest is None else time.monotonic() - oldest

    def check_room(self, size_bytes: int) -> None:
        """Refuse a body for which there is no room.

        Raises:
            ProblemError: The service is behind (429).
        """
        if self._bytes + size_bytes <= self._most_bytes and self.age_s() <= self._most_s:
            return
        self._metrics.count("zhenzan_shed_requests_total", "Requests shed by overload.")
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "The service has more events waiting than it can store at once.",
            f"Send it again after {RETRY_AFTER_S} s, with the same event_ids.",
            {"Retry-After": str(RETRY_AFTER_S)},
        )

    def submit(self, arrival: Arrival) -> None:
        """Let an arrival be stored; its future is given the answer when it is durable.

        Raises:
            ProblemError: The service is behind (429) or stopping (503).
        """
        # Not every body says its size before it is read.
        self.check_room(arrival.size_bytes)
        with self._wake:
            if self._stopping:
                raise _stopping()
            self._waiting.append(arrival)
            self._bytes += arrival.size_bytes
            self._wake.notify()

    def _run(self) -> None:
        many = False
        while True:
            if many:
                time.sleep(GATHER_S)
            with self._wake:
                while not self._waiting and not self._stopping:
                    self._wake.wait()
                if not self._waiting:
                    return
                group = self._group()
                self._busy_since_s = group[0].arrived_s
            many = len(group) > MANY and sum(one.body.count for one in group) < FEW_ROWS
            outcomes = self._store(group)
            with self._wake:
                self._busy_since_s = None
                self._bytes -= sum(arrival.size_bytes for arrival in group)
            self._loop.call_soon_threadsafe(_answer, group, outcomes)

    def _group(self) -> list[Arrival]:
        """The next arrivals to store together: no two of them under one Idempotency-Key."""
        group: list[Arrival] = []
        keys: set[tuple[str, str]] = set()
        rows = 0
        while self._waiting:
            arrival = self._waiting[0]
            key = (arrival.principal, arrival.idempotency_key)
            rows += arrival.body.count
            if group and (rows > MOST_ROWS or (key[1] and key in keys)):
                break
            keys.add(key)
            group.append(self._waiting.popleft())
        return group

    def _store(self, group: Sequence[Arrival]) -> Sequence[bytes | ZhenzanError]:
        started = time.perf_counter()
        try:
            return self._commits.store(group)
        except LimitError as error:
            refusal = ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, error.sentence, error.hint)
            return [refusal] * len(group)
        except Exception as error:  # noqa: BLE001  # the thread must live on, and everybody be answered
            self._loop.call_soon_threadsafe(self._loop.call_exception_handler, _context(error))
            failed = ZhenzanError("The events could not be stored.", "Send them again.")
            return [failed] * len(group)
        finally:
            self._metrics.observe(
                "zhenzan_commit_seconds", "Time to check and store.", time.perf_counter() - started
            )


def _context(error: Exception) -> dict[str, object]:
    return {"message": "storing events failed", "exception": error}


def _answer(group: Sequence[Arrival], outcomes: Sequence[bytes | ZhenzanError]) -> None:
    for arrival, outcome in zip(group, outcomes, strict=True):
        if arrival.answered.done():  # The client has gone away.
            continue
        if isinstance(outcome, ZhenzanError):
            arrival.answered.set_exception(outcome)
        else:
            arrival.answered.set_result(outcome)


def _stopping() -> ProblemError:
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE, "The service is stopping.", "Send it again soon."
    )
