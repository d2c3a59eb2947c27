"""Witnesses on how members act: do many of them have a habit that few others have?

Members are counted, not likes: one friend whose phone loses every view is no ring.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.rings.witnesses import Witness
from zhenzan.weights import rate_bits

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

LEAST_BITS = -1.0
"""A careful seller views, and owns devices, as others do: the absence of a trace says little."""
GROUP_SPREAD = 0.05
"""Intra-class correlation of a habit within honest groups: friends share a carrier, a client."""
MOST_DELIVERED_BITS = 7.0
"""What it speaks for a ring that the platform brought it to four in five of its targets."""
TRACES = frozenset({"ring_unseen", "ring_glanced", "ring_deviceless"})
"""What a clumsy seller leaves and a careful one does not, all at once."""
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


def careful(heard: list[Witness]) -> list[Witness]:
    """Let absent traces be counted once: who plays the video plays it long, on a phone of its own.

    Of the witnesses on habits whose trace is missing, the one that says most for the ring is kept.
    """
    absent = [w for w in heard if w.reason_code in TRACES and w.bits < 0.0]
    if len(absent) < 2:
        return heard
    kept = min(absent, key=lambda w: (w.bits, w.reason_code))
    return [replace(w, bits=0.0) if w in absent and w is not kept else w for w in heard]


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


def delivered(by_platform: int, likes: int) -> Witness:
    """Did the platform itself bring the members to the targets?

    A seller can send accounts to an ordered post by link, search or profile; it cannot make the
    feed or a push deliver that post to each of them. (Following the author is within its reach.)
    What the platform delivered speaks for the group; that it did not says nothing, since links and
    searches are honest too.

    Args:
        by_platform: Likes of targets reached by recommendation or push.
        likes: Likes of targets whose way is known.
    """
    share = by_platform / max(likes, 1)
    bits = -MOST_DELIVERED_BITS * float(np.clip((share - 0.2) / 0.6, 0.0, 1.0))
    return Witness("ring_delivered", bits, {"percent": 100.0 * share, "likes": likes})


def group_rate_bits(hits: int, trials: int, usual: float, most: float) -> float:
    """Weight of a share of members, against the ``usual`` share of accounts outside rings."""
    if not trials:
        return 0.0
    mean = float(np.clip(usual, 0.01, 0.5))
    return float(np.clip(rate_bits(hits, trials, mean, GROUP_SPREAD), LEAST_BITS, most))
