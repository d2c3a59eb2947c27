"""From counts and tail probabilities to weights in bits (log2 odds).

A weight is the logarithm of an e-value: under the null model its antilogarithm has mean at most 1,
so weights of independent detectors add, and the chance that an honest entity gathers more than
b bits is at most 2^-b (Markov). See Grünwald, de Heide, Koolen, "Safe testing" (JRSS-B 2024), and
Vovk and Wang, "E-values: calibration, combination and applications" (Annals of Statistics 2021).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from zhenzan.model import MILLIBITS_PER_BIT

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LOG_2 = float(np.log(2.0))
BLOCK_ROWS = 1 << 18
"""So many rows are worked on at once where each takes a dozen intermediate values."""


def millibits(bits: npt.ArrayLike) -> Ints:
    """Bits as whole thousandths, the form in which weights are stored and added."""
    return np.rint(np.asarray(bits, dtype=np.float64) * MILLIBITS_PER_BIT).astype(np.int64)


def bits_from_log_p(log_p: npt.ArrayLike) -> Floats:
    """Weight of a p-value: log2 of the calibrator ∫κp^(κ-1)dκ over (0, 1).

    Args:
        log_p: Natural logarithms of p-values, ≤ 0.

    Returns:
        Bits; -1 at p = 1, 0 near p = 0.2, 4.4 at 0.001, 21 at 1e-9.

    Source: Vovk and Wang (2021), equation (1) with F = the integral over κ.
    """
    log_p = np.minimum(np.asarray(log_p, dtype=np.float64), -1e-6)
    p = np.exp(log_p)
    # For p → 1 the ratio tends to 1/2, so p = 1 costs one bit.
    bits: Floats = (np.log(1.0 - p + p * log_p) - log_p - 2.0 * np.log(-log_p)) / LOG_2
    return bits


def rate_bits(
    hits: npt.ArrayLike,
    trials: npt.ArrayLike,
    mean: npt.ArrayLike,
    spread: float,
    alternative: tuple[float, float] = (1.0, 1.0),
) -> Floats:
    """Weight of a rate that is higher than honest entities' rates.

    The null is a beta-binomial: an honest entity's own rate varies around ``mean``. The
    alternative is another, by default any rate, uniformly. A rate below the mean never counts as
    evidence.

    Args:
        hits: How often, per entity.
        trials: Out of how many, per entity.
        mean: Mean of honest entities' rates, in (0, 1); one for all, or one per entity.
        spread: Intra-class correlation of honest entities' rates, in (0, 1).
        alternative: Shapes of the beta distribution of dishonest entities' rates.

    Returns:
        Bits per entity; negative where the data fit the null better.
    """
    k = np.asarray(hits, dtype=np.float64)
    n = np.asarray(trials, dtype=np.float64)
    usual = np.asarray(mean, dtype=np.float64)
    strength = 1.0 / spread - 1.0
    a, b = usual * strength, (1.0 - usual) * strength
    log_null = special.betaln(k + a, n - k + b) - special.betaln(a, b)
    log_free = special.betaln(k + alternative[0], n - k + alternative[1]) - special.betaln(
        *alternative
    )
    bits: Floats = (log_free - log_null) / LOG_2
    return np.where(k > n * usual, bits, np.minimum(bits, 0.0))


def fit_rates(hits: npt.ArrayLike, trials: npt.ArrayLike) -> tuple[float, float]:
    """Mean and intra-class correlation of rates over a population that is mostly honest.

    Moments (Kleinman, JASA 1973) over entities with at least three trials, with rates beyond the
    90th percentile drawn in to it: the dishonest are there, and must not define what is normal.

    Returns:
        Mean in [0.001, 0.999] and spread in [0.005, 0.9].
    """
    k = np.asarray(hits, dtype=np.float64)
    n = np.asarray(trials, dtype=np.float64)
    enough = n >= 3
    if enough.sum() < 20:
        total = max(n.sum(), 1.0)
        return float(np.clip(k.sum() / total, 0.001, 0.999)), 0.3
    k, n = k[enough], n[enough]
    rate = k / n
    rate = np.minimum(rate, np.quantile(rate, 0.9))
    mean = float(np.clip(np.average(rate, weights=n), 0.001, 0.999))
    variance = float(np.average((rate - mean) ** 2, weights=n))
    sampling = mean * (1.0 - mean) * len(n) / n.sum()
    spread = (variance - sampling) / max(mean * (1.0 - mean) - sampling, 1e-9)
    return mean, float(np.clip(spread, 0.005, 0.9))


def log_count_tail(count: npt.ArrayLike, expected: npt.ArrayLike, shape: npt.ArrayLike) -> Floats:
    """Natural log of P(X ≥ count) for a negative binomial of mean ``expected``.

    Args:
        count: Observed counts, ≥ 0.
        expected: Means under the null, > 0.
        shape: Gamma shape of the honest variation of the mean, one for all (``inf`` is a
            Poisson) or one finite number per count.

    Returns:
        Upper bounds of the log p-values: the tail's first term times the geometric series of the
        slowest ratio after it. They do not underflow.
    """
    x, mean, k = np.asarray(count), np.asarray(expected), np.asarray(shape, dtype=np.float64)
    if x.size <= BLOCK_ROWS:
        return _log_count_tail(x, mean, k)
    tail = np.empty(len(x))
    for start in range(0, len(x), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        parts = (values[rows] if values.ndim else values for values in (x, mean, k))
        tail[rows] = _log_count_tail(*parts)
    return tail


def _log_count_tail(count: npt.NDArray[Any], expected: npt.NDArray[Any], k: Floats) -> Floats:
    x = count.astype(np.float64)
    mean = np.maximum(expected.astype(np.float64), 1e-12)
    if np.all(np.isinf(k)):
        log_term = x * np.log(mean) - mean - special.gammaln(x + 1.0)
        ratio = mean / (x + 1.0)
    else:
        share = mean / (mean + k)
        log_term = (
            special.gammaln(x + k)
            - special.gammaln(k)
            - special.gammaln(x + 1.0)
            + x * np.log(share)
            + k * np.log1p(-share)
        )
        # Below a shape of 1 the ratio of successive terms rises, towards ``share``.
        ratio = share * np.maximum((x + k) / (x + 1.0), 1.0)
    # Successive terms shrink at least this fast, so a geometric series bounds the tail.
    bound = log_term - np.log1p(-np.minimum(ratio, 1.0 - 1e-9))
    return np.where(x <= mean, 0.0, np.minimum(bound, 0.0))


def discoveries(log_p: npt.ArrayLike, tries: float, rate: float) -> npt.NDArray[np.bool_]:
    """Which p-values a false discovery rate keeps (Benjamini and Hochberg, JRSS-B 1995).

    Args:
        log_p: Natural logarithms of the smallest p-values; all others are near 1.
        tries: How many p-values there were altogether.
        rate: Largest expected share of false ones among those kept.
    """
    values = np.asarray(log_p, dtype=np.float64)
    ascending = np.sort(values)
    limit = np.log(rate * np.arange(1, len(values) + 1) / max(tries, 1.0))
    below = np.flatnonzero(ascending <= limit)
    if not len(below):
        return np.zeros(len(values), bool)
    return np.asarray(values <= ascending[below[-1]])
