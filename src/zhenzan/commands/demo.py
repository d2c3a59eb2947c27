"""`zhenzan demo`: the main job on a small simulated world."""

from pathlib import Path
from typing import Annotated

import typer

from zhenzan import api
from zhenzan.commands.options import WORLD_FILES, Language, show_answer
from zhenzan.directories import replacing
from zhenzan.terminal import TerminalProgress, terminal_language


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
        with progress.doing("simulating a world"), replacing(world, WORLD_FILES) as fresh:
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
