"""`zhenzan evaluate`: a scan against the truth of its world."""

from pathlib import Path
from typing import Annotated

import typer

from zhenzan import api
from zhenzan.commands.options import AsJson, Directory
from zhenzan.terminal import print_json


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
