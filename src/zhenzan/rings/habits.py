"""Witnesses on how members act: do many of them have a habit that few others have?

Members are counted, not likes: one friend whose phone loses every view is no ring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.arrays import column
from zhenzan.rings.witnesses import Witness
from zhenzan.weights import rate_bits

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    import pyarrow as pa

    Ints = npt.NDArray[np.int64]

LEAST_BITS = -1.0
"""A careful seller views, and owns devices, as others do: the absence of a trace says little."""
GROUP_SPREAD = 0.05
"""Intra-class correlation of a habit within honest groups: friends share a carrier, a client."""
FEWEST_TRIALS = 2
"""A member with fewer likes of targets has no habit yet."""


@dataclass(frozen=True)
class Habit:
    """What is usual outside rings: the 90th percentile of a share, who exceeds it, the mean."""

    limit: float
    exceeding: float
    mean: float


def usual_habit(hits: Ints, trials: Ints) -> Habit:
    """Measure a habit over accounts outside any ring.

    Args:
        hits: Per account, how often.
        trials: Per account, out of how many.
    """
    active = trials >= FEWEST_TRIALS
    if not active.any():
        return Habit(0.5, 0.1, 0.1)
    share = hits[active] / trials[active]
    limit = float(np.quantile(share, 0.9))
    return Habit(limit, float((share > limit).mean()), float(hits.sum() / trials.sum()))


def habit(code: str, hits: Ints, trials: Ints, usual: Habit, most: float) -> Witness:
    """Do more members exceed the usual limit of a habit than accounts outside rings do?

    Args:
        code: Reason code.
        hits: Per member, how often.
        trials: Per member, out of how many.
        usual: The habit outside rings.
        most: Upper bound of the weight, bits.
    """
    active = trials >= FEWEST_TRIALS
    exceeding = int((hits[active] > usual.limit * trials[active]).sum())
    members = int(active.sum())
    bits = group_rate_bits(exceeding, members, usual.exceeding, most)
    facts: dict[str, float | int] = {
        "percent": 100.0 * float(hits.sum()) / max(float(trials.sum()), 1.0),
        "usual_percent": 100.0 * usual.mean,
        "exceeding": exceeding,
        "members": members,
    }
    return Witness(code, bits, facts)


def habits_of_rings(
    code: str, rings: pa.Table, outsiders: pa.Table, names: tuple[str, str], most: float
) -> Iterator[tuple[int, Witness]]:
    """What ``habit`` says of each ring.

    Args:
        code: Reason code.
        rings: A row per ring and member, by ring.
        outsiders: A row per account outside rings.
        names: Columns of both that say how often, and out of how many.
        most: Upper bound of the weight, bits.
    """
    hits, trials = (column(rings, name) for name in names)
    usual = usual_habit(*(column(outsiders, name) for name in names))
    ring = column(rings, "ring")
    for number in np.unique(ring).tolist():
        rows = slice(*np.searchsorted(ring, [number, number + 1]))
        yield number, habit(code, hits[rows], trials[rows], usual, most)


def crowding(
    code: str, crowded: int, members: int, usual: float, limit: int, most: float
) -> Witness:
    """Do members crowd on devices or addresses beyond what households and networks do?

    Args:
        code: Reason code.
        crowded: Members on a device (address) with more than ``limit`` of the ring.
        members: Members with a known device (address).
        usual: Share of accounts outside rings on one with more than ``limit`` accounts.
        limit: The 99th percentile of accounts per device (address) outside rings.
        most: Upper bound of the weight, bits.
    """
    bits = max(group_rate_bits(crowded, members, usual, most), 0.0)
    facts: dict[str, float | int] = {
        "percent": 100.0 * crowded / max(members, 1),
        "usual_percent": 100.0 * usual,
        "limit": limit,
        "members": members,
    }
    return Witness(code, bits, facts)


def group_rate_bits(hits: int, trials: int, usual: float, most: float) -> float:
    """Weight of a share of members, against the ``usual`` share of accounts outside rings."""
    if not trials:
        return 0.0
    mean = float(np.clip(usual, 0.01, 0.5))
    return float(np.clip(rate_bits(hits, trials, mean, GROUP_SPREAD), LEAST_BITS, most))
