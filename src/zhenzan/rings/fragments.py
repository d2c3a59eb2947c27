"""Groups that fill a bought ring's orders are the same seller's: fragments join their ring.

Of a large pool, accounts that fill a few orders each hang together by these orders and are proposed
as groups of their own, too small to be told from friends. Who merely likes a seller's customers,
likes their other posts as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from zhenzan.rings.groups import Group
from zhenzan.rings.habits import GROUP_SPREAD
from zhenzan.weights import rate_bits

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from zhenzan.rings.choices import Choices
    from zhenzan.rings.groups import Floats, Ints

FEWEST_CUSTOMERS = 3
"""Authors of the posts in common: staff like their own firm's, whoever is paid to."""
LEAST_SHARE = 2 / 3
"""Two sellers have some customers, and some of their posts, in common."""
LEAST_BITS = 3.0
"""So surely, eight to one, a fragment picks the posts that the ring was sent to."""


def whole(
    everything: Choices, groups: Sequence[Group], bought: npt.NDArray[np.bool_]
) -> list[list[int]]:
    """Which groups are one seller's: a ring that is surely bought, and its fragments.

    Most of a fragment's targets are the ring's, of several authors, and more of them than everybody
    else's likes of these authors' posts predict. A fragment is smaller than its ring.

    Args:
        everything: Who chose what.
        groups: Any.
        bought: Of each group, whether its own witnesses convict it.

    Returns:
        Positions of the groups of each ring, the one whose orders they are first.
    """
    sizes = np.array([len(g.targets) for g in groups], np.int64)
    cells = np.concatenate([np.zeros(0, np.int64), *(g.targets for g in groups)])
    at = (np.repeat(np.arange(len(groups)), sizes), cells)
    shape = (len(groups), everything.items)
    aims = sparse.csr_matrix((np.ones(len(cells), np.int8), at), shape).tocsc()
    parts: dict[int, list[int]] = {}
    rings = np.zeros(len(groups), bool)
    for number in sorted(range(len(groups)), key=lambda n: (-len(groups[n].members), n)):
        common = np.bincount(aims[:, groups[number].targets].indices, minlength=len(groups))
        near = np.flatnonzero(rings & (common >= LEAST_SHARE * sizes[number])).tolist()
        nearest = sorted(near, key=lambda n: (-common[n], n))
        whose = (n for n in nearest if same_orders(everything, groups[number], groups[n]))
        ring = next(whose, number)
        parts.setdefault(ring, []).append(number)
        rings[ring] = bought[ring]
    return [parts[number] for number in sorted(parts)]


def same_orders(everything: Choices, fragment: Group, ring: Group) -> bool:
    """Does the fragment pick, of the authors that it likes, what the ring was sent to?"""
    author = everything.author_of[fragment.targets]
    hit = np.isin(fragment.targets, ring.targets)
    if len(np.unique(author[hit])) < FEWEST_CUSTOMERS:
        return False
    others = _audience(everything, fragment, ring)
    posts = np.flatnonzero(np.isin(everything.author_of, author))
    likes = others[posts] + 0.5
    of = everything.author_of[posts]
    ordered = np.bincount(of, likes * np.isin(posts, ring.targets), int(author.max()) + 1)
    usual = float((ordered[author] / np.bincount(of, likes)[author]).mean())
    bits = rate_bits([int(hit.sum())], [len(hit)], min(usual, 0.999), GROUP_SPREAD)
    return bool(bits[0] >= LEAST_BITS)


def _audience(everything: Choices, *groups: Group) -> Floats:
    """Per content, the likes of those who are in none of the groups."""
    members = np.unique(np.concatenate([group.members for group in groups]))
    return np.asarray(everything.popularity - everything.hits_by(members), np.float64)


def joined(parts: Sequence[Group]) -> Group:
    """One group of all members, as sure as they were, and all targets."""
    members = np.concatenate([part.members for part in parts])
    belonging = np.concatenate([part.belonging for part in parts])
    order = np.lexsort((-belonging, members))
    first: Ints = np.unique(members[order], return_index=True)[1]
    targets = np.unique(np.concatenate([part.targets for part in parts]))
    return Group(members[order][first], targets, belonging[order][first])
