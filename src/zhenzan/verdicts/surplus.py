"""Likes beside an order: who came looking for a ring's target, beyond what its peers predict?

A seller fills an order with every account it has, those that it uses once too. They share nothing
with one another; but the content is known to have been ordered, and more people than its other
likes account for came looking for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy import stats

from zhenzan.arrays import column
from zhenzan.kernels.peers import beside_peers
from zhenzan.model import LEAST_FAKE_MILLIBITS, PRIOR_BITS
from zhenzan.verdicts.decide import score_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from zhenzan.engines.base import Engine

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

FEWEST_LIKES = 3
"""Fewer seekers than that are no surplus."""
UNUSUAL = 0.001
"""A number of seekers that is less probable shows that somebody passed on a link."""
SENT_SHAPE = 3.0
"""Gamma shape of how many accounts a seller has beside those that were found, for each of these."""
LONE_MILLIBITS = 4_248
"""One like in a surplus is no surer than 19 to 1, however it came about: some did come by
themselves."""

SOUGHT = """
SELECT f.content, count(*) FILTER (WHERE w.way = 0) AS sought,
       count(*) FILTER (WHERE w.way <> 0) AS others
FROM firsts f JOIN like_ways w ON w."like" = f."like"
LEFT JOIN (
    SELECT l."like" FROM ring_likes l JOIN ring_scores r ON r.ring = l.ring
) l ON l."like" = f."like"
WHERE l."like" IS NULL GROUP BY f.content ORDER BY f.content
"""
"""Likes that no ring explains: of those who looked for the content, and of everybody else."""

ORDERED = f"""
SELECT content, ring, millibits, members FROM (
    SELECT content, ring, millibits, members, row_number() OVER (
        PARTITION BY content ORDER BY millibits DESC, members DESC, ring) AS place
    FROM (
        SELECT l.content, l.ring, r.millibits, count(*) AS members
        FROM ring_likes l JOIN ring_scores r ON r.ring = l.ring
        WHERE r.millibits >= {LEAST_FAKE_MILLIBITS}
        AND r.kind NOT IN ('mutual', 'exchange', 'matrix', 'courtesy')
        GROUP BY l.content, l.ring, r.millibits
    )
) WHERE place = 1 ORDER BY content
"""
"""By a ring that is surely bought: one that may mean it sends nobody. An agency, and a circle that
trades, have nobody to send but their members."""

SURPLUS_FOUND = f"""
SELECT 'like' AS entity_type, "like" AS entity, cast(NULL AS bigint) AS other,
       'rings' AS detector, cast(1 AS bigint) AS version,
       greatest(0, least(greatest(least(millibits, {LONE_MILLIBITS}), together) + place, most)
                - ({round(1000 * PRIOR_BITS["like"])}) - coalesce(own_millibits, 0)) AS millibits,
       'like_beside_order' AS reason_code, {{evidence}} AS evidence
