"""The same contents liked by the same accounts, whatever the time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from zhenzan.arrays import column
from zhenzan.detectors.base import Detector, Findings
from zhenzan.detectors.examples import Example, honest_log, like
from zhenzan.kernels.pairs import common_groups, offsets
from zhenzan.weights import bits_from_log_p, discoveries, log_count_tail, millibits

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from zhenzan.engines.base import Engine

    Ints = npt.NDArray[np.int64]
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


class Coaction(Detector):
    """Pairs of accounts whose choices overlap more than popularity, activity and taste explain.

    Catches: suppliers that serve the same customers, even when each order is dripped over months.
    Misses: accounts used once; sellers that never send the same two accounts to three customers.
    How an adversary adapts: a larger pool, so that fewer accounts share customers; it costs a
    nurtured account for each few likes sold.
    Reads: firsts.
    Evidence: contents in common, and how many were to be expected.
    Reference: the expectation is the configuration model (Chung and Lu 2002; as a null for
    bipartite projections: Saracco et al., "Inferring monopartite projections", New J. Phys. 19
    (2017)); the variation of taste around it is a gamma, fitted to the log by moments. Pairs are
    kept by false discovery rate over all pairs of accounts (Benjamini and Hochberg, JRSS-B 1995).
    """

    id: ClassVar[str] = "coaction"
    version: ClassVar[int] = 1
    needs: ClassVar[frozenset[str]] = frozenset()
    reason_codes: ClassVar[tuple[str, ...]] = ("pair_common_contents",)

    CHOICES = "SELECT account, content FROM firsts ORDER BY account, content"

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "slow panel",
            "six accounts serve the same fifteen unknown contents, days apart",
            (
                *honest_log(accounts=300, contents=600),
                *(
                    like(f"s{seller}", f"order{order}", 40_000 * order + 7_777 * seller)
                    for seller in range(6)
                    for order in range(15)
                ),
            ),
            fires=frozenset(f"s{a}|s{b}" for a in range(6) for b in range(a + 1, 6)),
        ),
        Example(
            "popular taste",
            "two heavy likers both like the twenty most popular contents",
            (
                *honest_log(),
                *(like("h1", f"c{i}", 3_600 * i) for i in range(20)),
                *(like("h2", f"c{i}", 3_600 * (30 - i)) for i in range(20)),
            ),
        ),
    )

    def find(self, engine: Engine) -> Iterator[Findings]:
        """Compare the choices of every two accounts."""
        rows = engine.query(self.CHOICES)
        overlap = surprising_overlap(column(rows, "account"), column(rows, "content"))
        facts = {"shared": overlap.shared, "expected": overlap.expected}
        yield Findings(
            "pair_common_contents", overlap.left, millibits(overlap.bits), facts, overlap.right
        )


def surprising_overlap(account: Ints, chosen: Ints) -> Overlap:
    """Find the pairs of accounts that share more choices than chance and taste explain.

    Args:
        account: Who, ascending; one row per account and choice.
        chosen: What.
    """
    names, member = np.unique(account, return_inverse=True)
    _, group = np.unique(chosen, return_inverse=True)
    popularity = np.bincount(group) if len(group) else np.zeros(0, np.int64)
    looks = []
    for limit in POPULARITY_LIMITS:
        kept = (popularity[group] <= limit) & (popularity[group] >= 2)
        looks.append(_look(member[kept], group[kept], len(names), len(popularity)))
    left, right, shared, expected, log_p = (
        np.concatenate(arrays) for arrays in zip(*looks, strict=True)
    )
    # Each pair keeps its most surprising look, and pays for having had three.
    order = np.lexsort((log_p, right, left))
    left, right = left[order], right[order]
    best = np.ones(len(left), bool)
    best[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    at = order[best]
    log_p = np.minimum(log_p[at] + np.log(len(POPULARITY_LIMITS)), 0.0)
    found = discoveries(log_p, len(names) * (len(names) - 1) / 2, FALSE_DISCOVERY_RATE)
    return Overlap(
        names[left[best][found]],
        names[right[best][found]],
        shared[at][found].astype(np.int64),
        expected[at][found],
        bits_from_log_p(log_p[found]),
    )


def _look(
    member: Ints, group: Ints, members: int, groups: int
) -> tuple[Ints, Ints, Ints, Floats, Floats]:
    """Pairs that share contents, with count, expectation and log p; every p-value below 1%."""
    degree = np.bincount(member, minlength=members).astype(np.float64)
    popularity = np.bincount(group, minlength=groups).astype(np.float64)
    by_group = np.lexsort((member, group))
    left, right, shared, repeats = common_groups(
        offsets(member, members),
        group,
        offsets(group[by_group], groups),
        member[by_group],
        FEWEST_COMMON,
    )
    likes = max(degree.sum(), 1.0)
    concentration = float((popularity * (popularity - 1.0)).sum()) / likes**2
    expected = degree[left] * degree[right] * concentration
    log_p = log_count_tail(shared, expected, _taste_shape(degree, repeats, concentration))
    kept = log_p < np.log(0.01)
    return left[kept], right[kept], shared[kept], expected[kept], log_p[kept]


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
