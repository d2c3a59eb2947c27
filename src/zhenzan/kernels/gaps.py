"""How even the gaps between events are, against a Poisson process or anything more bursty."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

STEPS = (1, 4, 16)
"""Gaps are taken between every event, every fourth and every sixteenth: a drip that mixes with
other arrivals loses its regular gaps but still fills every stretch of many events evenly."""
EVENNESS = (2.0, 8.0)
"""Alternatives: gaps whose variance is that many times smaller."""
STRETCH = 64
"""Gaps in one stretch; the whole series is one more."""
FEWEST_GAPS = 16


def evenness(group: Ints, time: Ints) -> tuple[Ints, Floats]:
    """Log e-value per group that its events come more evenly than chance.

    Under a Poisson process of constant rate, the shares of a stretch's time that n gaps of k
    events each take are Dirichlet(k, …, k); the alternative is Dirichlet(ak, …, ak) for ``a`` in
    ``EVENNESS``. The likelihood ratio is free of the rate. A process whose rate varies is less
    even still, so the ratio's mean is at most about 1 for it too. The e-value of a group is the
    mean over stretches, steps and alternatives.

    Args:
        group: Group of each event, ascending.
        time: Time of each event, ascending within its group.

    Returns:
        The groups with enough events, ascending, and the natural logarithm of their e-values.
    """
    first = np.searchsorted(group, group)
    place = np.arange(len(group)) - first
    parts = [
        _ratios(group, time, np.where(place % step == 0, place // step, -1), step, stretch)
        for step in STEPS
        for stretch in (STRETCH, len(group) + 1)
    ]
    names = np.concatenate([part[0] for part in parts])
    logs = np.concatenate([part[1] for part in parts])
    order = np.argsort(names, kind="stable")
    names, logs = names[order], logs[order]
    starts = np.flatnonzero(np.diff(names, prepend=-1))
    if not len(starts):
        return names, logs
    counts = np.diff(starts, append=len(names))
    return names[starts], np.logaddexp.reduceat(logs, starts) - np.log(counts)


def _ratios(group: Ints, time: Ints, place: Ints, step: int, stretch: int) -> tuple[Ints, Floats]:
    """Log likelihood ratios of the stretches of ``stretch`` gaps, one row per alternative."""
    kept = place >= 0
    group, time, place = group[kept], time[kept], place[kept]
    gap = np.diff(time)
    # Gap i runs from event i to event i + 1 of the same group; a stretch shares no gap.
    inner = np.diff(group) == 0
    gap, owner, block = gap[inner], group[1:][inner], (place[1:][inner] - 1) // stretch
    starts = np.flatnonzero((np.diff(owner, prepend=-1) != 0) | (np.diff(block, prepend=-1) != 0))
    if not len(starts):
        return np.empty(0, np.int64), np.empty(0)
    gaps = np.diff(starts, append=len(gap))
    span = np.add.reduceat(gap, starts).astype(np.float64)
    # Equal times leave a share of 0, which no even process gives.
    logs = np.log(np.maximum(gap, 1e-300))
    shares = np.add.reduceat(logs, starts) - gaps * np.log(np.maximum(span, 1e-300))
    usable = (gaps >= FEWEST_GAPS) & (span > 0.0)
    n, total, names = gaps[usable].astype(np.float64), shares[usable], owner[starts][usable]
    ratios = [_dirichlet(n, total, a * step) - _dirichlet(n, total, 1.0 * step) for a in EVENNESS]
    return np.tile(names, len(EVENNESS)), np.concatenate(ratios)


def _dirichlet(n: Floats, log_shares: Floats, shape: float) -> Floats:
    """Log density of n shares under the symmetric Dirichlet of that shape."""
    density: Floats = (
        special.gammaln(n * shape) - n * special.gammaln(shape) + (shape - 1.0) * log_shares
    )
    return density
