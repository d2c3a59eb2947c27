"""`zhenzan audit`: whether a ledger is what it was, and what is kept of it elsewhere."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from zhenzan.commands.options import AsJson, Keys
from zhenzan.errors import CallError, ZhenzanError
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
By = Annotated[str | None, typer.Option(metavar="NAME", help="Who says so; by default the user.")]


@audit.command()
def verify(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA", help="A data folder, a postgresql:// URL, or a pack (.zip)."
        ),
    ],
    *,
    head: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Heads that were kept elsewhere, one a line."),
    ] = None,
    keys: Keys = None,
    as_json: AsJson = False,
) -> None:
    """Find any entry of a ledger or a pack that was changed, deleted, moved or cut off."""
    from zhenzan import ledger

    if data.endswith(".zip"):
        _verify_pack(Path(data), head or [], as_json=as_json)
        return
    found = ledger.verify(data, head_files=head or (), keys=keys)
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
def head(data: Data, *, keys: Keys = None) -> None:
    """Sign what the ledger is now, and print it as one line of JSON, to be kept elsewhere."""
    from zhenzan import ledger

    with ledger.open_existing(data, keys=keys) as opened:
        typer.echo(opened.sign_head().to_json())


@audit.command()
def pack(
    data: Data,
    *,
    about: Annotated[str, typer.Option(metavar="ID", help="The case, or the action.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The pack to write, .zip.")],
    scan: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The scan, for explanations in words."),
    ] = None,
    keys: Keys = None,
) -> None:
    """Write everything about a case into one file that proves itself. It holds personal data."""
    from zhenzan import ledger, review

    with ledger.open_existing(data, keys=keys) as opened:
        signed = opened.sign_head()
        with opened.reading() as tx:
            raw = review.pack(tx, about, signed, scan)
    try:
        out.write_bytes(raw)
    except OSError as error:
        raise CallError(f"{out} cannot be written: {error.strerror}.", "Check it.") from error
    typer.echo(out)


@audit.command()
def erase(
    data: Data,
    *,
    account: Annotated[str, typer.Option(metavar="ID", help="Whose personal fields.")],
    why: Annotated[str, typer.Option(metavar="TEXT", help="Such as a request's number.")],
    by: By = None,
    keys: Keys = None,
) -> None:
    """Make everything personal about an account unreadable, for ever. The chain still holds."""
    from zhenzan import ledger

    with ledger.open_existing(data, keys=keys) as opened:
        with opened.transaction() as tx:
            subject = tx.find_subject("account", account)
            if subject is None:
                raise CallError(
                    "The ledger knows nothing personal of this account.",
                    "It may be erased already.",
                )
            tx.erase(subject, by=by or getpass.getuser(), why=why)
        opened.overwrite_erased()
    typer.echo(f"Erased: {subject}")


@audit.command()
def expire(data: Data, *, keys: Keys = None) -> None:
    """Make personal fields unreadable that are older than their class is kept."""
    from zhenzan import ledger
    from zhenzan.settings import RetentionSettings

    with ledger.open_existing(data, keys=keys) as opened:
        with opened.transaction() as tx:
            count = tx.expire(RetentionSettings())
        opened.overwrite_erased()
    typer.echo(f"Keys destroyed: {count}")


def _verify_pack(path: Path, heads: list[Path], *, as_json: bool) -> None:
    from zhenzan import ledger, review

    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CallError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    known = [one.public for file in heads for one in ledger.read_heads(file)]
    wrong = review.check_pack(raw, known[-1] if known else None)
    if as_json:
        print_json({"intact": not wrong, "problems": wrong})
    else:
        for sentence in wrong or ["Intact: what the pack says is what the ledger holds."]:
            typer.echo(sentence)
    if wrong:
        raise ZhenzanError(f"The pack {path} is not what it was.", "Ask for it again.")
