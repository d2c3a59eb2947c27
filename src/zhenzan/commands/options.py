"""What several commands take, and how a scan's answer is printed."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from zhenzan import api, settings
from zhenzan.errors import CallError

MOST_OFFSET_MINUTES = 14 * 60
"""The clock of the Line Islands."""
WORLD_FILES = ("events.parquet", "accounts.parquet", "contents.parquet", "truth", "card.md")

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="A directory that a scan wrote.")]
Language = Annotated[
    settings.Language | None,
    typer.Option("--lang", help="Language of what people read; by default that of the terminal."),
]
Keys = Annotated[
    Path | None,
    typer.Option(
        "--keys",
        metavar="DIR",
        help="Folder of the ledger's key; by default keys in the data folder.",
    ),
]
Endorsement = Annotated[str, typer.Option(metavar="TYPES", help="Event types to judge, by commas.")]
FalsePer10k = Annotated[
    float, typer.Option(metavar="N", help="Honest accounts in 10,000 that may be called fake.")
]
Memory = Annotated[str, typer.Option(metavar="SIZE", help="The most memory a scan aims to use.")]
Threads = Annotated[
    int | None, typer.Option(metavar="N", help="Threads of a scan; by default all there are.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the results as JSON, nothing else.")]


def show_answer(done: api.Scan, lang: settings.Language) -> None:
    """Print the summary of a scan, and last the path of its report."""
    from rich.console import Console

    from zhenzan import report

    console = Console()
    with console.capture() as shown:
        console.print(report.terminal_summary(done.summary, lang))
    typer.echo("\n".join(line.rstrip() for line in shown.get().splitlines()))
    typer.echo(done.report)


def split(text: str) -> tuple[str, ...]:
    """Words between commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def read_clock(text: str) -> int:
    """A clock such as ``+08:00`` or ``-3`` as minutes before or behind UTC.

    Raises:
        CallError: No place on Earth has such a clock.
    """
    found = re.fullmatch(r"([+−-]?)(\d{1,2})(?::([0-5]\d))?", text.strip())
    minutes = 60 * int(found[2]) + int(found[3] or 0) if found else MOST_OFFSET_MINUTES + 1
    if found is None or minutes > MOST_OFFSET_MINUTES:
        raise CallError(f"'{text}' is not a clock.", "Write it like +08:00 or -03:30.")
    return minutes if found[1] in {"", "+"} else -minutes


def write_file(path: Path, content: bytes) -> None:
    """Write a file of results, whole or not at all.

    Raises:
        CallError: It cannot be written there.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise CallError(
            f"The file {path} cannot be written: {error.strerror}.", "Choose another place."
        ) from error
