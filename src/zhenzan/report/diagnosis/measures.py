"""What is compared with others: rates of genuine engagement, as the scores define them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from zhenzan.report.diagnosis.small_groups import Part, part_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhenzan.report.diagnosis.subject import Identifier
    from zhenzan.report.scan_directory import Reals, Row, ScanDirectory

Z_90 = 1.645
"""A normal value lies within so many deviations of its mean in 90 of 100 cases."""
LEAST_ODDS_RATIO = 1.25
"""What matters, however sure: the odds differ by a quarter, such as 30% and 35%, or 1% and 1.25%.
For rare acts this is the four-fifths rule; odds treat doing and not doing alike."""
FEWEST_VIEWERS = 20
"""Of fewer a rate says nothing; the scores take the same."""
FEWEST_AUTHORS = 10
"""Of fewer authors there is no field to stand in."""

Kind = Literal["share", "seconds", "views"]
Standing = Literal["strength", "problem", "even", "insufficient", "hidden"]


@dataclass(frozen=True)
class Measure:
    """One rate: what is counted, out of what.

    Attributes:
        name: Its key in the texts.
        count: Column that is counted.
        base: Column that it is a rate of.
        kind: A share of people or views; seconds each; or views per content.
        sources: The ways of coming that are counted.
    """

    name: str
    count: str
    base: str
    kind: Kind = "share"
    sources: frozenset[str] = frozenset()

    @property
    def is_judged(self) -> bool:
        """Whether chance is known to move it so much: only then it can be called a problem."""
        return self.kind == "share"


MEASURES = (
    Measure("completion", "finishers", "watchers"),
    Measure("dwell", "watch_seconds", "timed_viewers", "seconds"),
    Measure("comments", "genuine_comments", "genuine_viewers"),
    Measure("shares", "genuine_sharers", "genuine_viewers"),
    Measure("arrivals", "share_arrivals", "genuine_viewers"),
    Measure("favorites", "genuine_favorites", "genuine_viewers"),
    Measure("follows", "genuine_follows", "genuine_viewers"),
    Measure("search", "search_views", "views", sources=frozenset({"search"})),
    Measure("community", "community_views", "views", sources=frozenset({"follow", "profile"})),
    Measure("reach", "genuine_viewers", "contents", "views"),
)

_SUMS = sorted({name for m in MEASURES for name in (m.count, m.base)} - {"contents"})
_ENGAGEMENT = [c for c in _SUMS if c not in {"views", "search_views", "community_views"}]
TOTALS = f"""
WITH done AS (
    SELECT c.author_id, count(*) AS contents,
           {", ".join(f"cast(sum(e.{name}) AS bigint) AS {name}" for name in _ENGAGEMENT)}
    FROM engagement e JOIN contents c USING (content_id)
    WHERE c.author_id IS NOT NULL GROUP BY c.author_id),
came AS (
    SELECT c.author_id, cast(sum(s.views) AS bigint) AS views,
           cast(sum(s.views) FILTER (s.source = 'search') AS bigint) AS search,
           cast(sum(s.views) FILTER (s.source IN ('follow', 'profile')) AS bigint) AS community
    FROM sources s JOIN contents c USING (content_id)
    WHERE c.author_id IS NOT NULL AND s.source <> 'unlogged' GROUP BY c.author_id)
SELECT d.*, CASE WHEN k.logged THEN coalesce(c.views, 0) END AS views,
       CASE WHEN k.logged THEN coalesce(c.search, 0) END AS search_views,
       CASE WHEN k.logged THEN coalesce(c.community, 0) END AS community_views
