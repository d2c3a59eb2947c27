"""Where to look for rings whose accounts share little pair by pair: by contents, and by creators.

Two accounts of a large pool meet on few orders. Two orders of it have dozens of accounts in common,
so pairs of contents show a pool whose pairs of accounts are all unremarkable. Members of a points
exchange need not share a single content, but they like creators who like creators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.kernels.overlap import surprising_overlap
from zhenzan.rings.groups import FEWEST_MEMBER_TARGETS, communities
from zhenzan.rings.witnesses import CIRCLE

if TYPE_CHECKING:
    import numpy.typing as npt

    from zhenzan.rings.choices import Choices, Rows

    Ints = npt.NDArray[np.int64]

FEWEST_ORDERS = 2
"""Who likes fewer contents of a community is no seed of its ring."""


def pools(rows: Rows, chosen: Choices) -> list[Ints]:
    """Accounts that like several contents of one community of contents.

    Args:
        rows: First endorsements.
        chosen: The same as matrices.

    Returns:
        Account codes of each pool, ascending; two or more each.
    """
    order = np.lexsort((rows.account, rows.content))
    pairs = surprising_overlap(rows.content[order], rows.account[order])
    # Posts of one author share an audience.
    strange = chosen.author_of[pairs.left] != chosen.author_of[pairs.right]
    found = []
    for orders in communities(pairs.left[strange], pairs.right[strange], pairs.bits[strange]):
        if len(np.unique(chosen.author_of[orders])) >= FEWEST_MEMBER_TARGETS:
            accounts = np.flatnonzero(chosen.hits_on(orders) >= FEWEST_ORDERS).astype(np.int64)
            if len(accounts) >= 2:
                found.append(accounts)
    return found


def traders(rows: Rows, _: Choices) -> list[Ints]:
    """Communities of creators by who likes whose posts; no pair needs to return a like.

    Args:
        rows: First endorsements.
        _: The same as matrices; not needed here.

    Returns:
        Account codes of each community larger than a circle of friends, ascending.
    """
    both = np.intersect1d(rows.account, rows.author)
    among = np.isin(rows.account, both) & np.isin(rows.author, both)
    ends = np.stack([rows.account[among], rows.author[among]])
    ends = np.unique(np.sort(ends[:, ends[0] != ends[1]], axis=0), axis=1)
    found = communities(ends[0], ends[1], np.ones(ends.shape[1]))
    return [accounts for accounts in found if len(accounts) > CIRCLE]
