"""One finding as people read it: a signal or a ring's witness, with weight, facts and sentence."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zhenzan.report.wording import reason_sentence, reason_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenzan.settings import Language

MAXIMUM_EXPONENT = 1_000
SILENT_BITS = 0.05
"""A finding of less weight than this says nothing either way."""


@dataclass(frozen=True)
class Finding:
    """One finding on one entity.

    Attributes:
        detector: Which detector.
        reason_code: What it saw.
        weight_bits: log2 odds towards invalid.
        facts: The evidence, in numbers.
        version: The detector's version; 0 where it is not recorded.
        family: The kind of evidence; empty where it is not recorded.
    """

    detector: str
    reason_code: str
    weight_bits: float
    facts: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    family: str = ""

    def title(self, lang: Language) -> str:
        """A few words."""
        return reason_title(self.reason_code, lang)

    def sentence(self, lang: Language) -> str:
        """The whole sentence."""
        return reason_sentence(self.reason_code, self.facts, lang)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        return {
            "detector": self.detector,
            "version": self.version,
            "reason_code": self.reason_code,
            "weight_bits": self.weight_bits,
            "facts": self.facts,
            "sentence": self.sentence("en"),
        }


def telling(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that say something."""
    return [finding for finding in findings if abs(finding.weight_bits) >= SILENT_BITS]


def silent(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that say nothing either way; that they were looked for is still told."""
    return [finding for finding in findings if abs(finding.weight_bits) < SILENT_BITS]


@dataclass(frozen=True)
class RingEvidence:
    """What speaks for and against a ring: its prior (None if not recorded) and its witnesses."""

    prior_bits: float | None
    witnesses: tuple[Finding, ...]

    @property
    def total_bits(self) -> float:
        """Prior and witnesses together, bits."""
        return (self.prior_bits or 0.0) + sum(w.weight_bits for w in self.witnesses)


def strongest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by falling weight, those against the entity before those for it."""
    return tuple(sorted(findings, key=lambda f: (-f.weight_bits, f.detector, f.reason_code)))


def parse_object(text: str | None) -> dict[str, Any]:
    """A JSON object; anything else is read as an empty one."""
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def ring_evidence(text: str | None) -> RingEvidence:
    """Read the ``evidence`` column of a ring."""
    evidence = parse_object(text)
    prior = evidence.get("prior_bits")
    found = [
        Finding(
            detector=str(one.get("detector", "")),
            reason_code=str(one.get("reason_code", "")),
            weight_bits=float(one.get("weight", 0.0)),
            facts=one["facts"] if isinstance(one.get("facts"), dict) else {},
            version=int(one.get("version", 0)),
            family=str(one.get("family", "")),
        )
        for one in evidence.get("witnesses", [])
        if isinstance(one, dict)
    ]
    return RingEvidence(None if prior is None else float(prior), strongest_first(found))


def probability_of(log2_odds: float) -> float:
    """log2 odds as a probability, 0–1."""
    if log2_odds < -MAXIMUM_EXPONENT:
        return 0.0
    return 1.0 / (1.0 + math.exp2(-log2_odds))


def log2_odds_of(probability: float) -> float:
    """A probability as log2 odds; certainty is infinite."""
    if probability <= 0:
        return -math.inf
    return math.inf if probability >= 1 else math.log2(probability / (1 - probability))


def one_in(prior_bits: float) -> str:
    """A prior as "one in N": ``98``, ``1,025``."""
    n = 1 / max(probability_of(prior_bits), 1e-12)
    return f"{n:,.0f}" if n >= 10 else f"{n:.1f}".removesuffix(".0")
