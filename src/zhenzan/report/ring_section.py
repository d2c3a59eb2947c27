"""The report's rings: who they are, when they acted, on what, and why we say so."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from zhenzan.model import CORROBORATION_BITS, Family
from zhenzan.report import charts
from zhenzan.report.answer import SUSPECT_RING_SCORE, RingFigures, ring_threshold
from zhenzan.report.findings import RingEvidence, one_in, ring_evidence
from zhenzan.report.scan_directory import ScanDirectory
from zhenzan.report.wording import duration, percent, whole

if TYPE_CHECKING:
    from pathlib import Path

    from markupsafe import Markup

    from zhenzan.report.scan_directory import Row
    from zhenzan.report.texts import Texts

RINGS_SHOWN = 12
RINGS_LISTED = 60
TARGETS_SHOWN = 8
DOTS_SHOWN = 1_200
"""At most so many dots a ring; likes of targets take what likes elsewhere leave of them."""
DOTS_ELSEWHERE = 300
WINDOW_MARGIN = 0.25
"""The chart goes this share of the ring's own period beyond it, on either side."""
MINIMUM_MARGIN_US = 6 * 3_600 * 1_000_000

FIGURES = f"""
WITH judged AS (
    SELECT ring_id, score >= ? AS established FROM rings
    WHERE kind <> 'courtesy' AND score >= {SUSPECT_RING_SCORE}),
members AS (
    SELECT count(DISTINCT account_id) FILTER (established) AS accounts,
           count(DISTINCT account_id) FILTER (NOT established) AS suspect_accounts
    FROM ring_members JOIN judged USING (ring_id)),
given AS (
    SELECT count(*) AS fake_likes, count(DISTINCT content_id) AS contents
    FROM likes JOIN judged USING (ring_id) WHERE established AND verdict = 'fake')
SELECT count(*) FILTER (established) AS established, any_value(accounts) AS accounts,
       any_value(fake_likes) AS fake_likes, any_value(contents) AS contents,
       count(*) FILTER (NOT established) AS suspect,
       any_value(suspect_accounts) AS suspect_accounts
FROM judged, members, given
"""

# Rings that gave most fake likes first; circles of friends and groups that are likely honest last.
RINGS = f"""
SELECT r.ring_id, r.kind, r.accounts, r.contents, r.likes, r.score, r.evidence,
       r.change, r.members_joined, r.members_left,
       epoch_us(r.first_ts) AS first_us, epoch_us(r.last_ts) AS last_us,
       coalesce(f.fake, 0) AS fake
FROM rings r
LEFT JOIN (SELECT ring_id, count(*) AS fake FROM likes
           WHERE ring_id IS NOT NULL AND verdict = 'fake' GROUP BY ring_id) f USING (ring_id)
ORDER BY r.score < {SUSPECT_RING_SCORE}, r.kind = 'courtesy', fake DESC, r.likes DESC, r.ring_id
LIMIT ?
"""

TARGETS = """
WITH given AS (
    SELECT ring_id, content_id, count(*) AS from_ring, count(*) FILTER (verdict = 'fake') AS fake
    FROM likes WHERE ring_id IN (SELECT unnest(?)) GROUP BY ring_id, content_id)
SELECT g.ring_id, g.content_id, g.from_ring, g.fake, c.author_id, c.likes, c.true_likes, c.verdict
FROM given g LEFT JOIN contents c USING (content_id)
QUALIFY row_number() OVER (
    PARTITION BY g.ring_id ORDER BY g.from_ring DESC, g.content_id) <= ?
ORDER BY g.ring_id, g.from_ring DESC, g.content_id
"""