FROM (
    SELECT e."like", r.ring_id, s.sought, s.expected, s.most,
           s.millibits + o.millibits AS millibits, p.of_others AS place,
           cast(sum(greatest(least(s.millibits + o.millibits, {LONE_MILLIBITS}), 0))
                OVER (PARTITION BY e.account, s.ring) AS bigint) AS together,
           own.millibits AS own_millibits
    FROM endorsements e JOIN like_ways w ON w."like" = e."like" AND w.way = 0
    JOIN ordered_surplus s ON s.content = e.content
    JOIN ring_scores r ON r.ring = s.ring
    JOIN like_manner t ON t."like" = e."like"
    JOIN manner_odds o ON o.ring = s.ring AND o.manner = t.manner
    JOIN like_place a ON a."like" = e."like"
    JOIN place_odds p ON p.ring = s.ring AND p.place = a.place
    LEFT JOIN (
        SELECT l.account, l.content FROM ring_likes l JOIN ring_scores r ON r.ring = l.ring
    ) l ON l.account = e.account AND l.content = e.content
    LEFT JOIN (
        SELECT entity, cast(sum(millibits) AS bigint) AS millibits FROM found
        WHERE entity_type = 'like' GROUP BY entity
    ) own ON own.entity = e."like"
    WHERE l.account IS NULL
) WHERE millibits > 0 AND most > 0
"""
"""Who filled two orders of one seller is twice as surely sent. No like is surer than the ring."""


def read_surplus(engine: Engine) -> None:
    """Fill ``ordered_surplus``: content, ring, sought, expected, millibits and most.

    ``millibits`` are log2 odds, in thousandths, that a like of who sought the content was ordered;
    ``most`` those of the ring.

    Args:
        engine: Holds ``ring_scores``, ``ring_likes``, ``like_ways`` and ``firsts``.
    """
    likes, orders = engine.query(SOUGHT), engine.query(ORDERED)
    content, sought, others = (column(likes, n) for n in ("content", "sought", "others"))
    expected, log_p = beside_peers(sought, np.maximum(others, 1), FEWEST_LIKES)
    here, place, order = np.intersect1d(content, column(orders, "content"), return_indices=True)
    elsewhere = np.ones(len(content), bool)
    elsewhere[place] = False
    usual = _Usual.of(sought[elsewhere], expected[elsewhere], log_p[elsewhere])
    members, score = column(orders, "members")[order], score_of(column(orders, "millibits")[order])
    surplus = _surplus(sought[place], expected[place], members, usual)
    told = (sought[place] >= FEWEST_LIKES) & (surplus > 0.0)
    engine.register(
        "ordered_surplus",
        pa.table(
            {
                "content": here[told],
                "ring": column(orders, "ring")[order][told],
                "sought": sought[place][told],
                "expected": np.round(expected[place][told], 2),
                "millibits": _millibits(surplus * score)[told],
                "most": _millibits(score)[told],
            }
        ),
    )


@dataclass(frozen=True)
class _Usual:
    """How many come looking for contents that no ring was sent to.

    Attributes:
        shape: Gamma shape of the variation around what peers predict.
        passed_on: Share of contents that many more come looking for: somebody passed on a link.
        many: How many do, on average.
    """

    shape: float
    passed_on: float
    many: float

    @classmethod
    def of(cls, count: Ints, expected: Floats, log_p: Floats) -> _Usual:
        """Learn it from such contents."""
        common = log_p > np.log(UNUSUAL)
        # For a Poisson count with a gamma mean, E[X(X-1)] / E[mean]² = 1 + 1/shape.
        repeats = float((count[common] * (count[common] - 1.0)).sum())
        squares = float((expected[common] ** 2).sum())
        return cls(
            1.0 / max(repeats / max(squares, 1e-9) - 1.0, 0.1),
            float(((~common).sum() + 1.0) / (len(count) + 2.0)),
            float((count[~common].sum() + FEWEST_LIKES) / ((~common).sum() + 1.0)),
        )

    def probability(self, came: Ints, mean: float) -> Floats:
        """Of so many honest seekers where ``mean`` are expected."""
        met = stats.nbinom.pmf(came, self.shape, self.shape / (self.shape + max(mean, 1e-9)))
        passed_on = stats.nbinom.pmf(came, 1.0, 1.0 / (self.many + 1.0))
        return np.asarray((1.0 - self.passed_on) * met + self.passed_on * passed_on)


def _surplus(sought: Ints, expected: Floats, members: Ints, usual: _Usual) -> Floats:
    """The share of those who sought a content that was ordered, as far as it is to be expected.

    Either nobody else was sent, and all are honest. Or, as probably before looking, more were,
    beside honest ones: hardly ever many times as many as the ring itself sent. One more honest
    like may always have been.
    """
    share = np.zeros(len(sought))
    for row, (came, mean, m) in enumerate(zip(sought, expected, members, strict=True)):
        sent = np.arange(came + 1)
        honest = usual.probability(came - sent, mean)
        likely = honest * stats.nbinom.pmf(sent, SENT_SHAPE, SENT_SHAPE / (SENT_SHAPE + m))
        total = likely.sum() + honest[0]
        share[row] = (likely * sent).sum() / total / (came + 1.0) if total > 0.0 else 0.0
    return share


def _millibits(probability: Floats) -> Ints:
    bounded = np.clip(probability, 1e-6, 0.9999)
    return np.rint(1000.0 * np.log2(bounded / (1.0 - bounded))).astype(np.int64)
