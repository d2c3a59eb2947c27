"""`zhenzan serve user`: who may sign in to the console, beginning with the first administrator."""

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhenzan.errors import CallError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenzan.serve.auth.auth import Auth
    from zhenzan.serve.auth.roles import UserRole

DEFAULT_DATA = Path("zhenzan-data")

Data = Annotated[Path, typer.Option(metavar="DIR", help="Folder that holds everything.")]
LedgerUrl = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="URL",
        help="PostgreSQL that holds the ledger, users and keys; by default DIR does.",
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="What the user types to sign in.")]
RoleWord = Annotated[
    str,
    typer.Option(
        "--role",
        metavar="ROLE",
        help="viewer, reviewer, senior, policy_author, admin or auditor.",
    ),
]

user = typer.Typer(help="Say who may sign in to the console, and as what.")


@contextmanager
def opened(data: Path, ledger: str | None) -> "Iterator[Auth]":
    """Users and keys of a data folder or a database, beside a running service or without one."""
    from zhenzan.serve.auth.auth import Auth
    from zhenzan.serve.data_folder import DataFolder

    folder = DataFolder(data.resolve())
    folder.make()
    auth = Auth(folder, ledger_url=ledger)
    try:
        yield auth
    finally:
        auth.close()


@user.command("add")
def add_user(
    name: Name, *, role: RoleWord = "admin", data: Data = DEFAULT_DATA, ledger: LedgerUrl = None
) -> None:
    """Add a user; the password is asked for, or read from standard input."""
    with opened(data, ledger) as auth:
        auth.users.add(name, user_role(role), _password())


@user.command("list")
def list_users(*, data: Data = DEFAULT_DATA, ledger: LedgerUrl = None) -> None:
    """Name the users and their roles."""
    with opened(data, ledger) as auth:
        for one in auth.users.all():
            shut_out = "" if one.disabled_us is None else "\tshut out"
            typer.echo(f"{one.name}\t{one.role}{shut_out}")


@user.command("role")
def set_role(
    name: Name, *, role: RoleWord, data: Data = DEFAULT_DATA, ledger: LedgerUrl = None
) -> None:
    """Give a user another role; the user has to sign in again."""
    with opened(data, ledger) as auth:
        auth.users.set_role(auth.users.named(name).user_id, user_role(role))


@user.command("password")
def set_password(name: Name, *, data: Data = DEFAULT_DATA, ledger: LedgerUrl = None) -> None:
    """Give a user a new password; it is asked for, or read from standard input."""
    with opened(data, ledger) as auth:
        auth.users.set_password(auth.users.named(name).user_id, _password())


@user.command("remove")
def remove_user(name: Name, *, data: Data = DEFAULT_DATA, ledger: LedgerUrl = None) -> None:
    """Shut a user out; what the user did stays on record."""
    with opened(data, ledger) as auth:
        auth.users.disable(auth.users.named(name).user_id)


@user.command("forget-factor")
def forget_factor(name: Name, *, data: Data = DEFAULT_DATA, ledger: LedgerUrl = None) -> None:
    """Forget a user's second factor, when the phone is lost; sessions end."""
    with opened(data, ledger) as auth:
        found = auth.users.named(name)
        auth.factors.remove(found)
        auth.sessions.close_all(found.user_id)


@user.command("restore")
def restore_user(name: Name, *, data: Data = DEFAULT_DATA, ledger: LedgerUrl = None) -> None:
    """Let a user in again who was shut out."""
    with opened(data, ledger) as auth:
        auth.users.enable(auth.users.named(name).user_id)


def user_role(word: str) -> "UserRole":
    """A role by its word.

    Raises:
        CallError: There is none.
    """
    from zhenzan.serve.auth.roles import UserRole

    try:
        return UserRole(word)
    except ValueError as error:
        raise CallError(
            f"There is no role '{word}'.", f"Choose from {', '.join(UserRole)}."
        ) from error


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