FROM done d LEFT JOIN came c ON c.author_id = d.author_id
CROSS JOIN (SELECT count(*) > 0 AS logged FROM came) k
"""
"""Per author, what all contents together had; null for what the log does not tell of."""
_BASE = """CASE p.part WHEN 'completion' THEN e.watchers WHEN 'dwell' THEN e.timed_viewers
     ELSE e.genuine_viewers END"""
PEERS = f"""
SELECT p.part, sum(p.rate * {_BASE}) / nullif(sum({_BASE}), 0) AS rate
FROM contents c JOIN peers p USING (peer_group) JOIN engagement e USING (content_id)
WHERE c.author_id = ? GROUP BY p.part
"""
"""What the author's own viewers would have done at the rates of each content's peers."""


@dataclass(frozen=True)
class Figure:
    """One measure of one author beside the field's.

    Attributes:
        measure: What is measured.
        part: The count and its base, as far as they may be told; None if there is too little, or
            another figure would then tell of a small group.
        value: The rate; None if there is too little data, or a small group would be told.
        low, high: Its 90% interval.
        quantile: How many of 100 other authors are below; None without a field.
        peers: What is usual for contents of the same topic, size and age, over the same viewers;
            None where the scan has no such peers.
        median: The field's median; None without a field.
        authors: How many authors are in the field.
        standing: What it amounts to: strength or problem only where chance does not explain it
            and it is large enough to matter; hidden where it would tell of a small group.
    """

    measure: Measure
    part: Part | None
    value: float | None
    low: float | None
    high: float | None
    quantile: float | None
    peers: float | None
    median: float | None
    authors: int
    standing: Standing


class Field:
    """All authors of a scan, measured alike.

    Args:
        scan: The open scan directory.
    """

    def __init__(self, scan: ScanDirectory) -> None:
        self._scan = scan
        names = ", ".join(["contents", *_SUMS])
        totals = scan.columns("engagement contents sources", f"SELECT {names} FROM ({TOTALS})")
        self._rates = {m.name: _rates(m, totals) for m in MEASURES}

    def figures(
        self, author: Identifier, hidden: frozenset[str] = frozenset()
    ) -> tuple[Figure, ...]:
        """Every measure of one author of the scan.

        Args:
            author: The author.
            hidden: Ways of coming that must not be told of.
        """
        query = f"SELECT * FROM ({TOTALS}) WHERE author_id = ?"
        row = self._scan.row("engagement contents sources", query, [author]) or {}
        usual = self._scan.rows("engagement contents peers", PEERS, [author])
        rates = {one["part"]: one["rate"] for one in usual}
        return tuple(
            self._hidden(m) if m.sources & hidden else self._figure(m, row, rates.get(m.name))
            for m in MEASURES
        )

    def _hidden(self, measure: Measure) -> Figure:
        field = self._rates[measure.name]
        median = float(np.median(field)) if len(field) >= FEWEST_AUTHORS else None
        return Figure(measure, None, None, None, None, None, None, median, len(field), "hidden")

    def _figure(self, measure: Measure, row: Row, peers: float | None) -> Figure:
        field = self._rates[measure.name]
        enough = len(field) >= FEWEST_AUTHORS
        median = float(np.median(field)) if enough else None
        count, base = row.get(measure.count), row.get(measure.base)
        if count is None or not base or base < _fewest(measure):
            return Figure(
                measure, None, None, None, None, None, peers, median, len(field), "insufficient"
            )
        rate = count / base
        low, high = interval(measure, count, base)
        part = part_of(count, base) if measure.is_judged else Part(count, few=False, whole=base)
        shown = part.count is not None
        return Figure(
            measure,
            part,
            rate if shown else None,
            low if shown else None,
            high if shown else None,
            _quantile(field, rate) if enough else None,
            peers,
            median,
            len(field),
            standing_of(measure, count, base, [u for u in (median, peers) if u is not None]),
        )


def _fewest(measure: Measure) -> int:
    return 1 if measure.kind == "views" else FEWEST_VIEWERS


def _rates(measure: Measure, totals: Mapping[str, Reals]) -> Reals:
    counts, bases = totals[measure.count], totals[measure.base]
    known = np.isfinite(counts) & (bases >= _fewest(measure))
    return np.asarray(np.sort(counts[known] / bases[known]))


def _quantile(field: Reals, rate: float) -> float:
    """The share of other authors below, a tie counting half, in percent."""
    below = np.searchsorted(field, rate, "left")
    upto = np.searchsorted(field, rate, "right") - 1
    return float(100 * (below + upto) / (2 * max(len(field) - 1, 1)))


def interval(measure: Measure, count: float, base: float) -> tuple[float, float]:
    """The 90% interval of a rate: a viewer does it or not; half of one more is never impossible.

    For what is not judged the rate itself, twice.
    """
    rate = count / base
    if not measure.is_judged:
        return rate, rate
    share = min(rate, 1.0)
    deviation = (base * share * (1 - share) + 0.5) ** 0.5
    return max(rate - Z_90 * deviation / base, 0.0), min(rate + Z_90 * deviation / base, 1.0)


def standing_of(measure: Measure, count: float, base: float, usual: Sequence[float]) -> Standing:
    """Whether a rate lies surely and clearly beyond all that is usual, or is as others' are.

    Args:
        measure: What is measured.
        count: How often.
        base: Out of how many.
        usual: The rates that are usual, in the field and among peers; none if nobody knows.
    """
    if not usual or not measure.is_judged:
        return "even"
    rate, (low, high) = count / base, interval(measure, count, base)
    most, least = max(usual), min(usual)
    if low > most and _is_clearly_above(rate, most):
        return "strength"
    return "problem" if high < least and _is_clearly_above(least, rate) else "even"


def _is_clearly_above(rate: float, other: float) -> bool:
    rate, other = min(rate, 1.0), min(other, 1.0)
    return rate * (1 - other) >= LEAST_ODDS_RATIO * other * (1 - rate)


def standings(figures: Sequence[Figure], wanted: Standing) -> list[Figure]:
    """The figures that amount to that, those that are furthest from the middle first."""
    found = [figure for figure in figures if figure.standing == wanted]
    return sorted(found, key=lambda f: (-abs((f.quantile or 50.0) - 50.0), f.measure.name))
