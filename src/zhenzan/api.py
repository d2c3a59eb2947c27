"""Zhenzan from Python: scan a log, open a scan, read its tables, ask for the evidence."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhenzan.directories import replacing
from zhenzan.errors import CallError, InputError
from zhenzan.model import EntityType
from zhenzan.settings import ScanSettings, available_threads, parse_bytes

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from zhenzan.pipeline import Progress
    from zhenzan.report import Explanation
    from zhenzan.report.diagnosis import Diagnosis
    from zhenzan.settings import Language


class Scan:
    """The results of one scan, read from its directory when they are asked for.

    Attributes:
        directory: The scan directory.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @cached_property
    def likes(self) -> pa.Table:
        """One row per endorsement that was judged."""
        return self._table("likes")

    @cached_property
    def accounts(self) -> pa.Table:
        """One row per account that endorsed, or whose content was endorsed."""
        return self._table("accounts")

    @cached_property
    def contents(self) -> pa.Table:
        """One row per content that was endorsed."""
        return self._table("contents")

    @cached_property
    def authors(self) -> pa.Table:
        """One row per author with a content that was endorsed."""
        return self._table("authors")

    @cached_property
    def rings(self) -> pa.Table:
        """Groups of accounts under common control or agreement."""
        return self._table("rings")

    @cached_property
    def ring_members(self) -> pa.Table:
        """Who is in which ring."""
        return self._table("ring_members")

    @cached_property
    def signals(self) -> pa.Table:
        """What each detector saw, with its weight and evidence."""
        return self._table("signals")

    @cached_property
    def curves(self) -> pa.Table:
        """Likes of contents hour by hour, beside what views predict."""
        return self._table("curves")

    @cached_property
    def retention(self) -> pa.Table:
        """How many viewers of each content watched how much of it."""
        return self._table("retention")

    @cached_property
    def sources(self) -> pa.Table:
        """How accounts reached each content."""
        return self._table("sources")

    @cached_property
    def engagement(self) -> pa.Table:
        """What accounts did with each content, and how much of it is genuine."""
        return self._table("engagement")

    @cached_property
    def peers(self) -> pa.Table:
        """Whom contents are compared with, and what is usual there."""
        return self._table("peers")

    @cached_property
    def provenance(self) -> pa.Table:
        """Where the likes of each content come from, with small classes hidden."""
        return self._table("provenance")

    @cached_property
    def quarantine(self) -> pa.Table:
        """Rows that could not be read, and why."""
        return self._table("quarantine")

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The counts, settings, detectors, versions and timings of the scan."""
        from zhenzan.report.scan_directory import read_summary

        return read_summary(self.directory)

    @property
    def report(self) -> Path:
        """The HTML report: one file that opens without a network."""
        return self.directory / "report.html"

    def exposure(self) -> pa.Table:
        """What a recommender should know of each content, as of the end of the log.

        Returns:
            One row per endorsed content, sorted: ``content_id``, ``as_of`` (UTC), ``exposure`` and
            ``engagement_score`` with its 90% interval (0–100; null where there is too little data:
            the recommender's own default belongs there), ``true_likes`` and ``health`` (0–100).
        """
        from datetime import datetime

        import pyarrow as pa

        ended = self.summary["period"]["last_ts"]
        when = pa.scalar(datetime.fromisoformat(ended), pa.timestamp("us", tz="UTC"))
        as_of = pa.repeat(when, self.contents.num_rows)
        names = ("exposure", "engagement_score", "engagement_low", "engagement_high")
        told = self.contents.select(["content_id", *names, "true_likes", "health"])
        return told.add_column(1, "as_of", as_of)

    def explain(
        self,
        *,
        like_id: str | int | None = None,
        account_id: str | int | None = None,
        content_id: str | int | None = None,
        ring_id: str | None = None,
    ) -> Explanation:
        """Say what was found on one entity, and the evidence for it.

        Args:
            like_id: The ``event_id`` of a like. Give exactly one of the four.
            account_id: An account.
            content_id: A content.
            ring_id: A ring.

        Returns:
            The facts as data; ``str()`` of it is the text, ``text("zh")`` the text in Chinese.

        Raises:
            CallError: None or several were given, or the scan knows no such entity.
        """
        from zhenzan import report

        given = {
            EntityType.LIKE: like_id,
            EntityType.ACCOUNT: account_id,
            EntityType.CONTENT: content_id,
            EntityType.RING: ring_id,
        }
        named = [(kind, entity) for kind, entity in given.items() if entity is not None]
        if len(named) != 1:
            raise CallError(
                "An explanation is of one like, account, content or ring.",
                "Name exactly one of the four.",
            )
        return report.explain(self.directory, *named[0])

    def diagnose(self, author_id: str | int, peers: Sequence[str | int] = ()) -> Diagnosis:
        """Hold one author beside the field and named peers (流量诊断, 竞品分析).

        Args:
            author_id: An author of the log.
            peers: Other authors.

        Returns:
            The facts as data; ``html("en")`` or ``html("zh")`` of it is the page.

        Raises:
            CallError: The scan does not know one of them.
        """
        from zhenzan.report.diagnosis import diagnose

        return diagnose(self.directory, author_id, peers)

    def __repr__(self) -> str:
        from zhenzan import report

        lang: Language = "zh" if self.summary["settings"]["lang"] == "zh" else "en"
        return f"{report.three_lines(self.summary, lang)}\n{self.directory}"

    def _repr_html_(self) -> str:
        from zhenzan import report

        return report.summary_html(self.summary)

    def _table(self, name: str) -> pa.Table:
        from pyarrow import parquet

        path = self.directory / f"{name}.parquet"
        if not path.exists():
            raise InputError(
                f"The scan directory {self.directory} has no {name}.parquet.",
                "Scan again: files of the directory were deleted.",
            )
        return parquet.read_table(path, partitioning=None)  # The day is in ts already.


def scan(
    events: object,
    accounts: object = None,
    contents: object = None,
    labels: object = None,
    *,
    out: str | os.PathLike[str] | None = None,
    endorsement: Sequence[str] = ("like",),
    false_per_10k: float = 1,
    memory: str = "8GB",
    threads: int | None = None,
    columns: Mapping[str, str] | None = None,
    lang: Language = "en",
    engine: str = "duckdb",
    master: str | None = None,
    previous: str | os.PathLike[str] | None = None,
    store: str | os.PathLike[str] | None = None,
    partition_by: str | None = None,
    progress: Progress | None = None,
) -> Scan:
    """Judge every like of a log.

    ``events`` and the other inputs are each a path (Parquet, CSV or JSON Lines), a glob, a
    directory, an Arrow table or reader, a pandas or Polars frame, or a DuckDB relation.

    Args:
        events: What accounts did; needs ``ts``, ``account_id`` and ``content_id``.
        accounts: What is known of accounts.
        contents: What is known of contents.
        labels: Human judgements, for calibration.
        out: Directory for the results; an earlier scan there is replaced once this one is done.
            None: a temporary directory that lives as long as the returned object.
        endorsement: The event types to judge.
        false_per_10k: At most so many honest accounts in 10,000 are called fake.
        memory: The most memory the scan aims to use, such as ``8GB``.
        threads: Worker threads; None: all processors this process may use.
        columns: Our column name → yours, such as ``{"ts": "created_at"}``.
        lang: Language of the report, ``en`` or ``zh``.
        engine: What runs the queries: ``duckdb``, or ``spark`` with the extra ``zhenzan[spark]``.
        master: Spark's master, such as ``spark://host:7077``; None: this machine.
        previous: The directory of an earlier scan; rings that continue keep their names.
        store: Folder where the rows of files are kept, so that the next scan reads only new and
            changed files; made if it is not there.
        partition_by: ``day``: tables with a ``ts`` become folders with a Parquet file for each day
            (UTC), and are sorted by day first; None: each is one file.
        progress: Told when each stage starts and ends.

    Raises:
        CallError: An option cannot be.
        InputError: The data cannot be used.
        LimitError: Memory, time or disk did not suffice.
    """
    if lang not in ("en", "zh"):
        raise CallError(f"There is no language '{lang}'.", "Choose from en, zh.")
    settings = ScanSettings(
        endorsement=tuple(endorsement),
        false_per_10k=false_per_10k,
        memory_bytes=parse_bytes(memory),
        threads=available_threads() if threads is None else threads,
        lang=lang,
        columns=dict(columns or {}),
        engine=engine,
        master=master,
        partition_by=partition_by,
    )
    if out is not None and not str(out):
        raise CallError("The output directory has no name.", "Give one, such as ./scan.")

    from zhenzan import ingest, pipeline

    earlier = None if previous is None else open_scan(previous).ring_members
    sources = ingest.Sources(events, accounts, contents, labels)
    temporary = Path(tempfile.mkdtemp(prefix="zhenzan-")) if out is None else None
    done = Scan(temporary or Path(out or ""))
    if temporary:
        weakref.finalize(done, shutil.rmtree, temporary, ignore_errors=True)
    with replacing(done.directory, scan_files()) as fresh:
        pipeline.run(sources, settings, fresh, progress, earlier, Path(store) if store else None)
    return done


def scan_files() -> frozenset[str]:
    """The names of the files that a scan directory consists of."""
    from zhenzan.tables import OUT_TABLES

    return frozenset({"summary.json", "report.html", *(f"{t.name}.parquet" for t in OUT_TABLES)})


def open_scan(directory: str | os.PathLike[str]) -> Scan:
    """Open the directory of an earlier scan.

    Raises:
        CallError: The directory is not there, or no scan wrote it.
        InputError: Its summary is damaged.
    """
    opened = Scan(Path(directory))
    _ = opened.summary  # a directory that is no scan's is refused now, not at the first table
    return opened
