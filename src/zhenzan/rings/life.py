"""Witness on the rest of members' lives: do they like hardly anything but the targets?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import special

from zhenzan.arrays import column
from zhenzan.rings.habits import GROUP_SPREAD
from zhenzan.rings.witnesses import Witness
from zhenzan.weights import LOG_2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenzan.engines.base import Engine

    Ints = npt.NDArray[np.int64]

MOST_DEDICATED_BITS = 6.0
EDGES = (0.1, 0.2, 0.3, 0.5)
"""Places are counted in five classes: the least busy tenth, …, the busier half."""
USUAL_SHARES = (0.1, 0.1, 0.1, 0.2, 0.5)
KEPT_SHARES = (0.5, 0.5, 0.5, 0.5, 0.1)
"""Accounts kept for a purpose stand in any class but the busier half, all together (shapes of a
Dirichlet distribution: below one, for one class or two rather than for a mixture)."""
FEWEST_OTHERS = 100
"""With fewer accounts outside rings, nothing is known of how much people like."""

RING_LIVES = """
SELECT r.ring, r.account, count(*) AS hits, max(a.likes) AS likes
FROM ring_likes r JOIN account_activity a ON a.account = r.account
GROUP BY r.ring, r.account ORDER BY r.ring, r.account
"""
OUTSIDER_LIVES = """
SELECT likes FROM account_activity WHERE account NOT IN (SELECT account FROM group_members)
ORDER BY likes
"""


def hear_lives(engine: Engine) -> Iterator[tuple[int, Witness]]:
    """Do more members like hardly anything else than activity in this log explains?

    In a sparse log everybody's few likes may be all on targets. So a member with h hits among n
    likes is compared with accounts outside rings that have at least h likes: how many of them have
    no more than n? Members of honest groups are spread over these places, or are among the busier:
    fans, classmates and neighbours of taste have other likes as anybody has.

    Args:
        engine: Holds ``ring_likes``, ``group_members`` and ``account_activity``.
    """
    others = column(engine.query(OUTSIDER_LIVES), "likes")
    if len(others) < FEWEST_OTHERS:
        return
    lives = engine.query(RING_LIVES)
    ring = column(lives, "ring")
    hits, likes = column(lives, "hits"), column(lives, "likes")
    places = rarity(hits, likes, others)
    for number in np.unique(ring).tolist():
        rows = slice(*np.searchsorted(ring, [number, number + 1]))
        yield number, dedicated(places[rows], float(hits[rows].sum() / likes[rows].sum()))


def dedicated(places: npt.NDArray[np.float64], share: float) -> Witness:
    """Do the members stand together among the less busy?

    Accounts that are kept for a purpose have little else, and all alike. The likelihood of the
    classes is a Dirichlet-multinomial: under the null with the usual shares and the correlation
    within honest groups, else with any shares that leave the busier half nearly empty.

    Args:
        places: Per member, the share of those as active as its hits who like as little, 0–1.
        share: Of all that members like, the share that is the ring's targets, 0–1.
    """
    classes = np.bincount(np.searchsorted(EDGES, places), minlength=len(USUAL_SHARES))
    honest = np.array(USUAL_SHARES) * (1.0 / GROUP_SPREAD - 1.0)
    log_odds = _log_likelihood(classes, np.array(KEPT_SHARES)) - _log_likelihood(classes, honest)
    facts: dict[str, float | int] = {
        "dedicated": int((places <= 0.5).sum()),
        "members": len(places),
        "percent": 100.0 * share,
    }
    bits = log_odds / LOG_2 if np.median(places) <= 0.5 else 0.0
    return Witness("ring_dedicated", float(np.clip(bits, 0.0, MOST_DEDICATED_BITS)), facts)


def _log_likelihood(classes: Ints, shapes: npt.NDArray[np.float64]) -> float:
    """Of a sequence with these counts, in nats: the terms that differ between shapes."""
    of_each = special.gammaln(classes + shapes) - special.gammaln(shapes)
    total = shapes.sum()
    return float(of_each.sum() + special.gammaln(total) - special.gammaln(classes.sum() + total))


def rarity(hits: Ints, likes: Ints, others: Ints) -> npt.NDArray[np.float64]:
    """Of ``others`` (likes per account, ascending) with at least ``hits``, who has ≤ ``likes``?"""
    active = len(others) - np.searchsorted(others, hits, side="left")
    no_more = np.searchsorted(others, likes, side="right") - np.searchsorted(others, hits, "left")
    return np.asarray((no_more + 1.0) / (active + 1.0))
