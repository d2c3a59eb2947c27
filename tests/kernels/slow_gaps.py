"""Evenness of one series of times, with the standard library alone."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import fmean

from zhenzan.kernels.gaps import EVENNESS, FEWEST_GAPS, STEPS, STRETCH


def log_dirichlet(shares: list[float], shape: float) -> float:
    n = len(shares)
    rest = sum((shape - 1.0) * (math.log(s) if s > 0 else -1e5) for s in shares)
    return math.lgamma(n * shape) - n * math.lgamma(shape) + rest


def slow_evenness(times: list[int]) -> float | None:
    """Log of the mean likelihood ratio over stretches, steps and alternatives."""
    ratios = []
    for step in STEPS:
        picked = times[::step]
        gaps = [later - earlier for earlier, later in pairwise(picked)]
        for stretch in (STRETCH, max(len(gaps), 1)):
            for start in range(0, len(gaps), stretch):
                part = gaps[start : start + stretch]
                if len(part) < FEWEST_GAPS or sum(part) == 0:
                    continue
                shares = [gap / sum(part) for gap in part]
                chance = log_dirichlet(shares, step)
                ratios += [log_dirichlet(shares, a * step) - chance for a in EVENNESS]
    if not ratios:
        return None
    top = max(ratios)
    return top + math.log(fmean(math.exp(r - top) for r in ratios))
