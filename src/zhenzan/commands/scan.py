"""`zhenzan scan`: judge every like of a log."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from zhenzan import api
from zhenzan.commands.options import (
    AsJson,
    Endorsement,
    FalsePer10k,
    Language,
    Memory,
    Threads,
    show_answer,
    split,
)
from zhenzan.errors import CallError
from zhenzan.terminal import TerminalProgress, print_json, terminal_language


def scan(
    events: Annotated[
        str,
        typer.Argument(
            metavar="EVENTS",
            help="What accounts did: a Parquet, CSV or JSON Lines file, a glob, or a directory.",
        ),
    ],
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Directory for the results.")],
    accounts: Annotated[
        str | None, typer.Option(metavar="FILE", help="What is known of accounts.")
    ] = None,
    contents: Annotated[
        str | None, typer.Option(metavar="FILE", help="What is known of contents.")
    ] = None,
    labels: Annotated[
        str | None, typer.Option(metavar="FILE", help="Human judgements, for calibration.")
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OURS=YOURS", help="Name your own columns, by commas."),
    ] = None,
    endorsement: Endorsement = "like",
    false_per_10k: FalsePer10k = 1.0,
    memory: Memory = "8GB",
    threads: Threads = None,
    engine: Annotated[
        str, typer.Option(metavar="NAME", help="What runs the queries: duckdb or spark.")
    ] = "duckdb",
    master: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Spark's master; by default Spark runs on this machine."),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="An earlier scan, whose rings keep their names."),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Keeps the rows of files: the next scan reads only new ones."
        ),
    ] = None,
    partition_by: Annotated[
        str | None,
        typer.Option(
            metavar="day", help="Write tables with a time as folders with a file for each day."
        ),
    ] = None,
    lang: Language = None,
    as_json: AsJson = False,
) -> None:
    """Judge every like of a log, and write tables, a summary and a report."""
    language = lang or terminal_language()
    with TerminalProgress() as progress:
        done = api.scan(
            events,
            accounts,
            contents,
            labels,
            out=out,
            endorsement=split(endorsement),
            false_per_10k=false_per_10k,
            memory=memory,
            threads=threads,
            columns=parse_map(mapping or ()),
            lang=language,
            engine=engine,
            master=master,
            previous=previous,
            store=store,
            partition_by=partition_by,
            progress=progress,
        )
    if as_json:
        print_json(done.summary)
    else:
        show_answer(done, language)


def parse_map(texts: Iterable[str]) -> dict[str, str]:
    """``ts=created_at,account_id=uid`` as our column name → the user's.

    Raises:
        CallError: A part is no pair, or names one of our columns twice.
    """
    columns: dict[str, str] = {}
    for part in (part for text in texts for part in split(text)):
        ours, equals, theirs = (word.strip() for word in part.partition("="))
        if not (ours and equals and theirs):
            raise CallError(
                f"'{part}' is not a mapping of columns.",
                "Write our name, =, your name, such as --map ts=created_at,account_id=uid.",
            )
        if columns.setdefault(ours, theirs) != theirs:
            raise CallError(
                f"The column '{ours}' is mapped to both '{columns[ours]}' and '{theirs}'.",
                "Map each of our columns once.",
            )
    return columns
