"""What test scan directories hold: rings, shares, settings, rows that could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class RingPlan:
    """One ring: its kind, members, targets, how its likes are spread, whether it is established."""

    kind: str
    members: int
    targets: int
    start_hour: int
    spread_hours: float
    established: bool = True
    first_witness_bits: float = 14.1


@dataclass(frozen=True)
class ScanPlan:
    """What a scan directory holds."""

    contents: int = 50
    accounts: int = 500
    organic_likes: int = 2_400
    rings: tuple[RingPlan, ...] = ()
    unknown_share: float = 0.02
    with_views: bool = True
    integer_events: bool = False
    exact: bool = False
    prefix: str = ""
    skipped: tuple[Row, ...] = ()
    quarantine: tuple[Row, ...] = ()
    settings: Row = field(default_factory=dict)


THREE_RINGS = (
    RingPlan("farm", 40, 6, 60, 5.0),
    RingPlan("direct", 30, 4, 120, 90.0),
    RingPlan("mutual", 24, 12, 24, 200.0),
)
SKIPPED = (
    {"id": "device", "version": 1, "missing": ["device_id"], "why": "no device_id column"},
    {"id": "address", "version": 2, "missing": ["ip"], "why": "no ip column"},
    {"id": "template", "version": 1, "missing": ["text"], "why": "no text column"},
)
BAD_ROWS = (
    {"source": "events.csv", "row": 12, "reason": "ts is not a time", "raw": "yesterday,u1,c1"},
    {"source": "events.csv", "row": 40, "reason": "ts is not a time", "raw": "?,u1,c1"},
    {"source": "events.csv", "row": 99, "reason": "account_id is missing", "raw": "1,,c9"},
)


def witnesses(plan: RingPlan) -> list[Row]:
    return [
        {
            "detector": "lockstep",
            "reason_code": "lockstep_minutes",
            "family": "time",
            "weight": plan.first_witness_bits,
            "facts": {"pairs": plan.members * 6, "minutes": 4, "expected": 0.2},
        },
        {
            "detector": "path",
            "reason_code": "like_without_view",
            "family": "path",
            "weight": 7.0,
            "facts": {"share": 0.93, "population_share": 0.04},
        },
        {
            "detector": "coaction",
            "reason_code": "unrelated_targets",
            "family": "choice",
            "weight": 4.4,
            "facts": {"authors": plan.targets, "common_audience": 0.01},
        },
        {
            "detector": "cadence",
            "reason_code": "life_outside_ring",
            "family": "time",
            "weight": -1.2,
            "facts": {"likes_elsewhere": 3},
        },
        {
            "detector": "address",
            "reason_code": "shared_addresses",
            "family": "origin",
            "weight": 0.0,
            "facts": {"percent": 0.0},
        },
    ]
