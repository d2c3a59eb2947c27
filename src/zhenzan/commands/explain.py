"""`zhenzan explain`: what a scan found on one entity, and the evidence."""

from typing import Annotated

import typer

from zhenzan import api
from zhenzan.commands.options import AsJson, Directory, Language
from zhenzan.terminal import print_json, terminal_language


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
