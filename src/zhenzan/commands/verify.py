"""`zhenzan verify`: whether an integrity statement is as it was signed, and what that proves."""

from pathlib import Path
from typing import Annotated

import typer

from zhenzan.commands.options import AsJson, Language
from zhenzan.errors import InputError
from zhenzan.terminal import print_json, terminal_language


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A statement by zhenzan attest.")],
    *,
    key: Annotated[
        str | None,
        typer.Option(
            metavar="HEX", help="The public key or its fingerprint, as the platform publishes it."
        ),
    ] = None,
    lang: Language = None,
    as_json: AsJson = False,
) -> None:
    """Check the signature of a statement, and say what it proves and what it does not."""
    from zhenzan.report import diagnosis

    checked = diagnosis.check_statement(_bytes_of(file), key)
    if as_json:
        told = {
            "valid": True,
            "key": checked.public.hex(),
            "fingerprint": checked.fingerprint,
            "key_is_known": checked.key_is_known,
            "statement": checked.data,
        }
        print_json(told)
    else:
        typer.echo(checked.text(lang or terminal_language()))


def _bytes_of(file: Path) -> bytes:
    from zhenzan.report.diagnosis.statement import MOST_BYTES

    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"The statement {file} cannot be read: {error.strerror}.", "Check its path."
        ) from error
