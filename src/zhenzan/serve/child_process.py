"""A module of ours in a process of its own: one job on its standard input, one answer back."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from zhenzan.errors import ZhenzanError


class ChildProcess:
    """Runs one module, a job at a time.

    Args:
        module: Its name.
        doing: What it does, as an error names it.
        environment: Variables that it needs besides ours.
    """

    def __init__(self, module: str, doing: str, environment: dict[str, str]) -> None:
        self._module = module
        self._doing = doing
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    async def run(self, job: str) -> Any:
        """Do a job; the answer, read from JSON, or None if it gave none.

        Raises:
            ZhenzanError: It failed.
        """
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", self._module),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._variables(),
        )
        said, complained = await self._process.communicate(job.encode())
        try:
            told = json.loads(said) if said else None
        except ValueError:
            told = None
        if self._process.returncode == 0:
            return told
        if told is None:
            lines = complained.decode(errors="replace").strip().splitlines()
            told = {
                "sentence": f"The process that {self._doing} stopped: "
                f"{(lines or ['without a word'])[-1]}.",
                "hint": "If memory is short, lower --memory; else please report it.",
            }
        raise ZhenzanError(told["sentence"], told["hint"])

    async def stop(self) -> None:
        """Give up the job that is running."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def _variables(self) -> dict[str, str]:
        home = str(Path(__file__).parents[2])
        paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
        return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **self._environment}
