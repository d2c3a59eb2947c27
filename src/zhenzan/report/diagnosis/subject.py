"""Whom a diagnosis is of: an author that the scan knows, or a sentence and the nearest names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenzan.errors import CallError
from zhenzan.report.wording import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenzan.report.scan_directory import ScanDirectory

Identifier = str | int
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
NEAREST = 3
LONGEST_COMPARED = 200
"""Characters of an identifier that are compared with others; nobody mistypes more."""

FIND = "SELECT author_id FROM authors WHERE author_id = ?"
NEAR = f"""
SELECT cast(author_id AS varchar) AS author FROM authors
ORDER BY levenshtein(left(cast(author_id AS varchar), {LONGEST_COMPARED}), ?), author_id
LIMIT {NEAREST}
"""


def find_author(scan: ScanDirectory, name: Identifier) -> Identifier:
    """The author's identifier as the scan writes it.

    Args:
        scan: The open scan directory.
        name: What the user typed.

    Raises:
        CallError: The scan knows no such author; the hint has the nearest names.
        InputError: The directory has no table of authors.
    """
    text = str(name)
    row = None
    if not scan.is_integer("authors", "author_id"):
        row = scan.row("authors", FIND, [text])
    elif WHOLE_NUMBER.fullmatch(text):
        row = scan.row("authors", FIND, [int(text)])
    if row is not None:
        found: Identifier = row["author_id"]
        return found
    near = [one["author"] for one in scan.rows("authors", NEAR, [text[:LONGEST_COMPARED]])]
    if not near:
        raise CallError(
            "This scan does not know who wrote what.",
            "Scan again with --contents, a table with content_id and author_id.",
        )
    listed = ", ".join(short(one) for one in near)
    raise CallError(
        f"There is no author {short(name)} with endorsed contents in this scan.",
        f"Did you mean one of {listed}? All of them are in authors.parquet.",
    )


def find_peers(
    scan: ScanDirectory, author: Identifier, names: Sequence[Identifier]
) -> tuple[Identifier, ...]:
    """The peers' identifiers as the scan writes them, each once, without the author's own."""
    found = dict.fromkeys(find_author(scan, name) for name in names)
    found.pop(author, None)
    return tuple(found)
