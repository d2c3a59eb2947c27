"""Work that goes on as long as the service: a failure is logged, and it goes on."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Background:
    """Does something over and over, with a pause whenever there was nothing to do.

    Args:
        name: What it is called in the log.
        step: Does some of it; gives how much there was.
        pause_s: The pause, seconds.
    """

    def __init__(self, name: str, step: Callable[[], Awaitable[int]], pause_s: float) -> None:
        self._name = name
        self._step = step
        self._pause_s = pause_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            done = 0
            try:
                done = await self._step()
            except Exception as error:  # noqa: BLE001  # whatever it is, the next try may do better
                line = {"failed": self._name, "error": type(error).__name__, "why": str(error)}
                sys.stderr.write(json.dumps(line) + "\n")
            if not done:
                await asyncio.sleep(self._pause_s)
