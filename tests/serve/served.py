"""A service in a process of its own, as users run it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from zhenzan.serve.auth.auth import Auth
from zhenzan.serve.principals import Scope

if TYPE_CHECKING:
    from zhenzan.serve.data_folder import DataFolder


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
        auth = Auth(data)
        self.key = auth.keys.make(list(Scope))
        auth.close()
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
