"""`zhenzan report`: the report of a scan again, in another language."""

import typer

from zhenzan import api
from zhenzan.commands.options import Directory, Language
from zhenzan.terminal import terminal_language


def write_report(directory: Directory, *, lang: Language = None) -> None:
    """Write the report of a scan again, in another language."""
    from zhenzan import report

    opened = api.open_scan(directory)
    typer.echo(report.write_report(opened.directory, lang or terminal_language()))
