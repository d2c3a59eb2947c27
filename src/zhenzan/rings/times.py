"""Witnesses on time: do likes come at each order's own moment, together, and by night?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhenzan.model import MICROSECONDS_PER_HOUR, MICROSECONDS_PER_SECOND
from zhenzan.rings.witnesses import Witness
from zhenzan.weights import bits_from_log_p

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FEWEST_AUDIENCE = 20
"""Fewer viewers outside any ring are no clock."""
MOST_DELAY_BITS = 1.5
"""Delays differ from post to post for honest reasons too: below what corroborates."""
FEWEST_SPREADS = 3
"""On fewer targets two likes close together are a coincidence."""
FEWEST_PEERS, ENOUGH_PEERS = 20, 200
"""Other contents to compare a spread with."""
NIGHT_HOURS = 6
FLAT = NIGHT_HOURS / 24
MOST_SLEEPLESS_BITS = 5.0
FEWEST_LIKES_BY_HOUR = 50
SHALLOWEST_NIGHT = 0.5 * FLAT
"""A log whose quietest hours hold more, from all over the world, cannot tell day from night."""


@dataclass(frozen=True)
class Times:
    """When the likes of a ring came, like by like.

    Attributes:
        content: The content liked.
        delay: µs since its publication.
        before: How many of its audience outside any ring came before the like.
        audience: How many of them there are in all: viewers, or likers in a log without views.
    """

    content: Ints
    delay: Ints
    before: Ints
    audience: Ints

    def at(self, rows: slice) -> Times:
        """The likes in ``rows``."""
        return Times(self.content[rows], self.delay[rows], self.before[rows], self.audience[rows])


def order_times(times: Times, *, published: bool) -> Witness:
    """Do the likes of each target come at that target's own time?

    Deliveries start when an order comes in. People come when everybody comes: after publication,
    after a push, after a repost. So time is first measured by the content's own clock, the share
    of its other audience that came before (the time-rescaling theorem: Brown et al., Neural
    Computation 14 (2002)); a push or a viral wave moves that clock too. Where targets have no
    other audience, by the delay since publication, which says less; and if that is not known, since
    the first like, which never speaks for a ring.

    The effect size is ε² of Kruskal and Wallis (JASA 1952; Tomczak and Tomczak 2014), corrected
    for chance: 0 when all targets have one law, 1 when each has its own moment.
    """
    clocked = times.audience >= FEWEST_AUDIENCE
    effect, contents = _epsilon_squared(
        times.before[clocked] / times.audience[clocked], times.content[clocked]
    )
    least, most = -4.0, 6.0
    if contents < 3:
        effect, contents = _epsilon_squared(times.delay.astype(np.float64), times.content)
        least, most = -1.0 if published else 0.0, MOST_DELAY_BITS
    bits = float(np.clip(12.0 * (effect - 0.35), least, most)) if contents >= 3 else 0.0
    facts: dict[str, float | int] = {
        "effect_percent": 100.0 * max(effect, 0.0),
        "contents": contents,
    }
    return Witness("ring_order_times", bits, facts)


def _epsilon_squared(values: Floats, content: Ints) -> tuple[float, int]:
    """Effect size between contents with at least three values; and how many those are."""
    _, group, sizes = np.unique(content, return_inverse=True, return_counts=True)
    kept = sizes[group] >= 3
    group, values = group[kept], values[kept]
    n, k = len(group), len(np.unique(group))
    if k < 3 or n < 12:
        return 0.0, min(k, 2)
    rank = _mid_ranks(values)
    sums, counts = np.bincount(group, weights=rank), np.bincount(group)
    used = counts > 0
    between = float((sums[used] ** 2 / counts[used]).sum()) - rank.sum() ** 2 / n
    total = float((rank**2).sum()) - rank.sum() ** 2 / n
    within = (total - between) / max(n - k, 1)
    return (between - (k - 1) * within) / max(total, 1.0), k


def _mid_ranks(values: Floats) -> Floats:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts).astype(np.float64)
    ranks: Floats = (ends - (counts - 1) / 2.0)[inverse]
    return ranks


@dataclass(frozen=True)
class Spreads:
    """How close together the likes of contents lie.

    Attributes:
        likes: Per content, how many there are.
        spread: Median absolute deviation of their times, µs.
    """

    likes: Ints
    spread: Floats


def spreads(content: Ints, ts: Ints, fewest: int) -> Spreads:
    """How far apart the likes of each content lie: median absolute deviation of their times, µs.

    Args:
        content: The content of each like.
        ts: Its time, µs.
        fewest: Contents with fewer likes are left out.

    Returns:
        One entry per content, by ascending content code.
    """
    order = np.lexsort((ts, content))
    content, ts = content[order], ts[order]
    _, group, sizes = np.unique(content, return_inverse=True, return_counts=True)
    starts = np.cumsum(sizes) - sizes
    middle = _medians(ts.astype(np.float64), starts, sizes)
    away = np.abs(ts - middle[group])
    away = away[np.lexsort((away, group))]
    kept = sizes >= fewest
    return Spreads(sizes[kept], _medians(away, starts, sizes)[kept])


def _medians(ordered: Floats, starts: Ints, sizes: Ints) -> Floats:
    """Median of each run of ``ordered``, which ascends within a run."""
    low, high = starts + (sizes - 1) // 2, starts + sizes // 2
    return np.asarray((ordered[low] + ordered[high]) / 2.0, dtype=np.float64)


def synchrony(of_ring: Spreads, elsewhere: Spreads) -> Witness:
    """Do the ring's likes of one target lie closer together than other contents' likes do?

    Scripts on one list come within seconds of each other, content after content. Even fans who
    are told at once answer over minutes and hours. The ring's median spread is ranked among the
    spreads of contents that no ring hits and that have as many likes: five likes may well come in
    a minute where two hundred never do. The log itself says how close together people come.

    Args:
        of_ring: The ring's likes on each target with two or more of them.
        elsewhere: The likes of each other content with some.
    """
    facts: dict[str, float | int] = {
        "contents": len(of_ring.likes),
        "spread_s": 0.0,
        "closer_percent": 100.0,
    }
    if len(of_ring.likes) < FEWEST_SPREADS or len(elsewhere.likes) < FEWEST_PEERS:
        return Witness("ring_synchrony", 0.0, facts)
    # As many likes as the ring gives, or as the best liked contents have.
    enough = np.sort(elsewhere.likes)[-min(ENOUGH_PEERS, len(elsewhere.likes))]
    peers = elsewhere.spread[elsewhere.likes >= min(float(np.median(of_ring.likes)), float(enough))]
    spread = float(np.median(of_ring.spread))
    p = (float((peers <= spread).sum()) + 1.0) / (len(peers) + 1.0)
    bits = float(np.clip(bits_from_log_p(np.log(p)), 0.0, 6.0))
    facts |= {"spread_s": spread / MICROSECONDS_PER_SECOND, "closer_percent": 100.0 * p}
    return Witness("ring_synchrony", bits, facts)


def by_hour(ts: Ints) -> Ints:
    """How many of the times ``ts`` (µs since 1970, UTC) fall in each hour of the day."""
    return np.bincount(ts // MICROSECONDS_PER_HOUR % 24, minlength=24)


def days(content: Ints, ts: Ints) -> int:
    """On how many days (UTC) lie the middles of the contents' likes, at times ``ts`` in µs?"""
    order = np.lexsort((ts, content))
    _, starts, sizes = np.unique(content[order], return_index=True, return_counts=True)
    middles = ts[order][starts + sizes // 2]
    return len(np.unique(middles // (24 * MICROSECONDS_PER_HOUR)))


def sleepless(of_ring: Ints, elsewhere: Ints) -> Witness:
    """Do the likes come by night as by day?

    People sleep, and a community of one country sleeps together; a queue that is worked off evenly
    does not. The share of likes in the six quietest hours in a row is 25% if there is no night. It
    is compared with that of the log outside rings.

    Args:
        of_ring: The ring's likes in each hour of the day (UTC), 24 counts.
        elsewhere: Those of accounts outside rings.
    """
    night, usual = _quietest(of_ring), _quietest(elsewhere)
    facts: dict[str, float | int] = {
        "percent": 100.0 * night,
        "usual_percent": 100.0 * usual,
        "likes": int(of_ring.sum()),
    }
    if of_ring.sum() < FEWEST_LIKES_BY_HOUR or usual > SHALLOWEST_NIGHT:
        return Witness("ring_sleepless", 0.0, facts)
    # 0 where the ring sleeps as others do, 1 where it does not at all.
    effect = (night - usual) / (FLAT - usual)
    bits = float(np.clip(12.0 * (effect - 0.5), 0.0, MOST_SLEEPLESS_BITS))
    return Witness("ring_sleepless", bits, facts)


def _quietest(by_hour: Ints) -> float:
    """Share of the six hours in a row with the fewest likes, midnight being no border."""
    around = np.concatenate([by_hour, by_hour[: NIGHT_HOURS - 1]])
    stretches = np.convolve(around, np.ones(NIGHT_HOURS, np.int64), "valid")
    return float(stretches.min()) / max(float(by_hour.sum()), 1.0)
