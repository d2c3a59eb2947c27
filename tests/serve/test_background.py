"""Background work goes on after a failure, and ends when it is told to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from zhenzan.serve.background import Background

if TYPE_CHECKING:
    import pytest


def test_a_failure_is_logged_and_it_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    steps = 0
    enough = asyncio.Event()

    async def step() -> int:
        nonlocal steps
        steps += 1
        if steps == 2:
            raise OSError("no network")
        if steps == 4:
            enough.set()
        return 0

    async def run() -> int:
        background = Background("news", step, 0.001)
        background.start()
        await enough.wait()
        await background.stop()
        after = steps
        await asyncio.sleep(0.02)
        return steps - after

    assert asyncio.run(run()) == 0
    assert (
        capsys.readouterr().err == '{"failed": "news", "error": "OSError", "why": "no network"}\n'
    )
