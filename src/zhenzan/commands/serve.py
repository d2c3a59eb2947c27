"""`zhenzan serve`: the service, and the API keys of those who call it."""

from typing import Annotated

import typer

from zhenzan.commands.options import Endorsement, FalsePer10k, Memory, Threads, split
from zhenzan.commands.user import DEFAULT_DATA, Data, LedgerUrl, opened, user, user_role
from zhenzan.errors import CallError
from zhenzan.settings import LEAST_RETENTION_DAYS

serve = typer.Typer(
    help="Take events over HTTP, decide on each like at once, and scan what came.",
    invoke_without_command=True,
)
key = typer.Typer(help="Make, list and remove API keys.")
serve.add_typer(key, name="key")
serve.add_typer(user, name="user")


@serve.callback()
def start(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(metavar="N", help="Port to listen on.")] = 8000,
    data: Data = DEFAULT_DATA,
    ledger: LedgerUrl = None,
    score_every: Annotated[
        float, typer.Option(metavar="SECONDS", help="Time between scans of the events; 0: none.")
    ] = 300.0,
    keep_scans: Annotated[int, typer.Option(metavar="N", help="Scans to keep.")] = 3,
    keep_days: Annotated[
        int,
        typer.Option(
            metavar="N",
            help="Days that events stay and are scanned; 0: for ever. See docs/ledger.md.",
        ),
    ] = LEAST_RETENTION_DAYS["events"],
    endorsement: Endorsement = "like",
    false_per_10k: FalsePer10k = 1.0,
    memory: Memory = "2GB",
    threads: Threads = None,
    private_webhooks: Annotated[
        bool,
        typer.Option("--private-webhooks", help="Let webhooks go to private addresses."),
    ] = False,
    second_factor: Annotated[
        str,
        typer.Option(
            metavar="ROLES",
            help="Roles, by commas, that sign in with a code of an app besides the password.",
        ),
    ] = "",
    quiet: Annotated[bool, typer.Option("--quiet", help="Write no access log.")] = False,
) -> None:
    """Take events over HTTP, decide on each like at once, and scan what came."""
    if context.invoked_subcommand is not None:
        return
    from zhenzan.serve.data_folder import DataFolder
    from zhenzan.serve.running import run
    from zhenzan.serve.settings import ServeSettings
    from zhenzan.settings import ScanSettings, available_threads, parse_bytes

    settings = ServeSettings(
        scan=ScanSettings(
            endorsement=split(endorsement),
            false_per_10k=false_per_10k,
            memory_bytes=parse_bytes(memory),
            threads=available_threads() if threads is None else threads,
        ),
        ledger_url=ledger,
        score_every_s=score_every,
        kept_scans=keep_scans,
        keep_days=keep_days,
        private_webhooks=private_webhooks,
        factor_roles=tuple(user_role(word) for word in split(second_factor)),
    )
    folder = DataFolder(data.resolve())
    folder.make()
    typer.echo(f"Zhenzan listens on http://{host}:{port}, with its data in {folder.root}", err=True)
    run(folder, settings, host, port, quiet=quiet)


@key.command("new")
def new_key(
    *,
    scope: Annotated[str, typer.Option(metavar="SCOPES", help="What the key is for, by commas.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="Its name in logs.")] = "",
    days: Annotated[int, typer.Option(metavar="N", help="Days it works; 0: without end.")] = 365,
    data: Data = DEFAULT_DATA,
    ledger: LedgerUrl = None,
) -> None:
    """Make an API key and print it, for the only time."""
    from zhenzan.serve.principals import Scope

    unknown = [word for word in split(scope) if word not in set(Scope)]
    if unknown:
        raise CallError(f"There is no scope '{unknown[0]}'.", f"Choose from {', '.join(Scope)}.")
    with opened(data, ledger) as auth:
        scopes = [Scope(word) for word in split(scope)]
        typer.echo(auth.keys.make(scopes, name, days=days or None))


@key.command("list")
def list_keys(*, data: Data = DEFAULT_DATA, ledger: LedgerUrl = None) -> None:
    """Name the API keys, what they are for, and how they begin."""
    with opened(data, ledger) as auth:
        for one in auth.keys.all():
            if one.revoked_us is None:
                typer.echo(f"{one.name}\t{','.join(sorted(one.scopes))}\tzz_{one.prefix}_…")


@key.command("remove")
def remove_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The key's name.")],
    *,
    data: Data = DEFAULT_DATA,
    ledger: LedgerUrl = None,
) -> None:
    """Take an API key back; it opens nothing from now on."""
    with opened(data, ledger) as auth:
        auth.keys.remove(name)
