"""Who was sent: are there more who hit a ring's customers than honest people of their kind explain?

Accounts are told apart in cells: how they stay, and how many of the ring's members are their
neighbours. Those far from every member say how many honest people hit so many customers. In each
cell near members, whoever exceeds that was sent, and the excess over the rest is the odds: a local
false discovery rate (Efron, Large-Scale Inference, 2010, section 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.rings.groups import exposure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from zhenzan.rings.choices import Choices
    from zhenzan.rings.groups import Floats, Group, Ints

    Flags = npt.NDArray[np.bool_]

MOST_HITS = 4
"""Who hits more customers than that counts like who hits so many."""
BINS_PER_DOUBLING = 4
"""Of activity: accounts whose numbers of likes differ by less than a fifth are alike."""
LEAST_OUTSIDE = 1e-6
"""What a known member counts among honest accounts, so that no cell is without any."""
SUREST_SHARE = 0.9999
"""Of those in a cell, over all rings, who were sent: one in ten thousand may always be honest."""


@dataclass(frozen=True)
class _Hitters:
    """Of one ring: who hits its customers near members, and accounts by cell and number of hits.

    Attributes:
        account: Codes of who hits one or more, and is in a cell that is not far; ascending.
        cell: The cell of each.
        hits: How many customers each hits, up to ``MOST_HITS``.
        met: Cells × hits, how many accounts.
        further: Cells × hits, how many of them are no known members.
        honest: Cells × hits, how many honest ones are to be expected.
        chance: Cells × activity × hits, how probably an honest account hits so many.
        usual: Cells × hits, the same for the honest accounts of the cell.
    """

    account: Ints
    cell: Ints
    hits: Ints
    met: Floats
    further: Floats
    honest: Floats
    chance: Floats
    usual: Floats


class Recruits:
    """Who is to be expected among those that hit rings' customers.

    Args:
        everything: Who chose what.
        rings: Those that are surely bought, by their number.
        far: Per cell, whether nobody in it is a member's neighbour.
    """

    def __init__(self, everything: Choices, rings: Mapping[int, Group], far: Flags) -> None:
        self._everything = everything
        self._far = far
        activity = np.maximum(everything.activity, 1)
        self._bin = np.floor(np.log2(activity) * BINS_PER_DOUBLING).astype(np.int64)
        number = np.maximum(np.bincount(self._bin), 1)
        self._likes = np.bincount(self._bin, activity) / number
        ordered = np.zeros(everything.items, bool)
        for ring in rings.values():
            ordered[ring.targets] = True
        self._control = {n: self._others_posts(ring, ordered) for n, ring in rings.items()}

    def odds(
        self,
        rings: Mapping[int, Group],
        cells: Callable[[int], Ints],
        company: Mapping[int, Floats],
        outside: Floats,
    ) -> dict[int, tuple[Ints, Floats]]:
        """How surely each account was sent by each ring, by where it lives and whom it hits.

        Before looking at a cell, one who hits so many was sent as probably as one of all rings'
        there was, or as the ring's share of all accounts, its members' company, and how many
        customers those hit who were sent make it. That counts for one account.

        Args:
            rings: As they stand, by their number.
            cells: Of a ring, the cell of each account code.
            company: Of each ring, how much more usual each cell is among members than among others,
                log2.
            outside: Per account code, how surely it is in no ring, 0–1.

        Returns:
            Of each ring, who hits a customer and is in a cell that is not far (codes, ascending),
            and the log2 odds of each.
        """
        found = {n: self._hitters(n, ring, cells(n), outside) for n, ring in rings.items()}
        met = np.sum([one.met for one in found.values()], axis=0)
        honest = np.sum([one.honest for one in found.values()], axis=0)
        sent = np.clip((met - honest) / (met + 1.0), 0.0, SUREST_SHARE)
        further = np.sum([one.further for one in found.values()], axis=0) - honest
        hits = np.maximum(further[~self._far].sum(axis=0), 0.0) + 1.0
        odds = {}
        for number, one in found.items():
            share = len(rings[number].members) / self._everything.accounts
            before = (share * np.exp2(company[number]))[:, None] * _likelier(hits, one.honest)
            of_each = self._odds(one, np.maximum(sent, before / (1.0 + before)))
            odds[number] = (one.account, of_each)
        return odds

    def _others_posts(self, ring: Group, ordered: Flags) -> tuple[Ints, Ints]:
        """Who likes customers by posts that nobody ordered (codes), and how many of them."""
        authors = self._everything.author_of
        posts = np.flatnonzero(np.isin(authors, authors[ring.targets]) & ~ordered)
        seen, times, _ = exposure(self._everything, ring.members, posts)
        return seen, times

    def _hitters(self, number: int, ring: Group, cell: Ints, outside: Floats) -> _Hitters:
        seen, times, share = exposure(self._everything, ring.members, ring.targets)
        hits = np.minimum(times, MOST_HITS)
        weight = self._weighed(cell, np.maximum(outside, LEAST_OUTSIDE))
        taste = self._taste(*self._control[number], cell, outside, weight @ self._likes)
        mean = taste[:, None] * self._likes * share
        chance = _geometric(mean)
        expected = np.einsum("cb,cbh->ch", weight, chance)
        met = self._counted(cell[seen], hits)
        further = self._counted(cell[seen], hits, outside[seen] > 0.0)
        # People's taste differs from what their activity predicts: those far away tell how.
        beyond: Floats = (met[self._far].sum(axis=0) + 1.0) / (
            expected[self._far].sum(axis=0) + 1.0
        )
        honest = expected * np.maximum(beyond, 1.0)
        usual = expected / np.maximum(weight.sum(axis=1), LEAST_OUTSIDE)[:, None]
        near = ~self._far[cell[seen]]
        seen, hits = seen[near], hits[near]
        return _Hitters(seen, cell[seen], hits, met, further, honest, chance, usual)

    def _counted(self, cell: Ints, hits: Ints, each: Flags | None = None) -> Floats:
        """Cells × hits: how many accounts; of those that hit none nothing is said."""
        shape = (len(self._far), MOST_HITS + 1)
        found = np.bincount(cell * shape[1] + hits, each, shape[0] * shape[1])
        return found.astype(np.float64).reshape(shape)

    def _weighed(self, cell: Ints, each: Floats) -> Floats:
        """Cells × activity: how many accounts, each counted as said."""
        cells, bins = len(self._far), len(self._likes)
        found = np.bincount(cell * bins + self._bin, each, cells * bins)
        return found.astype(np.float64).reshape(cells, bins)

    def _taste(
        self, seen: Ints, control: Ints, cell: Ints, each: Floats, expected: Floats
    ) -> Floats:
        """Per cell, how much more its people like these authors than others do, at least 1.

        Neighbours of members may live where the customers are at home, and like all that they post.
        """
        times = np.bincount(cell[seen], each[seen] * control, len(self._far))
        scale = float(expected.sum()) / max(float(times.sum()), 1.0)
        return np.maximum((times * scale + 1.0) / (expected + 1.0), 1.0)

    def _odds(self, one: _Hitters, sent: Floats) -> Floats:
        """Log2 odds per account; ``sent`` is how probably one more in each cell was sent, 0–1."""
        more = np.maximum(one.met - one.honest, 0.0) + sent
        rest = np.minimum(one.honest, one.met) + 1.0 - sent
        odds = np.log2(more / rest)
        # Who likes more hits more by chance.
        typical = one.usual[one.cell, one.hits]
        own = one.chance[one.cell, self._bin[one.account], one.hits]
        return np.asarray(odds[one.cell, one.hits] + np.log2(typical / own))


def _likelier(sent: Floats, honest: Floats) -> Floats:
    """Cells × hits: how much likelier who was sent hits so many than an honest one, if any.

    Args:
        sent: Per number of hits, how many were sent.
        honest: Cells × hits, how many are honest.
    """
    some = np.maximum(honest, 1e-12)
    of_honest = some / some[:, 1:].sum(axis=1, keepdims=True)
    return np.asarray(sent / sent[1:].sum() / of_honest)


def _geometric(mean: Floats) -> Floats:
    """How probable 0, 1, … and at least ``MOST_HITS`` are for counts of a mean, on a last axis.

    Honest affinity varies by as much as its mean (``MEMBER_TASTE_SHAPE``).
    """
    more = mean / (1.0 + mean)
    chance = np.stack([more**count for count in range(MOST_HITS + 1)], axis=-1)
    chance[..., :MOST_HITS] *= (1.0 - more)[..., None]
    return np.asarray(np.maximum(chance, 1e-30))
