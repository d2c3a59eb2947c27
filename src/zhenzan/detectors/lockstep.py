"""The same contents within the same minute, more often than chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from zhenzan.arrays import column
from zhenzan.detectors.base import Detector, Findings
from zhenzan.detectors.examples import Example, honest_log, like
from zhenzan.kernels.pairs import meetings, rows_before, windowed_pairs
from zhenzan.weights import bits_from_log_p, discoveries, log_count_tail, millibits

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from zhenzan.engines.base import Engine

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

WINDOWS_S = (60, 600)
"""A minute: scripts and phone racks. Ten minutes: a work list handed to people or a slow rack."""
MOST_MEETINGS = 128
"""A like meets at most this many likes before it; the null counts the same meetings."""
FALSE_DISCOVERY_RATE = 0.01
"""Of the pairs returned, how many may be chance. Chance pairs are scattered and make no ring."""
FEWEST_CONTENTS = 2
"""One meeting is no pattern; a pair is looked at from two contents on."""


class Lockstep(Detector):
    """Pairs of accounts that like the same contents within the same minutes.

    Catches: orders delivered in a burst by the same accounts; scripts on a shared queue.
    Misses: orders dripped over days (coaction sees these); accounts used once.
    How an adversary adapts: random delays longer than the window, at the price of slow delivery.
    Reads: firsts.
    Evidence: contents met on within the window, and how many the two accounts' own exposure to
    rushes predicts.
    Reference: SynchroTrap, Cao et al. (CCS 2014), for the windowed pairs; the expectation is
    Chung and Lu's random graph (2002) over meetings, so a pair that meets because both are always
    in a rush is no surprise.
    """

    id: ClassVar[str] = "lockstep"
    version: ClassVar[int] = 1
    needs: ClassVar[frozenset[str]] = frozenset()
    reason_codes: ClassVar[tuple[str, ...]] = ("pair_lockstep",)

    FIRSTS = 'SELECT content, ts, account FROM firsts ORDER BY "like"'

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "two scripts",
            "two accounts work the same list of eight quiet contents, seconds apart",
            (
                *honest_log(),
                *(like("s1", f"c{40 + i}", 9_000 * i + 5) for i in range(8)),
                *(like("s2", f"c{40 + i}", 9_000 * i + 12) for i in range(8)),
            ),
            fires=frozenset({"s1|s2"}),
        ),
        Example(
            "one rush",
            "sixty fans like three posts of one author within the minute each comes out",
            (
                *honest_log(),
                *(
                    like(f"fan{fan}", f"post{post}", 86_400 * post + fan * 0.9)
                    for post in range(3)
                    for fan in range(60)
                ),
            ),
        ),
    )

    def find(self, engine: Engine) -> Iterator[Findings]:
        """Count meetings per pair at each scale; keep each pair's more surprising scale."""
        rows = engine.query(self.FIRSTS)
        content, ts, account = (column(rows, name) for name in ("content", "ts", "account"))
        parts = [_surprising(content, ts, account, window_s) for window_s in WINDOWS_S]
        left, right, met, expected, bits, window = (
            np.concatenate(arrays) for arrays in zip(*parts, strict=True)
        )
        order = np.lexsort((window, -bits, right, left))
        left, right = left[order], right[order]
        best = np.ones(len(left), bool)
        best[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
        kept = order[best]
        facts = {
            "contents": met[kept].astype(np.int64),
            "window_s": window[kept].astype(np.int64),
            "expected": expected[kept],
        }
        # The mean of e-values is an e-value: the best of two counts for half.
        weight = millibits(bits[kept] - np.log2(len(WINDOWS_S)))
        yield Findings("pair_lockstep", left[best], weight, facts, right[best])


def _surprising(
    content: Ints, ts: Ints, account: Ints, window_s: int
) -> tuple[Ints, Ints, Ints, Floats, Floats, Ints]:
    """Pairs that meet more often than their exposure explains, with count, expectation, bits."""
    window_us = window_s * 1_000_000
    pairs = windowed_pairs(content, ts, account, window_us, FEWEST_CONTENTS, MOST_MEETINGS)
    met = meetings(rows_before(content, ts, window_us, MOST_MEETINGS))
    exposure = np.bincount(account, weights=met)
    # As if every like met one more at random: where few meet at all, a pair's own meetings would
    # otherwise be what is expected of it.
    expected = exposure[pairs.left] * exposure[pairs.right] / (exposure.sum() + len(ts))
    log_p = log_count_tail(pairs.count, expected, np.inf)
    accounts = len(np.unique(account))
    kept = discoveries(log_p, accounts * (accounts - 1) / 2, FALSE_DISCOVERY_RATE)
    window = np.full(int(kept.sum()), window_s, dtype=np.int64)
    bits = bits_from_log_p(log_p[kept])
    return pairs.left[kept], pairs.right[kept], pairs.count[kept], expected[kept], bits, window
