"""Independent witnesses on a ring: each asks one question that honest groups answer differently.

To act together is no offence: fans, neighbours of taste and classmates do. What tells a bought
group from a group that means it is how it came (path), when (time), from where (origin) and what
its targets have to do with one another (targets). Each witness is one number with a bounded
weight; no single one can convict.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from zhenzan.model import MICROSECONDS_PER_SECOND, Family
from zhenzan.reasons import REASONS
from zhenzan.weights import bits_from_log_p

if TYPE_CHECKING:
    from zhenzan.rings.choices import Choices
    from zhenzan.rings.groups import Group

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FEWEST_SPREADS = 3
"""On fewer targets two likes close together are a coincidence."""
FEWEST_AUDIENCE = 20
"""Fewer viewers outside any ring are no clock."""
RING_PRIOR_BITS = -7.0
"""Before any witness speaks, a group that acts together is taken to mean it."""
SMALL = 8
"""Families and circles of friends make groups of fewer."""
SMALL_BITS = 2.0
"""What each member fewer costs a ring."""
CIRCLE = 12
"""Circles of friends who like each other's posts are no larger."""
CORROBORATION_BITS = 2.0
"""So much a family of evidence must say to count as one that speaks against a ring."""
UNCORROBORATED_BITS = 3.0
"""A ring against which fewer than two families speak is at most ``suspect``: 8 to 1."""


@dataclass(frozen=True)
class Witness:
    """What one witness says about one ring: weight in bits and the facts it rests on."""

    reason_code: str
    bits: float
    facts: dict[str, float | int] = field(default_factory=dict)


def size(members: int) -> Witness:
    """Is the group as small as a family or a circle of friends?"""
    return Witness("ring_small", -SMALL_BITS * max(SMALL - members, 0), {"members": members})


@dataclass(frozen=True)
class Times:
    """When the likes of a ring came, like by like.

    Attributes:
        content: The content liked.
        delay: µs since its publication.
        before: How many of its audience outside any ring came before the like.
        audience: How many of them there are in all: viewers, or likers in a log without views.
    """

    content: Ints
    delay: Ints
    before: Ints
    audience: Ints

    def at(self, rows: slice) -> Times:
        """The likes in ``rows``."""
        return Times(self.content[rows], self.delay[rows], self.before[rows], self.audience[rows])


def order_times(times: Times) -> Witness:
    """Do the likes of each target come at that target's own time?

    Deliveries start when an order comes in. People come when everybody comes: after publication,
    after a push, after a repost. So time is first measured by the content's own clock, the share
    of its other audience that came before (the time-rescaling theorem: Brown et al., Neural
    Computation 14 (2002)); a push or a viral wave moves that clock too. Where targets have no
    other audience, by the delay since publication, which says less.

    The effect size is ε² of Kruskal and Wallis (JASA 1952; Tomczak and Tomczak 2014), corrected
    for chance: 0 when all targets have one law, 1 when each has its own moment.
    """
    clocked = times.audience >= FEWEST_AUDIENCE
    effect, contents = _epsilon_squared(
        times.before[clocked] / times.audience[clocked], times.content[clocked]
    )
    least, most = -4.0, 6.0
    if contents < 3:
        effect, contents = _epsilon_squared(times.delay.astype(np.float64), times.content)
        least, most = -1.0, 2.0
    bits = float(np.clip(12.0 * (effect - 0.35), least, most)) if contents >= 3 else 0.0
    facts: dict[str, float | int] = {
        "effect_percent": 100.0 * max(effect, 0.0),
        "contents": contents,
    }
    return Witness("ring_order_times", bits, facts)


def _epsilon_squared(values: Floats, content: Ints) -> tuple[float, int]:
    """Effect size between contents with at least three values; and how many those are."""
    _, group, sizes = np.unique(content, return_inverse=True, return_counts=True)
    kept = sizes[group] >= 3
    group, values = group[kept], values[kept]
    n, k = len(group), len(np.unique(group))
    if k < 3 or n < 12:
        return 0.0, min(k, 2)
    rank = _mid_ranks(values)
    sums, counts = np.bincount(group, weights=rank), np.bincount(group)
    used = counts > 0
    between = float((sums[used] ** 2 / counts[used]).sum()) - rank.sum() ** 2 / n
    total = float((rank**2).sum()) - rank.sum() ** 2 / n
    within = (total - between) / max(n - k, 1)
    return (between - (k - 1) * within) / max(total, 1.0), k


