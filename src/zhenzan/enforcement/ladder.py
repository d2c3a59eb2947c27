"""The penalty ladder: what may be done to an account, from mild to severe."""

from __future__ import annotations

from dataclasses import dataclass

from zhenzan.model import Step

POINT_MILLI = 1_000
DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000


STEPS: tuple[Step, ...] = tuple(Step)


def height(step: Step) -> int:
    """How far up the ladder a step is, from 1."""
    return STEPS.index(step) + 1


@dataclass(frozen=True)
class Rung:
    """One step as a policy uses it.

    Attributes:
        step: What is done.
        points: From so many points on.
        days: For how long.
    """

    step: Step
    points: int
    days: int


def decayed_milli(points_milli: int, age_us: int, half_life_days: int) -> int:
    """What is left of points after a time, thousandths: half after each half-life."""
    return int(points_milli * 2.0 ** (-max(age_us, 0) / (half_life_days * DAY_US)))


def rung_for(rungs: tuple[Rung, ...], points_milli: int, highest: int) -> Rung | None:
    """The rung that points reach, not above ``highest``; None if there is none."""
    reached = [
        rung
        for rung in rungs
        if rung.points * POINT_MILLI <= points_milli and height(rung.step) <= highest
    ]
    return reached[-1] if reached else None
