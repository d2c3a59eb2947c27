"""What the scores weigh, read from ``weights.toml``, where each weight has its reason."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

TOTAL = 100
"""The weights of a score's parts add up to it."""


@dataclass(frozen=True)
class Part:
    """One part of a score: its points of 100, and why so many."""

    name: str
    weight: int
    reason: str


@dataclass(frozen=True)
class TrueLikesWeights:
    """``[true_likes]``; see ``weights.toml``."""

    borrowed_calls: int
    borrowed_likes: int
    wrongly_missed: float
    hidden_per_found: float
    hidden_per_missed: float


@dataclass(frozen=True)
class EngagementWeights:
    """``[engagement]``; see ``weights.toml``."""

    fewest_viewers: int
    fewest_peers: int
    borrowed_acts: int
    least_weight: int
    peer_levels: tuple[tuple[str, ...], ...]
    size_bands: tuple[int, ...]
    age_bands_days: tuple[int, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class HealthWeights:
    """``[health]``; see ``weights.toml``."""

    benefit_of_doubt: int
    deep_progress: float
    least_points: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class CreditWeights:
    """``[credit]``; see ``weights.toml``."""

    half_life_days: int
    honest_day: int
    benefit_of_doubt: int
    received: float
    shared_device_accounts: int
    organization_share: float


@dataclass(frozen=True)
class Weights:
    """All of ``weights.toml``."""

    true_likes: TrueLikesWeights
    engagement: EngagementWeights
    health: HealthWeights
    credit: CreditWeights


@cache
def read_weights() -> Weights:
    """The settings of all scores."""
    text = files(__package__).joinpath("weights.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    return Weights(
        TrueLikesWeights(**found["true_likes"]),
        EngagementWeights(**_with_parts(found["engagement"])),
        HealthWeights(**_with_parts(found["health"])),
        CreditWeights(**found["credit"]),
    )


def _with_parts(section: dict[str, Any]) -> dict[str, Any]:
    parts = tuple(Part(name, **told) for name, told in section["parts"].items())
    if sum(part.weight for part in parts) != TOTAL:
        raise ValueError(f"the weights do not add up to {TOTAL}")
    return {name: _frozen(value) for name, value in section.items()} | {"parts": parts}


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