def _mid_ranks(values: Floats) -> Floats:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts).astype(np.float64)
    ranks: Floats = (ends - (counts - 1) / 2.0)[inverse]
    return ranks


def spreads(content: Ints, ts: Ints, fewest: int) -> tuple[Ints, Floats]:
    """How far apart the likes of each content lie: median absolute deviation of their times, µs.

    Args:
        content: The content of each like.
        ts: Its time, µs.
        fewest: Contents with fewer likes are left out.

    Returns:
        The contents, ascending, and the spread of each.
    """
    order = np.lexsort((ts, content))
    content, ts = content[order], ts[order]
    names, group, sizes = np.unique(content, return_inverse=True, return_counts=True)
    starts = np.cumsum(sizes) - sizes
    middle = _medians(ts.astype(np.float64), starts, sizes)
    away = np.abs(ts - middle[group])
    away = away[np.lexsort((away, group))]
    kept = sizes >= fewest
    return names[kept], _medians(away, starts, sizes)[kept]


def _medians(ordered: Floats, starts: Ints, sizes: Ints) -> Floats:
    """Median of each run of ``ordered``, which ascends within a run."""
    low, high = starts + (sizes - 1) // 2, starts + sizes // 2
    return np.asarray((ordered[low] + ordered[high]) / 2.0, dtype=np.float64)


def synchrony(of_ring: Floats, elsewhere: Floats) -> Witness:
    """Do the ring's likes of one target lie closer together than other contents' likes do?

    Scripts on one list come within seconds of each other, content after content. Even fans who
    are told at once answer over minutes and hours. The ring's median spread is ranked among the
    spreads of contents that no ring hits: the log itself says how close together people come.

    Args:
        of_ring: Spread of the ring's likes on each target with two or more of them, µs.
        elsewhere: Spread of the likes of each other content, µs.
    """
    facts: dict[str, float | int] = {
        "contents": len(of_ring),
        "spread_s": 0.0,
        "closer_percent": 100.0,
    }
    if len(of_ring) < FEWEST_SPREADS or len(elsewhere) < 20:
        return Witness("ring_synchrony", 0.0, facts)
    spread = float(np.median(of_ring))
    p = (float((elsewhere <= spread).sum()) + 1.0) / (len(elsewhere) + 1.0)
    bits = float(np.clip(bits_from_log_p(np.log(p)), 0.0, 6.0))
    facts |= {"spread_s": spread / MICROSECONDS_PER_SECOND, "closer_percent": 100.0 * p}
    return Witness("ring_synchrony", bits, facts)


def ordered_posts(choices: Choices, group: Group) -> Witness:
    """Does the ring hit only some posts of its targets' authors, unlike everybody else?

    Who follows an author likes many of the posts, some more than others as others do. A customer
    orders likes for a few. Per target author, the ring's likes over the author's posts are
    compared with everybody else's over the same posts: the excess of squared shares, 0 when the
    ring spreads as others do, 1 when it hits single posts that others do not prefer.
    """
    hits = np.asarray(choices.contents[group.members].sum(axis=0)).ravel()
    others = np.asarray(choices.contents.sum(axis=0)).ravel() - hits
    authors = np.unique(choices.author_of[group.targets])
    posts = np.flatnonzero(np.isin(choices.author_of, authors))
    author = np.searchsorted(authors, choices.author_of[posts])
    g = hits[posts].astype(np.float64)
    o = others[posts].astype(np.float64) + 0.5
    size = np.bincount(author)
    total = np.bincount(author, weights=g)
    usable = (size >= 2) & (total >= 3)
    if usable.sum() < 2:
        return Witness(
            "ring_ordered_posts", 0.0, {"effect_percent": 0.0, "authors": int(usable.sum())}
        )
    expected = o / np.bincount(author, weights=o)[author]
    # Unbiased squared share of the ring: g(g-1) / n(n-1).
    seen = np.bincount(author, weights=g * (g - 1.0))[usable] / (total * (total - 1.0))[usable]
    chance = np.bincount(author, weights=expected**2)[usable]
    excess = float(
        np.average((seen - chance) / np.maximum(1.0 - chance, 0.05), weights=total[usable])
    )
    effect = float(np.clip(excess, 0.0, 1.0))
    bits = float(np.clip(10.0 * (effect - 0.3), -3.0, 5.0))
    facts = {"effect_percent": 100 * effect, "authors": int(usable.sum())}
    return Witness("ring_ordered_posts", bits, facts)


