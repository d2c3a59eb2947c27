"""The words of the contract, one by one: to change one is a behaviour change."""

from __future__ import annotations

from zhenzan.model import (
    EVENT_TYPES,
    MICROSECONDS_PER_SECOND,
    MILLIBITS_PER_BIT,
    PROGRESS_UNITS,
    ContentVerdict,
    EntityType,
    Provenance,
    RingKind,
    Role,
    Verdict,
)

PROVENANCE = [
    "genuine",
    "courtesy",
    "mutual",
    "exchange",
    "crowd",
    "matrix",
    "farm",
    "direct",
    "unknown",
]


def test_verdicts() -> None:
    assert list(Verdict) == ["genuine", "suspect", "fake", "unknown"]
    assert list(ContentVerdict) == ["clean", "suspect", "boosted", "unknown"]


def test_provenance_and_ring_kinds() -> None:
    assert list(Provenance) == PROVENANCE
    assert {*RingKind} == {*PROVENANCE, "lockstep"} - {"genuine", "unknown"}


def test_roles_and_entities() -> None:
    assert {*Role} == {"none", "supplier", "member", "beneficiary"}
    assert {*EntityType} == {"like", "account", "content", "pair", "ring"}


def test_event_types_keep_their_codes() -> None:
    """Codes are stored: words are only ever added at the end."""
    known = [
        "other",
        "view",
        "like",
        "unlike",
        "comment",
        "share",
        "favorite",
        "follow",
        "impression",
    ]
    assert list(EVENT_TYPES[: len(known)]) == known
    assert len(set(EVENT_TYPES)) == len(EVENT_TYPES)


def test_units() -> None:
    assert (MICROSECONDS_PER_SECOND, PROGRESS_UNITS, MILLIBITS_PER_BIT) == (10**6, 10**6, 10**3)
