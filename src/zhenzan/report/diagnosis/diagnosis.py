"""A diagnosis (流量诊断) of one author: everything that its page says, as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from zhenzan.report.diagnosis.advice import Advice, advise
from zhenzan.report.diagnosis.audience import (
    Leaving,
    Way,
    hidden_sources,
    load_leaving,
    load_mix,
    load_ways,
)
from zhenzan.report.diagnosis.honest_count import (
    AuthorCount,
    Boosted,
    load_author,
    load_boosted,
)
from zhenzan.report.diagnosis.hours import (
    Clock,
    Curve,
    Posting,
    load_curve,
    load_posting,
)
from zhenzan.report.diagnosis.measures import Field, Figure
from zhenzan.report.diagnosis.page import diagnosis_page
from zhenzan.report.diagnosis.subject import find_author, find_peers
from zhenzan.report.scan_directory import ScanDirectory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zhenzan.report.diagnosis.subject import Identifier
    from zhenzan.settings import Language

UTC = Clock()


@dataclass(frozen=True)
class Peer:
    """An author beside whom another one is held."""

    author_id: Identifier
    count: AuthorCount
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Diagnosis:
    """What a scan says of one author, without groups of fewer than ten.

    Attributes:
        author_id: The author.
        summary: The content of the scan's ``summary.json``.
        clock: The clock of hours and nights.
        count: How many of the likes are real.
        figures: Every measure beside the field.
        curve: Likes over time; None without any in the curves.
        leaving: Where viewers leave; None with too few of them.
        ways: How viewers come.
        mix: Where likes come from: class and likes, None where hidden.
        posting: When the author posts; None with too little data.
        boosted: Contents that somebody boosted.
        advice: What the figures warrant.
        peers: The named peers, measured alike.
    """

    author_id: Identifier
    summary: dict[str, Any]
    clock: Clock
    count: AuthorCount
    figures: tuple[Figure, ...]
    curve: Curve | None
    leaving: Leaving | None
    ways: tuple[Way, ...]
    mix: tuple[tuple[str, int | None], ...]
    posting: Posting | None
    boosted: tuple[Boosted, ...]
    advice: tuple[Advice, ...]
    peers: tuple[Peer, ...]

    def html(self, lang: Language = "en") -> str:
        """The same as a page that loads nothing."""
        return diagnosis_page(self, lang)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON; of the scan only its digest and period."""
        told = asdict(self)
        summary = told.pop("summary")
        scan = {name: summary.get(name) for name in ("input_digest", "period", "zhenzan")}
        for figures in (told["figures"], *(peer["figures"] for peer in told["peers"])):
            for figure in figures:
                figure["measure"] = figure["measure"]["name"]
        return {**told, "clock": self.clock.name, "scan": scan}


def diagnose(
    directory: Path,
    author: Identifier,
    peers: Sequence[Identifier] = (),
    clock: Clock = UTC,
) -> Diagnosis:
    """Hold one author of a finished scan beside the field and named peers.

    Args:
        directory: The scan directory.
        author: An ``author_id`` of its ``authors.parquet``.
        peers: Others of them.
        clock: The clock of hours and nights.

    Raises:
        CallError: The directory is no scan directory, or does not know an author.
        InputError: One of its tables is missing or damaged.
    """
    with ScanDirectory(directory) as scan:
        found = find_author(scan, author)
        beside = find_peers(scan, found, peers)
        field = Field(scan)
        ways = load_ways(scan, found)
        count, figures = load_author(scan, found), field.figures(found, hidden_sources(ways))
        leaving, posting = load_leaving(scan, found), load_posting(scan, found, clock)
        return Diagnosis(
            author_id=found,
            summary=scan.summary,
            clock=clock,
            count=count,
            figures=figures,
            curve=load_curve(scan, found, clock),
            leaving=leaving,
            ways=ways,
            mix=load_mix(scan, found),
            posting=posting,
            boosted=load_boosted(scan, found) if count.boosted else (),
            advice=advise(count, figures, leaving, posting),
            peers=tuple(_peer(scan, field, peer) for peer in beside),
        )


def _peer(scan: ScanDirectory, field: Field, author: Identifier) -> Peer:
    hidden = hidden_sources(load_ways(scan, author))
    return Peer(author, load_author(scan, author), field.figures(author, hidden))
