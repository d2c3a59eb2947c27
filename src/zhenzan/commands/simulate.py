"""`zhenzan simulate`: a log in which it is known who bought what."""

from pathlib import Path
from typing import Annotated

import typer

from zhenzan.commands.options import WORLD_FILES, split
from zhenzan.directories import replacing
from zhenzan.terminal import TerminalProgress


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
        replacing(directory, WORLD_FILES) as fresh,
    ):
        worlds.simulate(fresh, settings)
    typer.echo(directory)
