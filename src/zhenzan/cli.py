"""The command line: reads what the caller typed, hands it on, prints the answer."""

import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from zhenzan import api, settings
from zhenzan.errors import CallError, LimitError, ZhenzanError
from zhenzan.terminal import (
    TerminalProgress,
    complain,
    print_json,
    report_defect,
    terminal_language,
)

INTERRUPTED = 130
WORLD_FILES = ("events.parquet", "accounts.parquet", "contents.parquet", "truth", "card.md")

app = typer.Typer(
    name="zhenzan",
    help="Say which likes of an interaction log are real, who supplies the rest, and how we know.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="A directory that a scan wrote.")]
Language = Annotated[
    settings.Language | None,
    typer.Option("--lang", help="Language of what people read; by default that of the terminal."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the results as JSON, nothing else.")]


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    *,
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.")
    ] = False,
) -> None:
    if show_version:
        typer.echo(f"zhenzan {version('zhenzan')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(CallError.exit_status)


@app.command()
def demo(
    *,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Directory for the world and the scan.")
    ] = Path("zhenzan-demo"),
    lang: Language = None,
) -> None:
    """Simulate a small world, scan it, and name the report."""
    from zhenzan import worlds

    language = lang or terminal_language()
    world = out / "world"
    with TerminalProgress() as progress:
        with progress.doing("simulating a world"), api.replacing(world, WORLD_FILES) as fresh:
            worlds.simulate(fresh, worlds.demo_settings())
        done = api.scan(
            world / "events.parquet",
            world / "accounts.parquet",
            world / "contents.parquet",
            out=out / "scan",
            lang=language,
            progress=progress,
        )
    show_answer(done, language)


@app.command()
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
    endorsement: Annotated[
        str, typer.Option(metavar="TYPES", help="Event types to judge, by commas.")
    ] = "like",
    false_per_10k: Annotated[
        float,
        typer.Option(metavar="N", help="Honest accounts in 10,000 that may be called fake."),
    ] = 1.0,
    memory: Annotated[
        str, typer.Option(metavar="SIZE", help="The most memory the scan aims to use.")
    ] = "8GB",
    threads: Annotated[
        int | None, typer.Option(metavar="N", help="Worker threads; by default all there are.")
    ] = None,
    engine: Annotated[
        str, typer.Option(metavar="NAME", help="What runs the queries: duckdb.")
    ] = "duckdb",
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
            progress=progress,
        )
    if as_json:
        print_json(done.summary)
    else:
        show_answer(done, language)


@app.command()
def explain(
    directory: Directory,
    *,
    like: Annotated[str | None, typer.Option(metavar="ID", help="The event_id of a like.")] = None,
    account: Annotated[str | None, typer.Option(metavar="ID", help="An account.")] = None,
    content: Annotated[str | None, typer.Option(metavar="ID", help="A content.")] = None,
    ring: Annotated[str | None, typer.Option(metavar="ID", help="A ring.")] = None,
    lang: Language = None,
    as_json: AsJson = False,
) -> None:
    """Say what a scan found on one like, account, content or ring, and the evidence."""
    explanation = api.open_scan(directory).explain(
        like_id=like,
        account_id=account,
        content_id=content,
        ring_id=ring,
    )
    if as_json:
        print_json(explanation.to_dict())
    else:
        typer.echo(explanation.text(lang or terminal_language()))


@app.command("report")
def write_report(directory: Directory, *, lang: Language = None) -> None:
    """Write the report of a scan again, in another language."""
    from zhenzan import report

    opened = api.open_scan(directory)
    typer.echo(report.write_report(opened.directory, lang or terminal_language()))


@app.command()
def simulate(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Directory for the world.")],
    *,
    accounts: Annotated[int, typer.Option(metavar="N", help="Honest accounts.")] = 20_000,
    days: Annotated[int, typer.Option(metavar="N", help="Length of the log, days.")] = 30,
    skill: Annotated[
        int,
        typer.Option(
            metavar="0|1|2", help="How well the sellers hide: clumsy, ordinary or evasive."
        ),
    ] = 1,
    fraud: Annotated[
        float, typer.Option(metavar="X", help="Share of all likes that are fake, 0 to 0.9.")
    ] = 0.12,
    modes: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Ways to fake a like; by default every one there is."),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Which world.")] = 1,
) -> None:
    """Write a simulated log in which it is known who bought what."""
    from zhenzan import worlds

    settings = worlds.WorldSettings(
        accounts=accounts,
        days=days,
        skill=skill,
        fraud=fraud,
        seed=seed,
        modes=worlds.ALL_MODES if modes is None else split(modes),
    )
    with (
        TerminalProgress() as progress,
        progress.doing("simulating a world"),
        api.replacing(directory, WORLD_FILES) as fresh,
    ):
        worlds.simulate(fresh, settings)
    typer.echo(directory)


@app.command()
def evaluate(
    directory: Directory,
    truth: Annotated[
        Path, typer.Argument(metavar="TRUTH", help="The directory of a simulated world.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Hold a scan against the truth of the simulated world it scanned."""
    from zhenzan import worlds

    evaluation = worlds.evaluate(api.open_scan(directory).directory, truth)
    if as_json:
        print_json(evaluation.to_dict())
    else:
        typer.echo(evaluation.text())


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


def run(arguments: list[str]) -> int:
    """Carry out one call.

    Returns:
        The exit status: 0 done, 1 the work failed, 2 the call was wrong, 130 interrupted.
    """
    command = typer.main.get_command(app)
    try:
        status = command.main(arguments, prog_name="zhenzan", standalone_mode=False)
    except ZhenzanError as error:
        return complain(error)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "zhenzan"
        sentence = error.format_message().replace("Value error, ", "")
        return complain(CallError(sentence, f"{path} --help says what it takes."))
    except MemoryError:
        return complain(LimitError("No memory is left.", "Lower --memory or --threads."))
    if status == INTERRUPTED:
        complain(ZhenzanError("Interrupted. What was there before is as it was."))
    return int(status or 0)


def main() -> None:
    """Run ``zhenzan`` with the words of the command line."""
    sys.excepthook = report_defect
    sys.exit(run(sys.argv[1:]))
