"""The same contents liked by the same accounts, whatever the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from zhenzan.arrays import columns
from zhenzan.detectors.base import Detector, Findings
from zhenzan.detectors.examples import Example, honest_log, like
from zhenzan.kernels.overlap import surprising_overlap
from zhenzan.weights import millibits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenzan.engines.base import Engine


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
        account, content = columns(engine.query(self.CHOICES))
        overlap = surprising_overlap(account, content)
        facts = {"shared": overlap.shared, "expected": overlap.expected}
        yield Findings(
            "pair_common_contents", overlap.left, millibits(overlap.bits), facts, overlap.right
        )
