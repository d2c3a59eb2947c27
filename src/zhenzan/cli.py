"""The command line: its commands, and how a call ends."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from zhenzan.commands.attest import attest
from zhenzan.commands.audit import audit
from zhenzan.commands.demo import demo
from zhenzan.commands.diagnose import diagnose
from zhenzan.commands.evaluate import evaluate
from zhenzan.commands.explain import explain
from zhenzan.commands.policy import policy
from zhenzan.commands.report import write_report
from zhenzan.commands.scan import scan
from zhenzan.commands.serve import serve
from zhenzan.commands.simulate import simulate
from zhenzan.commands.verify import verify
from zhenzan.errors import CallError, LimitError, ZhenzanError
from zhenzan.terminal import complain, report_defect

INTERRUPTED = 130

app = typer.Typer(
    name="zhenzan",
    help="Say which likes of an interaction log are real, who supplies the rest, and how we know.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(demo)
app.command()(scan)
app.command()(explain)
app.command()(diagnose)
app.command()(attest)
app.command()(verify)
app.command("report")(write_report)
app.command()(simulate)
app.command()(evaluate)
app.add_typer(serve, name="serve")
app.add_typer(policy)
app.add_typer(audit)


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
