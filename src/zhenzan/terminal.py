"""What the command line shows a person: progress, errors, JSON, and in which language."""

from __future__ import annotations

import json
import os
import tempfile
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from rich.progress import TaskID

    from zhenzan.errors import ZhenzanError
    from zhenzan.settings import Language


class TerminalProgress:
    """Shows on standard error, if that is a terminal, what is at work."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        self._display = Progress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._display.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._display.stop()

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Show that something is at work that is no stage of a scan."""
        task = self._display.add_task(what, total=1)
        yield
        self._display.update(task, completed=1)

    def started(self, stage: str, position: int, total: int) -> None:
        """Show that a stage is at work, ``position`` of ``total``, from 1."""
        self._tasks[stage] = self._display.add_task(f"{position}/{total} {stage}", total=1)

    def finished(self, stage: str, seconds: float) -> None:
        """Show that the stage is done."""
        del seconds  # the display has a clock of its own
        self._display.update(self._tasks[stage], completed=1)


def terminal_language() -> Language:
    """Chinese where the terminal's language is, English everywhere else."""
    words = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next((word for word in words if word), "").startswith("zh") else "en"


def print_json(data: object) -> None:
    """Print data on standard output as one JSON document."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def complain(error: ZhenzanError) -> int:
    """Print an error on standard error, and return its exit status."""
    hint = f"\nHint: {error.hint}" if error.hint else ""
    typer.echo(f"Error: {error.sentence}{hint}", err=True)
    return error.exit_status


def report_defect(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Say that Zhenzan itself is at fault, and keep the traceback in a file."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="zhenzan-defect-", suffix=".txt", delete=False
    ) as file:
        file.writelines(traceback.format_exception(kind, error, trace))
    typer.echo(
        f"Error: This is a defect in Zhenzan: {kind.__name__}.\n"
        f"Hint: The traceback is in {file.name}; please report it with that file.",
        err=True,
    )
