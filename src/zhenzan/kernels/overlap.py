"""Overlap of choices: which two share more of them than chance and taste explain?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhenzan.kernels.pairs import pairs_in_parts
from zhenzan.weights import bits_from_log_p, discoveries, log_count_tail

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

FEWEST_COMMON = 2
"""One content in common is no pattern at any degree of surprise."""
POPULARITY_LIMITS = (12, 120, 1_200)
"""Overlap is looked at three times: among contents with at most so many likers. Six rare contents
in common mean more than six hits; a content beyond the last limit joins no pairs at all."""
FALSE_DISCOVERY_RATE = 0.01
"""Of the pairs returned, how many may be chance. Chance pairs are scattered and make no ring."""


@dataclass(frozen=True)
class Overlap:
    """Pairs with what they share and what chance predicts."""

    left: Ints
    right: Ints
    shared: Ints
    expected: Floats
    bits: Floats


def surprising_overlap(account: Ints, chosen: Ints) -> Overlap:
    """Find the pairs of accounts that share more choices than chance and taste explain.

    Args:
        account: Who, ascending; one row per account and choice.
        chosen: What.
    """
    names, member = _codes(account)
    _, group = _codes(chosen)
    popularity = np.bincount(group) if len(group) else np.zeros(0, np.int64)
    tries = len(names) * (len(names) - 1) / 2
    looks: list[_Look] = []
    most: int | None = None
    # Who shares rare contents shares contents: the widest look has met every pair.
    for limit in reversed(POPULARITY_LIMITS):
        kept = (popularity[group] <= limit) & (popularity[group] >= 2)
        look = _look(member[kept], group[kept], (len(names), len(popularity)), tries, most)
        most = look.met if most is None else most
        looks.insert(0, look)
    left, right, shared, expected, log_p = (
        np.concatenate([getattr(look, name) for look in looks])
        for name in ("left", "right", "shared", "expected", "log_p")
    )
    # Each pair keeps its most surprising look, and pays for having had three.
    order = np.lexsort((log_p, right, left))
    left, right = left[order], right[order]
    best = np.ones(len(left), bool)
    best[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    at = order[best]
    log_p = np.minimum(log_p[at] + np.log(len(POPULARITY_LIMITS)), 0.0)
    found = discoveries(log_p, tries, FALSE_DISCOVERY_RATE)
    return Overlap(
        names[left[best][found]],
        names[right[best][found]],
        shared[at][found].astype(np.int64),
        expected[at][found],
        bits_from_log_p(log_p[found]),
    )


def _codes(values: Ints) -> tuple[Ints, Codes]:
    """The distinct values, ascending, and each one's position among them."""
    names, position = np.unique(values, return_inverse=True)
    return names, position.astype(np.int32)


@dataclass(frozen=True)
class _Look:
    """Pairs that share contents, of those with at most so many likers.

    Attributes:
        met: How many pairs share contents at all.
        left: Of the pairs that may be a discovery.
        right: The other.
        shared: Contents in common.
        expected: How many were to be expected.
        log_p: Log p-value, below that of 1%.
    """

    met: int
    left: Codes
    right: Codes
    shared: Codes
    expected: Floats
    log_p: Floats


def _look(
    member: Codes, group: Codes, sizes: tuple[int, int], tries: float, most: int | None
) -> _Look:
    """Pairs that share contents, with count, expectation and log p.

    Args:
        member: Who, ascending.
        group: What.
        sizes: Number of members and of groups.
        tries: Number of pairs there could be.
        most: Number of pairs in the widest look; None: this is the widest.
    """
    members, groups = sizes
    degree = np.bincount(member, minlength=members).astype(np.float64)
    popularity = np.bincount(group, minlength=groups).astype(np.float64)
    likes = max(degree.sum(), 1.0)
    concentration = float((popularity * (popularity - 1.0)).sum()) / likes**2
    repeats = np.zeros(members, np.int64)
    pairs = []
    for left, right, shared, of_part in pairs_in_parts(
        member, group, members, groups, FEWEST_COMMON
    ):
        repeats += of_part
        pairs.append((left, right, shared))
    met = sum(len(left) for left, _, _ in pairs)
    limit = _least_surprise(met if most is None else most, tries)
    shape = _taste_shape(degree, repeats, concentration)
    found = []
    while pairs:
        left, right, shared = pairs.pop(0)
        expected = degree[left] * degree[right] * concentration
        log_p = log_count_tail(shared, expected, shape)
        kept = log_p < limit
        found.append((left[kept], right[kept], shared[kept], expected[kept], log_p[kept]))
    if not found:
        nobody = np.empty(0, np.int32)
        return _Look(0, nobody, nobody, nobody, np.empty(0), np.empty(0))
    return _Look(met, *(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _least_surprise(pairs: int, tries: float) -> float:
    """A log p-value at or above which no pair is a discovery, however surprising the others are.

    With all of the pairs below it, the false discovery rate would still allow no more.
    """
    rate = FALSE_DISCOVERY_RATE / len(POPULARITY_LIMITS)
    return float(min(np.log(rate * max(pairs, 1) / max(tries, 1.0)) + 1e-6, np.log(0.01)))


def _taste_shape(degree: Floats, repeats: Ints, concentration: float) -> float:
    """Gamma shape of honest variation around the expectation, from the log itself.

    For counts X that are Poisson with a gamma-distributed mean, E[X(X-1)] / E[mean]² = 1 +
    1/shape, whatever the means. The ratio is taken over the pairs of the more active accounts,
    without the quarter of them whose own ratio is highest: rings are among those.
    """
    squares = (degree * concentration) ** 2 * ((degree**2).sum() - degree**2)
    active = degree >= max(np.median(degree), 2.0) if len(degree) else degree > 0
    if active.sum() < 20:
        return 1.0
    repeats, squares = repeats[active], squares[active]
    usual = np.argsort(repeats / squares, kind="stable")[: int(0.75 * active.sum())]
    ratio = float(repeats[usual].sum() / squares[usual].sum())
    return float(1.0 / max(ratio - 1.0, 0.01))
