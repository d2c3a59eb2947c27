"""Rings of throw-away accounts: single orders, joined where one seller's machinery shows.

Accounts that exist for one like share no content with one another, so what they choose puts them
in no group. The detector finds them order by order. Two orders of one seller come from the same
addresses, devices or accounts, which hardly anybody else uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy import sparse

from zhenzan.arrays import column
from zhenzan.model import MILLIBITS_PER_BIT, PRIOR_BITS
from zhenzan.rings.groups import Group, communities
from zhenzan.rings.witnesses import Witness

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from zhenzan.engines.base import Engine
    from zhenzan.rings.groups import Floats, Ints

FEWEST_ACCOUNTS = 5
"""Fewer make no ring: the order stays a finding on its content."""
MOST_SURETY = 0.8
"""Who liked once or twice is too little known to be surer of; its like may be."""

ORDERED = f"""
SELECT f.account, f.content, f.device, f.ip, l.millibits AS of_like, c.millibits AS of_content
FROM found l JOIN firsts f ON f."like" = l.entity
JOIN found c ON c.entity_type = 'content' AND c.reason_code = 'content_throwaway_likes'
AND c.entity = f.content
WHERE l.entity_type = 'like' AND l.reason_code = 'like_of_throwaway'
AND l.millibits >= {round(-MILLIBITS_PER_BIT * PRIOR_BITS["like"])}
AND c.millibits >= {round(-MILLIBITS_PER_BIT * PRIOR_BITS["content"])}
"""
"""Likes that the detector takes for ordered, with even odds or better."""
LIKES = "SELECT * FROM throwaway_likes ORDER BY content, account"
FEWEST_SHARED = 2
"""Orders of two sellers meet on a proxy that both have rented, now and then."""
PLACES = ("account", "device", "ip")
"""Where a like came from, the surest last: an address pool is one seller's."""
OWN_PLACES = """
SELECT o.place FROM (
    SELECT {place} AS place, count(DISTINCT account) AS accounts, count(DISTINCT content) AS orders
    FROM throwaway_likes WHERE {place} IS NOT NULL GROUP BY {place}
) o JOIN (
    SELECT {place} AS place, count(DISTINCT account) AS accounts FROM firsts GROUP BY {place}
) e ON e.place = o.place
WHERE o.orders > 1 AND 2 * o.accounts > e.accounts ORDER BY o.place
"""
"""What several orders have in common, unless it is mostly other people's, as a carrier's address
is."""


def throwaways(engine: Engine, known: Sequence[Group]) -> list[tuple[Group, Witness]]:
    """Sellers of throw-away accounts: what the detector says of their orders is their witness.

    Args:
        engine: Holds ``found`` and ``firsts``.
        known: Groups that explain some of these likes already.

    Returns:
        Groups, and the one witness on each.
    """
    engine.create("throwaway_likes", ORDERED)
    likes = engine.query(LIKES)
    account, content = column(likes, "account"), column(likes, "content")
    likes = likes.filter(pa.array(~_within(account, content, known)))
    account, content = column(likes, "account"), column(likes, "content")
    sure = _probability(column(likes, "of_like"), PRIOR_BITS["like"])
    of_content = column(likes, "of_content") / MILLIBITS_PER_BIT + PRIOR_BITS["content"]
    seller = _sellers(engine, content, {name: likes.column(name) for name in PLACES})
    rings = []
    for number in np.unique(seller).tolist():
        here = seller == number
        members, place = np.unique(account[here], return_inverse=True)
        if len(members) < FEWEST_ACCOUNTS:
            continue
        belonging = np.zeros(len(members))
        np.maximum.at(belonging, place, np.minimum(sure[here], MOST_SURETY))
        targets = np.unique(content[here])
        facts: dict[str, float | int] = {"members": len(members), "targets": len(targets)}
        # Orders that hang together are one seller's; the plainest of them says what that is.
        bits = float(of_content[here].max()) - PRIOR_BITS["ring"]
        group = Group(members, targets, np.log2(belonging / (1.0 - belonging)))
        rings.append((group, Witness("ring_throwaways", bits, facts)))
    return rings


def _within(account: Ints, content: Ints, known: Sequence[Group]) -> npt.NDArray[np.bool_]:
    inside = np.zeros(len(account), bool)
    # Who exists for one like is in hardly any group.
    few = np.flatnonzero(np.isin(account, np.concatenate([[-1], *(g.members for g in known)])))
    for group in known:
        inside[few] |= np.isin(content[few], group.targets) & np.isin(account[few], group.members)
    return inside


def _probability(millibits: Ints, prior_bits: float) -> Floats:
    bits = millibits / MILLIBITS_PER_BIT + prior_bits
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(bits, 0.0, 14.0))))


def _sellers(engine: Engine, content: Ints, places: dict[str, pa.ChunkedArray]) -> Ints:
    """The seller of each like, numbered: contents that share places are one seller's orders.

    Two sellers may serve one content, so where a like came from says whose it is, if that is known.

    Args:
        engine: Holds ``throwaway_likes`` and ``firsts``.
        content: Of each like.
        places: Of each like: its account, and its device and address or null.
    """
    contents, order = np.unique(content, return_inverse=True)
    at, ends, known = np.full(len(content), -1), [], 0
    for name, place in places.items():
        own = column(engine.query(OWN_PLACES.format(place=name)), "place")
        value = np.asarray(place.fill_null(-1))
        here = np.isin(value, own)
        at[here] = known + np.searchsorted(own, value[here])
        ends.append(np.stack([order[here], at[here]]))
        known += len(own)
    (left, right), likes = np.unique(np.concatenate(ends, axis=1), axis=1, return_counts=True)
    uses = sparse.csr_matrix((np.ones(len(left)), (left, right)), (len(contents), known))
    common = sparse.triu(uses @ uses.T, 1).tocoo()
    enough = common.data >= FEWEST_SHARED
    seller = np.arange(len(contents))
    pairs = common.row[enough], common.col[enough], common.data[enough]
    for number, together in enumerate(communities(*pairs)):
        seller[together] = len(contents) + number
    # A place is of the seller for whom most likes came from there.
    (owner, place), votes = _summed(seller[left], right, likes)
    best = np.lexsort((owner, -votes, place))
    which, first = np.unique(place[best], return_index=True)
    of_place = np.full(known + 1, -1)
    of_place[which] = owner[best][first]
    return np.where(at >= 0, of_place[at], seller[order])


def _summed(left: Ints, right: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Distinct pairs, shape (2, n), and the sum of their counts."""
    pairs, number = np.unique(np.stack([left, right]), axis=1, return_inverse=True)
    return pairs, np.bincount(number, count).astype(np.int64)
