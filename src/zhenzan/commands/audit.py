"""`zhenzan audit`: whether a ledger is what it was, and what is kept of it elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from zhenzan.commands.options import AsJson
from zhenzan.errors import ZhenzanError
from zhenzan.terminal import print_json

audit = typer.Typer(
    name="audit",
    help="Check the ledger of actions, decisions and appeals.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Data = Annotated[
    str, typer.Argument(metavar="DATA", help="A data folder, or a postgresql:// URL of a ledger.")
]


@audit.command()
def verify(
    data: Data,
    *,
    head: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Heads that were kept elsewhere, one a line."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find any entry of a ledger that was changed, deleted, moved or cut off."""
    from zhenzan import ledger

    found = ledger.verify(data, head_files=head or ())
    if as_json:
        print_json(found.to_dict())
    else:
        for problem in found.problems:
            where = "" if problem.seq is None else f"Entry {problem.seq}: "
            typer.echo(f"{where}{problem.sentence}")
    if not found.is_intact:
        raise ZhenzanError(
            f"The ledger in {data} is not what it was.",
            "Keep this copy as it is, and compare it with a backup.",
        )
    if not as_json:
        unsigned = found.entries - found.signed_to
        typer.echo(
            f"Intact: {found.entries} entries, {found.heads} signed heads, "
            f"the last at entry {found.signed_to} ({unsigned} entries since)."
        )


@audit.command()
def head(data: Data) -> None:
    """Sign what the ledger is now, and print it as one line of JSON, to be kept elsewhere."""
    from zhenzan import ledger

    with ledger.open_existing(data) as opened:
        typer.echo(opened.sign_head().to_json())
