"""How an order arrives: at once, on the hour, in batches (分批到账) or drip by drip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.parameters import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE

if TYPE_CHECKING:
    from zhenzan.worlds.columns import Ints, Reals

BURST, SCHEDULED, BATCH, DRIP = SHAPES = ("burst", "scheduled", "batch", "drip")
_EVASIVE = 2


def delivery_times(
    rng: np.random.Generator, shape: str, start: int, *, n: int, days: float, skill: int
) -> Ints:
    """When each like of an order arrives.

    A burst takes 3–20 minutes (a seller's own claim is 0 → 1000 in ten minutes); honeypots saw
    both bursts of under two hours and trickles over weeks (De Cristofaro et al. 2014, IMC).

    Args:
        rng: Random stream.
        shape: One of ``SHAPES``.
        start: First instant, µs.
        n: Number of likes.
        days: Length of a drip, days.
        skill: 0–2; an evasive drip sleeps at night and has random gaps.

    Returns:
        (n,) instants, µs, ascending.
    """
    if shape == BURST:
        length = rng.uniform(3, 20) * US_PER_MINUTE * (1, 1, 6)[skill]
        offset = _paced(rng, n, skill) * length
    elif shape == SCHEDULED:
        start = -(-start // US_PER_HOUR) * US_PER_HOUR
        offset = _paced(rng, n, skill) * rng.uniform(20, 90) * US_PER_MINUTE
    elif shape == BATCH:
        batches = int(rng.integers(3, 9))
        interval = float(rng.choice([20, 30, 60, 120])) * US_PER_MINUTE
        which = np.sort(rng.integers(0, batches, n)).astype(np.float64)
        if skill == _EVASIVE:
            which += rng.normal(0, 0.25, n)
        offset = which * interval + rng.uniform(0, 1, n) * rng.uniform(1, 5) * US_PER_MINUTE
    else:
        offset = _drip(rng, n, start, days, skill)
    return np.sort(start + np.maximum(offset, 0).astype(np.int64))


def _paced(rng: np.random.Generator, n: int, skill: int) -> Reals:
    """Places in [0, 1]: evenly spaced, evenly with jitter, or at random with a tail."""
    even = (np.arange(n) + 0.5) / n
    if skill == 0:
        return even
    if skill == 1:
        return np.asarray(np.clip(even + rng.normal(0, 0.5 / n, n), 0, 1))
    return rng.beta(1.2, 2.5, n)


def _drip(rng: np.random.Generator, n: int, start: int, days: float, skill: int) -> Reals:
    length = days * US_PER_DAY
    if skill < _EVASIVE:
        return _paced(rng, n, skill) * length
    offset = rng.uniform(0, 1, n) * length
    hour = ((start + offset) / US_PER_HOUR + 8) % 24  # local hour in the sellers' country
    asleep = (hour < 8) & (rng.random(n) < 0.9)
    return offset + np.where(asleep, rng.uniform(8, 15, n) * US_PER_HOUR, 0)
