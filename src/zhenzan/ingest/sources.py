"""What a scan reads (Sources) and what reading it found (IngestReport)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhenzan.ingest.staging import Staged


@dataclass(frozen=True)
class Admitted:
    """A source whose rows came through the door before: read, checked and pseudonymised.

    Attributes:
        write: Writes them into a folder, as ``<source>-0.parquet`` … with the columns of
            ``checks.staging_sql``, and says what they came to.
    """

    write: Callable[[Path], Staged]


@dataclass(frozen=True)
class Sources:
    """Where the data comes from.

    Each is a path (a Parquet, CSV or JSON Lines file, a glob, or a directory of them, or a list of
    these), or data in memory: anything with ``__arrow_c_stream__``, such as an Arrow table or
    reader, a pandas or Polars frame, a DuckDB relation; or :class:`Admitted` rows.

    Attributes:
        events: What accounts did (required).
        accounts: What is known of accounts.
        contents: What is known of contents.
        labels: Human judgements.
    """

    events: object
    accounts: object | None = None
    contents: object | None = None
    labels: object | None = None


@dataclass(frozen=True)
class IngestReport:
    """What reading the sources found.

    Attributes:
        rows_in: Rows of the events source; the sum of the next three.
        accepted: Rows that became events.
        duplicate: Rows that repeat an ``event_id``.
        quarantined: Rows that could not be read.
        other_rows: The same four counts for each other source that was given.
        columns_present: Optional columns that hold at least one value: ``device_id``,
            ``accounts.created_at`` …; ``labels.label`` when labels are given; and ``view`` when
            there is at least one view event.
        integer_ids: Those of ``event_id``, ``account_id``, ``content_id`` that were whole-number
            columns in every source.
        events_by_type: Events by type; ``other`` stands for any unknown word.
        first_ts: Earliest event, µs since 1970, UTC.
        last_ts: Latest event, µs since 1970, UTC.
        digest: 64 hex digits over the accepted rows; the same for any order of the rows and any
            split into files, and whatever the pseudonym key. Of ``device_id``, ``ip`` and
            ``session_id`` it knows only which rows have one: a digest of the values themselves
            could be guessed back from it.
        skipped_files: Files in a directory or glob that are of no known format.
    """

    rows_in: int
    accepted: int
    duplicate: int
    quarantined: int
    other_rows: dict[str, dict[str, int]]
    columns_present: frozenset[str]
    integer_ids: frozenset[str]
    events_by_type: dict[str, int]
    first_ts: int | None
    last_ts: int | None
    digest: str
    skipped_files: tuple[str, ...] = field(default=())