# Members are materialised so that likes meet them by account; left to itself the planner compares
# every like with every window, hundreds of times slower on ten million likes.
# The sample is the same whatever the order of rows: likes in the order of their names' digest.
DOTS = f"""
WITH windows AS (SELECT unnest(?) AS ring_id, unnest(?) AS start_us, unnest(?) AS end_us),
members AS MATERIALIZED (
    SELECT ring_id, account_id, start_us, end_us FROM ring_members JOIN windows USING (ring_id)),
targets AS MATERIALIZED (
    SELECT DISTINCT ring_id, content_id FROM likes
    WHERE ring_id IN (SELECT ring_id FROM windows)),
given AS (
    SELECT m.ring_id, l.account_id, l.event_id, epoch_us(l.ts) AS us, l.verdict,
           t.content_id IS NOT NULL AS on_target
    FROM likes l
    JOIN members m USING (account_id)
    LEFT JOIN targets t ON t.ring_id = m.ring_id AND t.content_id = l.content_id
    WHERE epoch_us(l.ts) BETWEEN m.start_us AND m.end_us),
places AS (
    SELECT ring_id, account_id, row_number() OVER (
        PARTITION BY ring_id ORDER BY min(us) FILTER (on_target) NULLS LAST, min(us), account_id
        ) AS place
    FROM given GROUP BY ring_id, account_id),
dots AS (
    SELECT ring_id, on_target, md5_number_lower(cast(event_id AS VARCHAR)) AS draw,
           struct_pack(place := place, us := us, fake := verdict = 'fake') AS dot
    FROM given JOIN places USING (ring_id, account_id))
SELECT ring_id, on_target, count(*) AS in_window,
       CASE WHEN on_target THEN arg_min(dot, draw, {DOTS_SHOWN})
            ELSE arg_min(dot, draw, {DOTS_ELSEWHERE}) END AS dots
FROM dots GROUP BY ring_id, on_target
ORDER BY ring_id, on_target
"""


@dataclass(frozen=True)
class Target:
    """One content that a ring liked."""

    content_id: str
    author_id: str | None
    from_ring: int
    likes: int
    true_likes: float
    verdict: str


@dataclass(frozen=True)
class Ring:
    """One ring as the page shows it.

    Attributes:
        row: What the table says of it.
        label: Its letter on the page.
        verdict: ``established``, ``suspect``, ``cleared`` (likely honest) or ``courtesy``.
        finding: What it did, in a sentence.
        evidence: What speaks for and against it.
        families: The kinds of evidence that speak against it, in words.
        prior_one_in: One group in so many is a ring; empty if the scan does not say.
        shown: Whether it has a chart and a place of its own.
        targets: The contents it liked most.
        chart: Its likes, time × account; None for rings in the list only.
        dots: Likes drawn.
        dots_in_window: Likes its members gave in the chart's window.
    """

    row: Row
    label: str
    verdict: str
    finding: Markup
    evidence: RingEvidence
    families: tuple[str, ...]
    prior_one_in: str
    shown: bool
    targets: tuple[Target, ...] = ()
    chart: Markup | None = None
    dots: int = 0
    dots_in_window: int = 0


def ring_figures(directory: Path) -> dict[str, int]:
    """What the rings of a scan amount to, for ``rings`` of its ``summary.json``.

    Args:
        directory: A scan directory with its tables and its summary.
    """
    with ScanDirectory(directory) as scan:
        return asdict(ring_totals(scan))


def ring_totals(scan: ScanDirectory) -> RingFigures:
    """What rings other than circles of friends amount to."""
    row = scan.row("likes rings ring_members", FIGURES, [ring_threshold(scan.summary)]) or {}
    return RingFigures(**{name: row[name] or 0 for name in RingFigures.__annotations__})


def load_rings(scan: ScanDirectory, t: Texts) -> list[Ring]:
    """The rings of a scan: the first 20 with chart, targets and reasons, the others as a row.

    Groups that are likely honest are rows only.
    """
    rows = scan.rows("rings likes", RINGS, [RINGS_LISTED])
    shown = [row for row in rows[:RINGS_SHOWN] if row["score"] >= SUSPECT_RING_SCORE]
    targets = _targets(scan, [row["ring_id"] for row in shown])
    dots = _dots(scan, shown)
    prior = scan.summary.get("prior_bits", {}).get("ring")
    rings = []
    for number, row in enumerate(rows):
        evidence = ring_evidence(row["evidence"])
        bits = evidence.prior_bits if evidence.prior_bits is not None else prior
        samples = dots.get(row["ring_id"], [])
        rings.append(
            Ring(
                row=row,
                label=ring_label(number),
                verdict=_verdict(row, ring_threshold(scan.summary)),
                finding=_finding(row, t),
                evidence=RingEvidence(bits, evidence.witnesses),
                families=_families(evidence, t),
                prior_one_in="" if bits is None else one_in(bits),
                shown=row in shown,
                targets=tuple(targets.get(row["ring_id"], ())),
                chart=_chart(row, ring_label(number), samples, t) if samples else None,
                dots=sum(len(sample["dots"]) for sample in samples),
                dots_in_window=sum(sample["in_window"] for sample in samples),
            )
        )
    return rings


