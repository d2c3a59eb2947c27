"""`zhenzan diagnose`: one author beside the field and named peers, and what to do about it."""

from pathlib import Path
from typing import Annotated

import typer

from zhenzan import api
from zhenzan.commands.options import AsJson, Directory, Language, read_clock, split, write_file
from zhenzan.terminal import print_json, terminal_language

PAGE = Path("diagnosis.html")


def diagnose(
    directory: Directory,
    *,
    author: Annotated[str, typer.Option(metavar="ID", help="An author of the log.")],
    peers: Annotated[
        str, typer.Option(metavar="ID,ID…", help="Authors to be held beside, between commas.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help=f"The page to write; by default {PAGE}."),
    ] = None,
    utc_offset: Annotated[
        str,
        typer.Option(metavar="±HH:MM", help="The audience's clock, for hours and nights."),
    ] = "+00:00",
    lang: Language = None,
    as_json: AsJson = False,
) -> None:
    """Diagnose one author's traffic: the honest count, strengths, problems, what to do."""
    from zhenzan.report import diagnosis

    opened = api.open_scan(directory)
    clock = diagnosis.Clock(read_clock(utc_offset))
    found = diagnosis.diagnose(opened.directory, author, split(peers), clock)
    if as_json:
        print_json(found.to_dict())
    if out is not None or not as_json:
        write_file(out or PAGE, found.html(lang or terminal_language()).encode())
    if not as_json:
        typer.echo(out or PAGE)
