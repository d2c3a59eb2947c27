"""Reads text files in windows of whole lines, decompressed, within the limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa

from zhenzan.errors import InputError
from zhenzan.ingest.records import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenzan.ingest.files import DataFile
    from zhenzan.ingest.records import Meter

WINDOW_BYTES = 8 * 2**20
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}"
    r"|(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F:.]*"
    r"|[0-9a-fA-F:]*::[0-9a-fA-F:.]*)"
)
"""What looks like an IPv4 or IPv6 address."""


def chunks(file: DataFile, meter: Meter) -> Iterator[bytes]:
    """The text of a file, decompressed, in pieces of ``WINDOW_BYTES``, without a UTF-8 mark.

    Raises:
        InputError: The compressed data is damaged, or the text is UTF-16.
        LimitError: It expands to more than it may.
    """
    first = True
    try:
        with pa.input_stream(file.path, compression=file.compression or None) as stream:
            while chunk := _filled(stream, WINDOW_BYTES):
                meter.add(len(chunk))
                if first:
                    first = False
                    if chunk.startswith(_UTF16_MARKS):
                        raise InputError(
                            f"'{file.path}' is UTF-16 text.", "Save it again as UTF-8."
                        )
                    chunk = chunk.removeprefix(_UTF8_MARK)
                yield chunk
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(
            f"'{file.path}' is damaged: it ends too soon or cannot be decompressed.",
            "Write it again from where it came.",
        ) from error


def _filled(stream: pa.NativeFile, size: int) -> bytes:
    """The next ``size`` bytes, fewer only at the end: a decompressor gives them piece by piece."""
    pieces, missing = [], size
    while missing and (piece := stream.read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def start_of(file: DataFile, meter: Meter) -> bytes:
    """The first piece of a file's text; empty for a file without text."""
    return next(chunks(file, meter), b"")


def without_addresses(text: str) -> str:
    """The text with whatever looks like a network address hidden."""
    return _ADDRESS.sub(HIDDEN, text)
