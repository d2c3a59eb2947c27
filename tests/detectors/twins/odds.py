"""Weights of one entity at a time, with the standard library alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def calibrated(log_p: float) -> float:
    """Bits of a p-value."""
    log_p = min(log_p, -1e-6)
    p = math.exp(log_p)
    return (math.log(1 - p + p * log_p) - log_p - 2 * math.log(-log_p)) / math.log(2)


def log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def rate_bits(
    hits: float, trials: int, mean: float, spread: float, errand: tuple[float, float] = (1, 1)
) -> float:
    """Bits of a rate against a beta-binomial."""
    strength = 1 / spread - 1
    a, b = mean * strength, (1 - mean) * strength
    null = log_beta(hits + a, trials - hits + b) - log_beta(a, b)
    free = log_beta(hits + errand[0], trials - hits + errand[1]) - log_beta(*errand)
    bits = (free - null) / math.log(2)
    return bits if hits > trials * mean else min(bits, 0.0)


def quantile(values: Sequence[float], share: float) -> float:
    """Interpolated linearly, as everywhere."""
    ordered = sorted(values)
    at = (len(ordered) - 1) * share
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def fit_rates(counts: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Mean and spread of rates; ``counts`` are hits and trials."""
    enough = [(k, n) for k, n in counts if n >= 3]
    if len(enough) < 20:
        total = max(sum(n for _, n in counts), 1)
        return clip(sum(k for k, _ in counts) / total, 0.001, 0.999), 0.3
    top = quantile([k / n for k, n in enough], 0.9)
    rates = [(min(k / n, top), n) for k, n in enough]
    weight = sum(n for _, n in rates)
    mean = clip(sum(r * n for r, n in rates) / weight, 0.001, 0.999)
    variance = sum((r - mean) ** 2 * n for r, n in rates) / weight
    sampling = mean * (1 - mean) * len(rates) / weight
    spread = (variance - sampling) / max(mean * (1 - mean) - sampling, 1e-9)
    return mean, clip(spread, 0.005, 0.9)


def log_tail(count: int, mean: float, shape: float) -> float:
    """Bound of ln P(X ≥ count) for a negative binomial, a Poisson at an infinite shape."""
    mean = max(mean, 1e-12)
    if count <= mean:
        return 0.0
    if math.isinf(shape):
        term = count * math.log(mean) - mean - math.lgamma(count + 1)
        ratio = mean / (count + 1)
    else:
        share = mean / (mean + shape)
        term = math.lgamma(count + shape) - math.lgamma(shape) - math.lgamma(count + 1)
        term += count * math.log(share) + shape * math.log1p(-share)
        ratio = share * max((count + shape) / (count + 1), 1)
    return min(term - math.log1p(-min(ratio, 1 - 1e-9)), 0.0)


def log_mixture(share: float, first: float, second: float) -> float:
    """Log of (1 - share)·exp(first) + share·exp(second)."""
    one, two = math.log1p(-share) + first, math.log(share) + second
    top = max(one, two)
    return top + math.log(math.exp(one - top) + math.exp(two - top))


def discovered(log_p: Sequence[float], tries: float, rate: float) -> float:
    """The largest log p that a false discovery rate keeps; -inf where none."""
    kept = -math.inf
    for rank, value in enumerate(sorted(log_p), 1):
        if value <= math.log(rate * rank / max(tries, 1)):
            kept = value
    return kept


def whole(bits: float) -> float:
    """To a thousandth of a bit."""
    return round(bits * 1000) / 1000
