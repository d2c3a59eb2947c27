"""Likes beside an order: who came looking for a ring's target, beyond what its peers predict?

A seller fills an order with every account it has, those that it uses once too. They share nothing
with one another; but the content is known to have been ordered, and more people than its other
likes account for came looking for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy import stats

from zhenzan.arrays import column
from zhenzan.kernels.peers import beside_peers
from zhenzan.verdicts.decide import LEAST_FAKE_MILLIBITS, PRIOR_BITS, score_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from zhenzan.engines.base import Engine

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

FEWEST_LIKES = 3
"""Fewer seekers than that are no surplus."""
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
        WHERE r.millibits >= {LEAST_FAKE_MILLIBITS} GROUP BY l.content, l.ring, r.millibits
    )
) WHERE place = 1 ORDER BY content
"""
"""By a ring that is surely bought: one that may mean it sends nobody."""

SURPLUS_FOUND = f"""
SELECT 'like' AS entity_type, "like" AS entity, cast(NULL AS bigint) AS other,
       'rings' AS detector, cast(1 AS bigint) AS version,
       greatest(0, least(greatest(least(millibits, {LONE_MILLIBITS}), together), most)
                - ({round(1000 * PRIOR_BITS["like"])}) - coalesce(own_millibits, 0)) AS millibits,
       'like_beside_order' AS reason_code, {{evidence}} AS evidence
FROM (
    SELECT e."like", r.ring_id, s.sought, s.expected, s.most,
           s.millibits + cast(round(1000 * o.bits) AS bigint) AS millibits,
           cast(sum(greatest(least(s.millibits + cast(round(1000 * o.bits) AS bigint),
                                   {LONE_MILLIBITS}), 0))
                OVER (PARTITION BY e.account, s.ring) AS bigint) AS together,
           own.millibits AS own_millibits
    FROM endorsements e JOIN like_ways w ON w."like" = e."like" AND w.way = 0
    JOIN ordered_surplus s ON s.content = e.content
    JOIN ring_scores r ON r.ring = s.ring
    JOIN like_manner t ON t."like" = e."like"
    JOIN manner_odds o ON o.ring = s.ring AND o.manner = t.manner
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
    usual = log_p > np.log(0.001)
    usual[place] = False
    members, score = column(orders, "members")[order], score_of(column(orders, "millibits")[order])
    surplus = _surplus(sought[place], expected[place], members, _shape(sought, expected, usual))
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


def _shape(count: Ints, expected: Floats, usual: npt.NDArray[np.bool_]) -> float:
    """Gamma shape of honest variation: E[X(X-1)] / E[mean]² = 1 + 1/shape."""
    repeats = float((count[usual] * (count[usual] - 1.0)).sum())
    squares = float((expected[usual] ** 2).sum())
    return 1.0 / max(repeats / max(squares, 1e-9) - 1.0, 0.1)


def _surplus(sought: Ints, expected: Floats, members: Ints, shape: float) -> Floats:
    """The share of those who sought a content that was ordered, as far as it is to be expected.

    Either nobody else was sent, and all are honest: a negative binomial. Or, as probably before
    looking, more were, beside honest ones: about as many as the ring itself sent (geometric). One
    more honest like may always have been.
    """
    share = np.zeros(len(sought))
    for row, (came, mean, m) in enumerate(zip(sought, expected, members, strict=True)):
        sent = np.arange(came + 1)
        honest = stats.nbinom.pmf(came - sent, shape, shape / (shape + max(mean, 1e-9)))
        likely = honest * stats.nbinom.pmf(sent, 1.0, 1.0 / (m + 1.0))
        total = likely.sum() + honest[0]
        share[row] = (likely * sent).sum() / total / (came + 1.0) if total > 0.0 else 0.0
    return share


def _millibits(probability: Floats) -> Ints:
    bounded = np.clip(probability, 1e-6, 0.9999)
    return np.rint(1000.0 * np.log2(bounded / (1.0 - bounded))).astype(np.int64)
