"""Contents beside their peers: who they are, and where a content stands among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PPM = 1_000_000
HUNDREDTHS = 100
Z_90 = 1.645
"""A normal value lies within so many deviations of its mean in 90 of 100 cases."""
NO_PEERS = -1


@dataclass(frozen=True)
class Groups:
    """Who is compared with whom.

    Attributes:
        of: Per content, its group; -1 where there are too few peers.
        level: Per group, which of the levels it is of.
        members: Per group, the contents in it: all that it is compared with, whatever group they
            are compared with themselves.
    """

    of: Ints
    level: tuple[int, ...]
    members: tuple[Ints, ...]


def group(
    bands: Mapping[str, Ints], levels: Sequence[Sequence[str]], contents: int, fewest: int
) -> Groups:
    """Give each content the first group, in the order of ``levels``, that is large enough.

    Args:
        bands: Per trait (topic, size, age), the band of each content.
        levels: Traits that peers have in common, the narrowest first.
        contents: How many contents there are.
        fewest: How many contents make a group.
    """
    of = np.full(contents, NO_PEERS, np.int64)
    found: list[tuple[int, Ints]] = []
    for level, traits in enumerate(levels):
        cell = np.zeros(contents, np.int64)
        for trait in traits:
            _, band = np.unique(bands[trait], return_inverse=True)
            _, cell = np.unique(cell * (band.max(initial=0) + 1) + band, return_inverse=True)
        order = np.argsort(cell, kind="stable")
        starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
        for members in np.split(order, starts[1:]):
            waiting = members[of[members] == NO_PEERS]
            if len(members) >= fewest and len(waiting):
                of[waiting] = len(found)
                found.append((level, members))
    return Groups(of, tuple(level for level, _ in found), tuple(members for _, members in found))


def relative(counts: Ints, viewers: Ints, most: int, borrowed: int) -> tuple[Floats, Floats]:
    """How often members of one group get something, as a multiple of what their peers would.

    (count + k) / (expected + k), expected = viewers × the peers' mean rate. The k borrowed acts
    keep one share among thirty viewers from being four times what is usual.

    Adding acts to a member, or viewers who do all there is to do, raises its own multiple, although
    it raises the mean too, and no other's: that is what keeps scores from falling when genuine
    engagement is added.

    Args:
        counts: Per member, at most ``most`` times its viewers.
        viewers: Per member, positive.
        most: The largest count of one viewer.
        borrowed: k.

    Returns:
        The multiple, and what it would change by for one act more.
    """
    mean = (counts * PPM // (viewers * most)).sum() * most
    scale = float(len(counts) * PPM)
    denominator = viewers * mean + borrowed * scale
    return (counts + borrowed) * scale / denominator, scale / denominator


def points(multiple: Floats, weight: float) -> Ints:
    """What a part adds to the index, in millionths of a point.

    At the mean of the peers half of its weight, and the more it is above, the more of the other
    half. Each step is rounded correctly, so the order of exact values is kept.
    """
    return np.floor(multiple / (1.0 + multiple) * (weight * PPM)).astype(np.int64)


def quantiles(index: Ints, deviation: Floats) -> tuple[Ints, Ints, Ints]:
    """Where each member stands among the others, in hundredths of a point of 100.

    Args:
        index: Per member of one group.
        deviation: How far chance may have moved it, one standard deviation.

    Returns:
        The share of others that are below it (a tie counts half), and the same for the ends of
        its 90% interval.
    """
    others = len(index) - 1
    ordered = np.sort(index)

    def below(value: npt.NDArray[Any], side: Literal["left", "right"]) -> Ints:
        return np.searchsorted(ordered, value, side).astype(np.int64)

    less, upto = below(index, "left"), below(index, "right") - 1
    width = Z_90 * deviation
    low = np.minimum(below(index - width, "left"), less)
    high = np.maximum(below(index + width, "right") - 1, upto)
    scale = 100 * HUNDREDTHS
    return (
        scale * (less + upto) // (2 * others),
        scale * low // others,
        scale * high // others,
    )
