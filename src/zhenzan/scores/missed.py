"""How many likes of a delivery were not called: told by how likes came about."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from zhenzan.arrays import column

if TYPE_CHECKING:
    import numpy.typing as npt

    from zhenzan.engines.base import Engine
    from zhenzan.scores.weights import TrueLikesWeights

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

MILLION = 1_000_000
ROUNDS = 100
"""Rounds of estimation; after them nothing moves by a like in ten thousand."""
FIRST_SHARE = 0.01
"""Where the estimation begins: near none, so that a log whose likes all come about alike, which
cannot tell what was missed, shows next to nothing."""

DELIVERED_MANNERS = """
SELECT s.content, m.manner, cast(sum(s.fake + s.suspect) AS bigint) AS called,
       cast(sum(1 - s.fake - s.suspect) AS bigint) AS kept,
       cast(sum(CASE WHEN s.fake + s.suspect = 0 THEN s.genuine ELSE 0 END) AS bigint) AS genuine
FROM like_shares s JOIN like_manner m ON m."like" = s."like"
WHERE s.delivered = 1 GROUP BY s.content, m.manner ORDER BY s.content, m.manner
"""
ORDINARY_MANNERS = """
SELECT m.manner, cast(sum(1 - s.fake - s.suspect) AS bigint) AS likes
FROM like_shares s JOIN like_manner m ON m."like" = s."like"
WHERE s.delivered = 0 GROUP BY m.manner ORDER BY m.manner
"""


def estimate_missed(engine: Engine, weights: TrueLikesWeights) -> float:
    """Fill ``content_missed`` (content, missed, unsure; millionths of likes).

    On a content where a delivery was seen, the likes that were not called are a mixture: some came
    about as honest likes of the log do, some as the called ones do (of this content and, borrowed,
    of all). The share of the latter is found by expectation-maximisation (Dempster, Laird and Rubin
    1977), pulled towards what it is over all deliveries of the log. ``missed`` is how many they
    are, ``unsure`` the variance of it.

    Args:
        engine: Holds ``like_shares`` and ``like_manner``.
        weights: What is borrowed.

    Returns:
        How well called and ordinary likes can be told apart, 0–1 (total variation distance).
    """
    rows = engine.query(DELIVERED_MANNERS)
    ordinary = engine.query(ORDINARY_MANNERS)
    manners = 1 + max(
        (int(column(one, "manner").max(initial=0)) for one in (rows, ordinary)), default=0
    )
    contents, content = np.unique(column(rows, "content"), return_inverse=True)
    manner, called, kept = (column(rows, name) for name in ("manner", "called", "kept"))
    usual = _shares(np.bincount(column(ordinary, "manner"), column(ordinary, "likes"), manners))
    ordered = np.bincount(manner, called, manners) + usual
    ordered /= ordered.sum()
    here = np.bincount(content, called, len(contents))
    borrowed = weights.borrowed_calls
    odds = (called + borrowed * ordered[manner]) / (here[content] + borrowed) / usual[manner]
    share = _mixture(content, kept, odds, len(contents), weights.borrowed_likes)
    likes = share * column(rows, "genuine")
    missed = np.floor(np.bincount(content, likes, len(contents))).astype(np.int64)
    unsure = np.rint(np.bincount(content, (1 - share) * likes, len(contents))).astype(np.int64)
    found = {"content": contents, "missed": missed, "unsure": unsure}
    engine.register(
        "content_missed",
        pa.table({name: pa.array(values, pa.int64()) for name, values in found.items()}),
    )
    return float(1.0 - np.minimum(usual, ordered).sum())


def _shares(likes: npt.NDArray[Any]) -> Floats:
    """Shares of each manner; half a like is added, so that none is impossible."""
    return np.asarray((likes + 0.5) / (likes + 0.5).sum())


def _mixture(content: Ints, kept: Ints, odds: Floats, contents: int, borrowed: float) -> Floats:
    """The probability that a like of each row belongs to the delivery.

    Args:
        content: Shape (n,), position of the content.
        kept: Shape (n,), likes that were not called.
        odds: Shape (n,), how much more usual the row's manner is among called likes.
        contents: Number of contents.
        borrowed: As if so many likes more had been seen, with the share of all deliveries.
    """
    likes = np.bincount(content, kept, contents)
    total = max(float(likes.sum()), 1.0)
    share = np.full(contents, FIRST_SHARE)
    member = np.zeros(len(content))
    for _ in range(ROUNDS):
        ours = share[content] * odds
        member = ours / (ours + 1.0 - share[content])
        found = np.bincount(content, member * kept, contents)
        # An exact sum: names give contents their order, and must move nothing.
        share = (found + borrowed * math.fsum(found) / total) / (likes + borrowed)
    return member
