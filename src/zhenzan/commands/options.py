"""What several commands take, and how a scan's answer is printed."""

from pathlib import Path
from typing import Annotated

import typer

from zhenzan import api, settings

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
