"""Why one like, account, content or ring was judged as it was: data first, text on demand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zhenzan.errors import CallError
from zhenzan.model import EntityType
from zhenzan.report.answer import ring_threshold
from zhenzan.report.explanation_text import explanation_text
from zhenzan.report.findings import (
    Finding,
    parse_object,
    ring_evidence,
    strongest_first,
)
from zhenzan.report.related import related_to
from zhenzan.report.scan_directory import ScanDirectory
from zhenzan.report.texts import Texts
from zhenzan.report.wording import short

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.report.scan_directory import Row
    from zhenzan.settings import Language

# What is read of an entity. The identifier is compared in the column's own type, so that the
# file's statistics let the reader skip most of a long table.
LOOKUPS = {
    EntityType.LIKE: """
        SELECT event_id AS key, epoch_us(ts) AS us, account_id, content_id, score,
               verdict, provenance, ring_id
        FROM likes WHERE event_id = ?""",
    EntityType.ACCOUNT: """
        SELECT account_id AS key, likes, fake_likes, score, verdict, role, credit,
               ring_id
        FROM accounts WHERE account_id = ?""",
    EntityType.CONTENT: """
        SELECT content_id AS key, author_id, likes, true_likes, true_likes_low,
               true_likes_high, engagement_score, health, score, verdict
        FROM contents WHERE content_id = ?""",
    EntityType.RING: """
        SELECT ring_id AS key, kind, accounts, contents, likes, epoch_us(first_ts) AS first_us,
               epoch_us(last_ts) AS last_us, score, evidence
        FROM rings WHERE ring_id = ?""",
}
KEYS = {
    EntityType.LIKE: ("likes", "event_id"),
    EntityType.ACCOUNT: ("accounts", "account_id"),
    EntityType.CONTENT: ("contents", "content_id"),
    EntityType.RING: ("rings", "ring_id"),
}
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,19}")

SIGNALS = """
SELECT detector, version, weight, reason_code, evidence
FROM signals WHERE entity_type = ? AND entity_id = ?
"""


@dataclass(frozen=True)
class Explanation:
    """Why one entity was judged as it was.

    Attributes:
        entity_type: like, account, content or ring.
        entity_id: The user's identifier.
        score: Probability, 0–1.
        verdict: What is believed of it; None for a ring, whose kind stands in ``related``.
        prior_bits: log2 odds before looking; None if the scan does not record them.
        weights: The findings, strongest first.
        threshold: The score from which on the harshest verdict is given; None if not recorded.
        related: The entity's own figures, and what it is tied to.
    """

    entity_type: EntityType
    entity_id: str
    score: float
    verdict: str | None
    prior_bits: float | None
    weights: tuple[Finding, ...]
    threshold: float | None = None
    related: dict[str, Any] = field(default_factory=dict)

    @property
    def total_bits(self) -> float:
        """Prior and weights together, bits."""
        return (self.prior_bits or 0.0) + sum(finding.weight_bits for finding in self.weights)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        return {
            "entity": {"type": self.entity_type.value, "id": self.entity_id},
            "score": self.score,
            "verdict": self.verdict,
            "prior_bits": self.prior_bits,
            "weights": [finding.to_dict() for finding in self.weights],
            "total_bits": round(self.total_bits, 3),
            "threshold": self.threshold,
            "related": self.related,
        }

    def text(self, lang: Language) -> str:
        """The explanation in words."""
        return explanation_text(self, Texts(lang))

    def __str__(self) -> str:
        return self.text("en")


def explain(directory: Path, entity_type: EntityType, entity_id: str | int) -> Explanation:
    """Explain one entity of a finished scan.

    Args:
        directory: The scan directory.
        entity_type: like, account, content or ring.
        entity_id: The user's identifier; of a like, its ``event_id``.

    Raises:
        CallError: The directory is no scan directory, or holds no such entity.
        InputError: One of its tables is missing or damaged.
    """
    if entity_type not in LOOKUPS:
        raise CallError(
            f"A {entity_type.value} has no explanation of its own.",
            f"Choose from {', '.join(LOOKUPS)}.",
        )
    with ScanDirectory(directory) as scan:
        row = _find(scan, entity_type, entity_id)
        prior = scan.summary.get("prior_bits", {}).get(entity_type.value)
        weights = _signals(scan, entity_type, str(row["key"]))
        if entity_type is EntityType.RING:
            evidence = ring_evidence(row["evidence"])
            prior = prior if evidence.prior_bits is None else evidence.prior_bits
            weights = evidence.witnesses or weights
        return Explanation(
            entity_type=entity_type,
            entity_id=str(row["key"]),
            score=row["score"],
            verdict=row.get("verdict"),
            prior_bits=prior,
            weights=weights,
            threshold=_threshold(scan.summary, entity_type),
            related=related_to(scan, entity_type, row),
        )


def _threshold(summary: dict[str, Any], entity_type: EntityType) -> float | None:
    if entity_type is EntityType.RING:
        return ring_threshold(summary)
    found = summary.get("thresholds", {}).get(entity_type.value)
    return None if found is None else float(found)


def _find(scan: ScanDirectory, entity_type: EntityType, entity_id: str | int) -> Row:
    table, column = KEYS[entity_type]
    text = str(entity_id)
    found = None
    if not scan.is_integer(table, column):
        found = scan.row(table, LOOKUPS[entity_type], [text])
    elif WHOLE_NUMBER.fullmatch(text):
        found = scan.row(table, LOOKUPS[entity_type], [int(text)])
    if found is None:
        raise CallError(
            f"There is no {entity_type.value} {short(entity_id)} in this scan.",
            f"Look it up in {table}.parquet, column {column}.",
        )
    return found


def _signals(scan: ScanDirectory, entity_type: EntityType, entity_id: str) -> tuple[Finding, ...]:
    rows = scan.rows("signals", SIGNALS, [entity_type.value, entity_id])
    return strongest_first(
        Finding(
            detector=row["detector"],
            reason_code=row["reason_code"],
            weight_bits=row["weight"],
            facts=parse_object(row["evidence"]),
            version=row["version"],
        )
        for row in rows
    )
