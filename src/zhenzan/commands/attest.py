"""`zhenzan attest`: a signed one-page statement of how many of an author's likes are real."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from zhenzan import api
from zhenzan.commands.options import Directory, Language, write_file
from zhenzan.settings import data_folder
from zhenzan.terminal import terminal_language

PAGE = Path("statement.html")
KEY_FILE = "statement.key"


def attest(
    directory: Directory,
    *,
    author: Annotated[str, typer.Option(metavar="ID", help="An author of the log.")],
    out: Annotated[Path, typer.Option(metavar="FILE.html", help="The statement to write.")] = PAGE,
    lang: Language = None,
) -> None:
    """Write a signed statement of one author's likes, for advertisers; zhenzan verify checks it."""
    from zhenzan.report import diagnosis
    from zhenzan.signing import SigningKey

    opened = api.open_scan(directory)
    found = diagnosis.diagnose(opened.directory, author)
    key = SigningKey(data_folder() / KEY_FILE)
    language = lang or terminal_language()
    write_file(out, diagnosis.write_statement(found, language, key, datetime.now(UTC)))
    typer.echo(f"key {key.public.hex()}")
    typer.echo(f"fingerprint {diagnosis.fingerprint(key.public)}")
    typer.echo(out)
