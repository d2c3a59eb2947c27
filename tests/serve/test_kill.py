"""Killed at any moment and started again: no acknowledged event is lost, none is stored twice."""

from __future__ import annotations

import json
import random
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from zhenzan.serve.data_folder import DataFolder

from .served import Served
from .stored import stored_ids

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 40
"""Events in a request."""


class Sender(threading.Thread):
    """Sends batches until they are acknowledged, whatever happens to the service meanwhile."""

    def __init__(self, served: Served, name: str, keyed: bool) -> None:
        super().__init__(name=name, daemon=True)
        self.served = served
        self.keyed = keyed
        self.acknowledged: list[str] = []
        self.stopping = threading.Event()
        self.client = httpx.Client(timeout=60, trust_env=False)

    def run(self) -> None:
        batch = 0
        while not self.stopping.is_set():
            ids = [f"{self.name}-{batch}-{n}" for n in range(ROWS)]
            rows = [
                {"event_id": i, "ts": 1_760_000_000, "account_id": i, "content_id": "c"}
                for i in ids
            ]
            self._send(batch, rows)
            self.acknowledged += ids
            batch += 1
        self.client.close()

    def _send(self, batch: int, rows: list[dict[str, object]]) -> None:
        headers = {"Authorization": f"Bearer {self.served.key}"}
        if self.keyed:
            headers["Idempotency-Key"] = f"{self.name}-{batch}"
        while True:
            url = f"http://127.0.0.1:{self.served.port}/v1/events"
            try:
                answer = self.client.post(url, json=rows, headers=headers)
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            if answer.status_code == 200:
                told = answer.json()
                assert told["accepted"] + told["duplicate"] == ROWS
                # All of a request is stored, or nothing.
                assert told["duplicate"] in {0, ROWS}
                return
            assert answer.status_code in {429, 503}
            time.sleep(0.02)


def wait_for_more(senders: list[Sender]) -> None:
    before = sum(len(sender.acknowledged) for sender in senders)
    for _ in range(6_000):
        if sum(len(sender.acknowledged) for sender in senders) > before:
            return
        time.sleep(0.01)
    raise AssertionError("nothing is acknowledged any more")


def kill_often(folder: Path, times: int, seed: int) -> None:
    draw = random.Random(seed)
    served = Served(DataFolder(folder / "data"))
    senders = [Sender(served, f"s{n}", keyed=n % 2 == 0) for n in range(4)]
    try:
        for sender in senders:
            sender.start()
        for round_ in range(times):
            # Most kills fall into the midst of commits, and some into the first moments.
            if round_ % 4 != 3:
                wait_for_more(senders)
            time.sleep(draw.uniform(0.0, 0.3))
            served.kill_and_start()
        time.sleep(0.5)
        for sender in senders:
            sender.stopping.set()
        for sender in senders:
            sender.join(60)
            assert not sender.is_alive()
    finally:
        served.stop()
    stored = stored_ids(served.data)
    acknowledged = [event_id for sender in senders for event_id in sender.acknowledged]
    assert len(acknowledged) >= times // 2 * ROWS
    assert len(stored) == len(set(stored)), "stored twice"
    assert set(acknowledged) <= set(stored), "lost"
    assert json.dumps(sorted(stored)) == json.dumps(sorted(acknowledged)), "stored, never told"


def test_killed_and_started_again(tmp_path: Path) -> None:
    kill_often(tmp_path, times=2, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_killed_at_many_moments(tmp_path: Path, seed: int) -> None:
    kill_often(tmp_path, times=12, seed=seed)
