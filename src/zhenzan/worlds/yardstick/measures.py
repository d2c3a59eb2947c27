"""Measures of a judgement against the truth: intervals, ranking, calibration, grouping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import beta, norm

if TYPE_CHECKING:
    from zhenzan.worlds.columns import Flags, Ints, Reals

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Share:
    """A share with its 95% interval.

    Attributes:
        hits: How many.
        total: Out of how many.
        value: ``hits / total``; None when there is nothing to count.
        low: Lower end of the interval.
        high: Upper end of the interval.
    """

    hits: int
    total: int
    value: float | None
    low: float
    high: float


def wilson(hits: int, total: int) -> Share:
    """A share with Wilson's score interval (Wilson 1927), good for shares that are not tiny."""
    if total == 0:
        return Share(0, 0, None, 0.0, 1.0)
    z = float(norm.ppf((1 + CONFIDENCE) / 2))
    share = hits / total
    centre = share + z * z / (2 * total)
    half = z * float(np.sqrt(share * (1 - share) / total + z * z / (4 * total * total)))
    scale = 1 + z * z / total
    return Share(
        hits, total, share, max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)
    )


def clopper_pearson(hits: int, total: int) -> Share:
    """A share with the exact interval (Clopper and Pearson 1934), for rare false accusations."""
    if total == 0:
        return Share(0, 0, None, 0.0, 1.0)
    tail = (1 - CONFIDENCE) / 2
    low = float(beta.ppf(tail, hits, total - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, total - hits)) if hits < total else 1.0
    return Share(hits, total, hits / total, low, high)


def precision_recall(score: Reals, fake: Flags) -> tuple[Reals, Reals, Reals]:
    """Thresholds from high to low, with the precision and recall of ``score >= threshold``."""
    order = np.argsort(-score, kind="stable")
    ordered, hits = score[order], np.cumsum(fake[order])
    at = np.flatnonzero(np.append(np.diff(ordered) != 0, True)[: len(ordered)])
    return ordered[at], hits[at] / (at + 1), hits[at] / max(int(fake.sum()), 1)


def average_precision(score: Reals, fake: Flags) -> float | None:
    """Area under the precision-recall steps, ties taken together; None without fakes."""
    if not fake.any():
        return None
    _, precision, recall = precision_recall(score, fake)
    return float((np.diff(recall, prepend=0.0) * precision).sum())


@dataclass(frozen=True)
class Bin:
    """Likes with scores in one tenth of the scale.

    Attributes:
        low: Lowest score.
        high: Highest score.
        likes: Number of likes.
        score: Their mean score.
        fake: Share of them that is fake.
    """

    low: float
    high: float
    likes: int
    score: float
    fake: float


def calibration(score: Reals, fake: Flags, bins: int = 10) -> tuple[list[Bin], float | None]:
    """Reliability table, and the expected calibration error (Naeini et al. 2015, AAAI).

    Args:
        score: (n,) probabilities.
        fake: (n,) truth.
        bins: Number of equal parts of the scale.

    Returns:
        Bins that hold likes, and the mean gap between score and truth, weighted by likes.
    """
    if len(score) == 0:
        return [], None
    which = np.minimum((score * bins).astype(np.int64), bins - 1)
    table, gap = [], 0.0
    for part in np.unique(which).tolist():
        mine = which == part
        n, mean, share = int(mine.sum()), float(score[mine].mean()), float(fake[mine].mean())
        table.append(Bin(part / bins, (part + 1) / bins, n, mean, share))
        gap += n / len(score) * abs(mean - share)
    return table, gap


def adjusted_rand(left: Ints, right: Ints) -> float | None:
    """Agreement of two groupings, 0 by chance and 1 when equal (Hubert and Arabie 1985).

    Args:
        left: (n,) group of each entity.
        right: (n,) group of each entity in the other grouping.
    """
    n = len(left)
    if n < 2:
        return None
    _, a = np.unique(left, return_inverse=True)
    _, b = np.unique(right, return_inverse=True)
    width = int(b.max()) + 1
    _, cells = np.unique(a.astype(np.int64) * width + b, return_counts=True)

    def pairs(counts: Ints) -> float:
        return float((counts * (counts - 1) / 2).sum())

    together, whole = pairs(cells), n * (n - 1) / 2
    rows, columns = pairs(np.bincount(a)), pairs(np.bincount(b))
    expected, most = rows * columns / whole, (rows + columns) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)
