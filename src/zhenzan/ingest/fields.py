"""The columns of each source: what they hold, their bounds, and where a file has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from zhenzan.errors import CallError, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kind = Literal["id", "time", "count", "fraction", "word", "type", "choice", "secret", "prose"]

_FRAME_INDEX = re.compile(r"__index_level_\d+__")
"""A pandas frame's row labels, which say nothing about the event."""
LONGEST_TEXT = 512
"""Characters in an identifier or a word."""
MOST_MILLISECONDS = 10**10
"""About 115 days; bounded so that sums over 9e8 rows fit in 64 bits."""
MOST_FOLLOWERS = 10**10


@dataclass(frozen=True)
class Field:
    """One column of a source.

    Attributes:
        name: Our name for it.
        kind: How it is read: ``secret`` is pseudonymised at the door, ``prose`` is free text.
        required: Whether every row must have it.
        most: The largest allowed value of a ``count``.
        choices: The words allowed in a ``choice``.
    """

    name: str
    kind: Kind
    required: bool = False
    most: int = 0
    choices: tuple[str, ...] = ()


FIELDS: dict[str, tuple[Field, ...]] = {
    "events": (
        Field("event_id", "id"),
        Field("ts", "time", required=True),
        Field("event_type", "type"),
        Field("account_id", "id", required=True),
        Field("content_id", "id", required=True),
        Field("device_id", "secret"),
        Field("ip", "secret"),
        Field("session_id", "secret"),
        Field("watch_ms", "count", most=MOST_MILLISECONDS),
        Field("progress", "fraction"),
        Field("source", "word"),
        Field("text", "prose"),
    ),
    "accounts": (
        Field("account_id", "id", required=True),
        Field("created_at", "time"),
        Field("followers", "count", most=MOST_FOLLOWERS),
        Field("following", "count", most=MOST_FOLLOWERS),
        Field("organization_id", "id"),
    ),
    "contents": (
        Field("content_id", "id", required=True),
        Field("author_id", "id"),
        Field("published_at", "time"),
        Field("duration_ms", "count", most=MOST_MILLISECONDS),
        Field("topic", "word"),
    ),
    "labels": (
        Field(
            "entity_type", "choice", required=True, choices=("like", "account", "content", "ring")
        ),
        Field("entity_id", "id", required=True),
        Field("label", "choice", required=True, choices=("genuine", "fake")),
        Field("source", "word"),
        Field("ts", "time"),
    ),
}

INTEGER_IDS = {
    ("events", "event_id"): "event_id",
    ("events", "account_id"): "account_id",
    ("events", "content_id"): "content_id",
    ("accounts", "account_id"): "account_id",
    ("contents", "author_id"): "account_id",
    ("contents", "content_id"): "content_id",
}
"""Which identifier a source's column is; outputs give whole numbers back as whole numbers."""


@dataclass(frozen=True)
class Layout:
    """Where a file has the columns of its source.

    Attributes:
        positions: For each field of the source, its position in the file, or None.
        extras: Positions of the columns that Zhenzan does not know.
    """

    positions: tuple[int | None, ...]
    extras: tuple[int, ...]


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Refuse a mapping of a column that no source has.

    Raises:
        CallError: A name on the left is not one of ours.
    """
    known = {f.name for fields in FIELDS.values() for f in fields}
    known |= {f"{source}.{f.name}" for source, fields in FIELDS.items() for f in fields}
    for name in mapping:
        if name not in known:
            raise CallError(
                f"--map names the column '{name}', which Zhenzan does not know.",
                "Write it OURS=YOURS, such as account_id=uid; ours are "
                + ", ".join(sorted(n for n in known if "." not in n))
                + ".",
            )


def user_names(source: str, name: str, mapping: Mapping[str, str]) -> tuple[str, ...]:
    """The names under which a file may have our column, the mapped one first."""
    mapped = mapping.get(f"{source}.{name}", mapping.get(name))
    if mapped is None or mapped == name:
        return (name,)
    # A mapping is made for the events; another source may well use our name.
    return (mapped,) if source == "events" else (mapped, name)


def lay_out(
    source: str, columns: Sequence[str], mapping: Mapping[str, str], file_name: str
) -> Layout:
    """Find the columns of a source among those of a file.

    Raises:
        InputError: A required column is missing, or a needed name stands twice.
    """
    positions: list[int | None] = []
    for field in FIELDS[source]:
        names = user_names(source, field.name, mapping)
        found = next((n for n in names if n in columns), None)
        if found is None:
            if field.required:
                raise missing_column(source, field.name, columns, mapping, file_name)
            positions.append(None)
            continue
        if list(columns).count(found) > 1:
            raise InputError(
                f"{file_name} has the column '{found}' more than once.",
                "Rename one of them, so that each column has a name of its own.",
            )
        positions.append(columns.index(found))
    extras = (
        i
        for i, name in enumerate(columns)
        if i not in positions and not _FRAME_INDEX.fullmatch(name)
    )
    return Layout(tuple(positions), tuple(extras))


def missing_column(
    source: str, name: str, columns: Sequence[str], mapping: Mapping[str, str], file_name: str
) -> InputError:
    """The error for a required column that a file does not have."""
    wanted = user_names(source, name, mapping)[0]
    said = "" if wanted == name else f" (--map says it is '{wanted}')"
    shown = ", ".join(repr(c) for c in columns[:30]) + (" …" if len(columns) > 30 else "")
    return InputError(
        f"{file_name} has no column '{name}'{said}; its columns are {shown or 'none'}.",
        f"If it stands under another name, say so with --map {name}=THAT_NAME.",
    )
