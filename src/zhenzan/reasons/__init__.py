"""Every reason code: what it says to an analyst, in English and Chinese.

A sentence is a template over the facts of one signal's evidence, or of one row of a score's table;
tests hold the placeholders against these facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.reasons import carried, detectors, labels, members, rings, scores
from zhenzan.reasons.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenzan.settings import Language

__all__ = ["REASONS", "Reason", "sentence", "title"]

REASONS: dict[str, Reason] = {
    reason.code: reason
    for topic in (
        detectors.PATH,
        detectors.TIME,
        detectors.ORIGIN,
        detectors.CHOICE,
        detectors.LIFE,
        rings.RINGS,
        members.MEMBERS,
        carried.CARRIED,
        labels.LABELS,
        scores.HEALTH,
    )
    for reason in topic
}


def title(code: str, lang: Language) -> str:
    """A few words for a reason code."""
    return REASONS[code].title[lang]


def sentence(code: str, facts: Mapping[str, object], lang: Language) -> str:
    """One sentence for a signal: its reason's template filled with its facts."""
    return REASONS[code].sentence[lang].format_map(dict(facts))
