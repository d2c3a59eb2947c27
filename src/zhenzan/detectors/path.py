"""Likes that nobody's path leads to: no view before them, or a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from zhenzan.arrays import column
from zhenzan.detectors.base import Detector, Findings
from zhenzan.detectors.examples import Example, honest_log, like, view
from zhenzan.weights import fit_rates, millibits, rate_bits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenzan.engines.base import Engine

MOST_ACCOUNT_BITS = 3.0
"""Some people's clients lose every view: no rate of its own convicts an account."""
MOST_LIKE_BITS = 3.0
"""One like says little by itself: views do get lost. The account's rate says more."""


class Path(Detector):
    """Likes without a view, or after a glance, far more often than other accounts'.

    Catches: scripts that call the like interface; phones that scroll to the button; task takers
    who open, like and leave.
    Misses: sellers that play the video first, at the price of the watching time.
    How an adversary adapts: simulated click paths with honest dwell times.
    Reads: like_path.
    Evidence: the account's unseen (or barely watched) likes, out of how many, and the population's
    mean rate.
    Reference: rates against a beta-binomial population, Kleinman, JASA 68 (1973); behaviour
    paths as evidence, Cao et al., SynchroTrap (CCS 2014), section 2.
    """

    id: ClassVar[str] = "path"
    version: ClassVar[int] = 1
    needs: ClassVar[frozenset[str]] = frozenset({"view"})
    reason_codes: ClassVar[tuple[str, ...]] = (
        "account_likes_unseen",
        "account_likes_glanced",
        "like_unseen",
    )

    ACCOUNTS = """
    SELECT p.account,
           cast(sum(p.unseen) AS bigint) AS unseen, count(*) AS likes,
           count(*) FILTER (WHERE p.unseen = 0 AND p.watched IS NOT NULL) AS watched,
           count(*) FILTER (WHERE p.unseen = 0 AND p.watched <= q.glance) AS glances
    FROM like_path p CROSS JOIN (
        SELECT percentile_disc(0.1) WITHIN GROUP (ORDER BY watched) AS glance
        FROM like_path WHERE unseen = 0
    ) q
    GROUP BY p.account ORDER BY p.account
    """
    UNSEEN_LIKES = 'SELECT "like" FROM like_path WHERE unseen = 1 ORDER BY "like"'

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "script",
            "an account likes thirty contents and views none",
            (*honest_log(), *(like("bot", f"c{i}", i * 600) for i in range(30))),
            fires=frozenset({"bot"}),
        ),
        Example(
            "lost view",
            "a reader loses two views of thirty to a flaky client",
            (
                *honest_log(),
                *(view("reader", f"c{i}", i * 600, 0.8) for i in range(28)),
                *(like("reader", f"c{i}", i * 600 + 20) for i in range(30)),
            ),
        ),
    )

    def find(self, engine: Engine) -> Iterator[Findings]:
        """Weigh each account's unseen and glanced likes, then each unseen like."""
        facts = engine.query(self.ACCOUNTS)
        account, likes = column(facts, "account"), column(facts, "likes")
        unseen_mean = 0.5
        for code, hits, trials in (
            ("account_likes_unseen", column(facts, "unseen"), likes),
            ("account_likes_glanced", column(facts, "glances"), column(facts, "watched")),
        ):
            mean, spread = fit_rates(hits, trials)
            if code == "account_likes_unseen":
                unseen_mean = mean
            bits = np.minimum(rate_bits(hits, trials, mean, spread), MOST_ACCOUNT_BITS)
            found = Findings(
                code,
                account,
                millibits(bits),
                {"hits": hits, "likes": trials, "usual_percent": np.full(len(bits), 100 * mean)},
            )
            yield found.where(bits > 1.0)
        unseen = column(engine.query(self.UNSEEN_LIKES), "like")
        weight = min(MOST_LIKE_BITS, -float(np.log2(2.0 * unseen_mean)))
        if weight > 0.0:
            weights = np.full(len(unseen), millibits(weight), dtype=np.int64)
            usual = np.full(len(unseen), 100 * unseen_mean)
            yield Findings("like_unseen", unseen, weights, {"usual_percent": usual})