def ring_label(number: int) -> str:
    """The letter of the ring in a place from 0: A to Z, then AA, AB and so on."""
    letters = ""
    while number >= 0:
        letters = chr(ord("A") + number % 26) + letters
        number = number // 26 - 1
    return letters


def _families(evidence: RingEvidence, t: Texts) -> tuple[str, ...]:
    """As the scan counts them: a kind speaks by its loudest witness; choice does not count.

    What several kinds murmur together counts as one more.
    """
    loudest = {w.family: w.weight_bits for w in reversed(evidence.witnesses) if w.family}
    speaking = [
        family
        for family, bits in sorted(loudest.items(), key=lambda one: (-one[1], one[0]))
        if bits >= CORROBORATION_BITS and family != Family.CHOICE
    ]
    words = [t.word("family", family) for family in speaking]
    if any(w.reason_code == "ring_murmurs" for w in evidence.witnesses):
        words.append(t("rings.murmurs"))
    return tuple(words)


def _verdict(row: Row, threshold: float) -> str:
    if row["kind"] == "courtesy":
        return "courtesy"
    if row["score"] < SUSPECT_RING_SCORE:
        return "cleared"
    return "established" if row["score"] >= threshold else "suspect"


def _finding(row: Row, t: Texts) -> Markup:
    values = {
        "accounts": t.count("account", row["accounts"]),
        "likes": t.count("like", row["likes"]),
        "contents": t.count("content", row["contents"]),
        "duration": duration(row["last_us"] - row["first_us"], t),
    }
    if not row["fake"]:
        return t.strong("rings.finding_none", **values)
    share = percent(row["fake"], row["likes"])
    return t.strong("rings.finding", **values, fake=whole(row["fake"]), share=share)


def _window(row: Row) -> tuple[int, int]:
    margin = max(int((row["last_us"] - row["first_us"]) * WINDOW_MARGIN), MINIMUM_MARGIN_US)
    return row["first_us"] - margin, row["last_us"] + margin


def _targets(scan: ScanDirectory, ring_ids: list[str]) -> dict[str, list[Target]]:
    found: dict[str, list[Target]] = defaultdict(list)
    if not ring_ids:
        return found
    for row in scan.rows("likes contents", TARGETS, [ring_ids, TARGETS_SHOWN]):
        found[row["ring_id"]].append(
            Target(
                content_id=row["content_id"],
                author_id=row["author_id"],
                from_ring=row["from_ring"],
                likes=row["likes"] or 0,
                true_likes=row["true_likes"] or 0.0,
                verdict=row["verdict"] or "unknown",
            )
        )
    return found


def _dots(scan: ScanDirectory, rings: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    if not rings:
        return found
    windows = [_window(row) for row in rings]
    parameters = [
        [row["ring_id"] for row in rings],
        [start for start, _ in windows],
        [end for _, end in windows],
    ]
    for row in scan.rows("likes ring_members", DOTS, parameters):
        samples = found[row["ring_id"]]
        left = DOTS_SHOWN - sum(len(sample["dots"]) for sample in samples)
        # Dots come in the order of their draw, those elsewhere before those on targets.
        samples.append({**row, "dots": row["dots"][:left]})
    return found


def _chart(row: Row, label: str, samples: list[Row], t: Texts) -> Markup:
    layers: dict[str, list[tuple[float, int]]] = {"other": [], "target": [], "fake": []}
    for sample in samples:
        for dot in sorted(sample["dots"], key=lambda dot: (dot["us"], dot["place"])):
            on_target = "fake" if dot["fake"] else "target"
            layer = on_target if sample["on_target"] else "other"
            layers[layer].append((dot["us"] / 1_000, dot["place"]))
    start, end = _window(row)
    members = max(place for points in layers.values() for _, place in points)
    drawn = {name: whole(len(points)) for name, points in layers.items()}
    said = t("rings.drawing", label=label, members=whole(members), **drawn)
    window = (start / 1_000, end / 1_000)
    return charts.dot_plot(layers, window, members, t("rings.axis_members"), said)
