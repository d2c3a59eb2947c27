"""Killed at any moment and started again: no acknowledged event is lost, none is stored twice."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from zhenzan.serve.api_keys import ApiKeys
from zhenzan.serve.data_folder import DataFolder
from zhenzan.serve.events.store import EventStore
from zhenzan.serve.principals import Scope

ROWS = 40
"""Events in a request."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Served:
    """A service in a process of its own, that can be killed and started again."""

    def __init__(self, data: DataFolder) -> None:
        data.make()
        self.data = data
        self.port = free_port()
        self.key = ApiKeys(data.keys).make([Scope.EVENTS])
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [
                *(str(Path(sys.executable).with_name("zhenzan")), "serve", "--quiet"),
                *("--port", str(self.port), "--data", str(self.data.root), "--score-every", "0"),
            ],
            stderr=subprocess.DEVNULL,
        )
        with httpx.Client(trust_env=False) as client:
            for _ in range(1_200):
                assert process.poll() is None, "the service did not start"
                try:
                    if client.get(f"http://127.0.0.1:{self.port}/readyz").status_code == 200:
                        return process
                except httpx.TransportError:
                    time.sleep(0.05)
        raise AssertionError("the service did not become ready")

    def kill_and_start(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = self._start()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


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


def kill_often(folder: Path, times: int, seed: int) -> None:
    draw = random.Random(seed)
    served = Served(DataFolder(folder / "data"))
    senders = [Sender(served, f"s{n}", keyed=n % 2 == 0) for n in range(4)]
    try:
        for sender in senders:
            sender.start()
        for _ in range(times):
            time.sleep(draw.uniform(0.0, 0.6))
            served.kill_and_start()
        time.sleep(0.5)
        for sender in senders:
            sender.stopping.set()
        for sender in senders:
            sender.join(60)
            assert not sender.is_alive()
    finally:
        served.stop()
    store = EventStore(served.data.events, read_only=True)
    stored = [
        event_id
        for batch in store.batches("events", store.last_batch())
        for event_id in batch.rows.column("event_id").to_pylist()
    ]
    acknowledged = [event_id for sender in senders for event_id in sender.acknowledged]
    assert len(acknowledged) >= times * ROWS
    assert len(stored) == len(set(stored)), "stored twice"
    assert set(acknowledged) <= set(stored), "lost"
    assert json.dumps(sorted(stored)) == json.dumps(sorted(acknowledged)), "stored, never told"


def test_killed_and_started_again(tmp_path: Path) -> None:
    kill_often(tmp_path, times=2, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_killed_at_many_moments(tmp_path: Path, seed: int) -> None:
    kill_often(tmp_path, times=12, seed=seed)