def reciprocal(choices: Choices, group: Group) -> Witness:
    """Do most members like most other members' posts?

    In a circle of friends everybody likes everybody; in a community of fifty nobody manages to,
    unless it is agreed. Of all ordered pairs of a member and another member who posts, the share
    in which the first likes the second is compared with three in ten.
    """
    authors = np.flatnonzero(np.isin(choices.author_accounts, group.members))
    liked = choices.authors[group.members][:, authors].tocoo()
    giver, taker = group.members[liked.row], choices.author_accounts[authors[liked.col]]
    others = giver != taker
    possible = len(authors) * (len(group.members) - 1)
    density = float(others.sum()) / max(possible, 1)
    forth = set(zip(giver[others].tolist(), taker[others].tolist(), strict=True))
    returned = sum((b, a) in forth for a, b in forth) / max(len(forth), 1)
    facts: dict[str, float | int] = {
        "authors": len(authors),
        "density_percent": 100.0 * density,
        "returned_percent": 100.0 * returned,
    }
    if len(authors) <= CIRCLE:
        return Witness("ring_reciprocal", 0.0, facts)
    return Witness("ring_reciprocal", float(np.clip(20.0 * (density - 0.3), 0.0, 6.0)), facts)


def ledger(choices: Choices, group: Group) -> Witness:
    """Do the ring's likes stay inside it?

    In a points exchange nobody returns a like to whoever gave it, but what members like was made
    by members. An audience likes authors, who are few and not of it. Circles of friends are
    closed too, and small.
    """
    authors = choices.author_accounts[np.unique(choices.author_of[group.targets])]
    inside = float(np.isin(authors, group.members).mean()) if len(authors) else 0.0
    facts: dict[str, float | int] = {"percent": 100.0 * inside, "authors": len(authors)}
    closed = len(authors) > CIRCLE and len(group.members) > CIRCLE
    bits = float(np.clip(10.0 * (inside - 0.4), 0.0, 6.0)) if closed else 0.0
    return Witness("ring_ledger", bits, facts)


def unrelated_targets(choices: Choices, group: Group, insiders: npt.NDArray[np.bool_]) -> Witness:
    """Have the targets' authors any audience in common, other than the ring?

    Authors that people follow together share further followers of a looser kind; customers of one
    seller are strangers. Among accounts in no ring, pairs of target authors liked by one account
    are counted beside what the authors' popularity and the accounts' activity predict.

    Args:
        choices: Who chose what.
        group: The ring.
        insiders: True for accounts in any ring: they are no independent audience.
    """
    authors = np.unique(choices.author_of[group.targets])
    outside = choices.authors[~insiders]
    degree = np.asarray(outside.sum(axis=1)).ravel().astype(np.float64)
    popularity = np.asarray(outside[:, authors].sum(axis=0)).ravel().astype(np.float64)
    liked = np.asarray(outside[:, authors].sum(axis=1)).ravel().astype(np.float64)
    pairs = float((liked * (liked - 1.0)).sum()) / 2.0
    everything = max(degree.sum(), 1.0)
    of_authors = (popularity.sum() ** 2 - (popularity**2).sum()) / 2.0
    expected = float((degree * (degree - 1.0)).sum()) * of_authors / everything**2
    if expected < 1.0 or len(authors) < 2:
        facts = {"pairs": pairs, "expected": expected, "authors": len(authors)}
        return Witness("ring_unrelated_targets", 0.0, facts)
    # One pseudo-count each, so that few pairs say little.
    lift = (pairs + 1.0) / (expected + 1.0)
    bits = float(np.clip(2.0 * (1.5 - np.log2(lift)), -4.0, 3.0))
    facts = {"pairs": pairs, "expected": expected, "authors": len(authors)}
    return Witness("ring_unrelated_targets", bits, facts)


def corroborated(heard: list[Witness]) -> list[Witness]:
    """Add the witness that holds a ring down when fewer than two families speak against it.

    A family speaks by its loudest witness: that a script played the video does not unsay that it
    liked whatever it looked at.
    """
    loudest: dict[Family, float] = {}
    for witness in heard:
        family = REASONS[witness.reason_code].family
        loudest[family] = max(loudest.get(family, 0.0), witness.bits)
    against = sum(
        bits >= CORROBORATION_BITS
        for family, bits in loudest.items()
        if family is not Family.CHOICE
    )
    total = sum(witness.bits for witness in heard) + RING_PRIOR_BITS
    if against >= 2 or total <= UNCORROBORATED_BITS:
        return heard
    facts: dict[str, float | int] = {"families": against}
    return [*heard, Witness("ring_uncorroborated", UNCORROBORATED_BITS - total, facts)]
