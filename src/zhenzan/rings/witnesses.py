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

if TYPE_CHECKING:
    from scipy import sparse

    from zhenzan.rings.choices import Choices
    from zhenzan.rings.groups import Group

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MOST_FRINGELESS_BITS = 6.0
USUAL_FRINGE = 0.12
"""Of honest groups even those with the sharpest edge, people who came to one event, have so many
around them who take part a little, for each member."""
SMALL = 8
"""Families and circles of friends make groups of fewer."""
SMALL_BITS = 2.0
"""What each member fewer costs a ring."""
CIRCLE = 12
"""Circles of friends who like each other's posts are no larger."""
MOST_LEDGER_BITS = 6.0
MOST_COURTESY_BITS = 6.0
"""What it speaks for a small ring that it likes its own posts."""


@dataclass(frozen=True)
class Witness:
    """What one witness says about one ring: weight in bits and the facts it rests on."""

    reason_code: str
    bits: float
    facts: dict[str, float | int] = field(default_factory=dict)


def size(members: int) -> Witness:
    """Is the group as small as a family or a circle of friends?"""
    return Witness("ring_small", -SMALL_BITS * max(SMALL - members, 0), {"members": members})


def ordered_posts(choices: Choices, group: Group) -> Witness:
    """Does the ring hit only some posts of its targets' authors, unlike everybody else?

    Who follows an author likes many of the posts, some more than others as others do. A customer
    orders likes for a few. Per target author, the ring's likes over the author's posts are
    compared with everybody else's over the same posts: the excess of squared shares, 0 when the
    ring spreads as others do, 1 when it hits single posts that others do not prefer.
    """
    hits = choices.hits_by(group.members)
    others = choices.popularity - hits
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
    by members. An audience likes authors, who are few and not of it. A closed circle no larger
    than a circle of friends is one: courtesy, which nobody sells.
    """
    authors = choices.author_accounts[np.unique(choices.author_of[group.targets])]
    inside = float(np.isin(authors, group.members).mean()) if len(authors) else 0.0
    facts: dict[str, float | int] = {
        "percent": 100.0 * inside,
        "authors": len(authors),
        "members": len(group.members),
    }
    closed = 10.0 * (inside - 0.4)
    if len(group.members) <= CIRCLE:
        return Witness("ring_courtesy", -float(np.clip(closed, 0.0, MOST_COURTESY_BITS)), facts)
    bits = float(np.clip(closed, 0.0, MOST_LEDGER_BITS)) if len(authors) > CIRCLE else 0.0
    return Witness("ring_ledger", bits, facts)


@dataclass(frozen=True)
class Outsiders:
    """Accounts in no ring, the independent audience: which authors each likes.

    Attributes:
        by_author: Accounts × authors, 0 or 1, by columns.
        pairs: Ordered pairs of authors that one account likes, over all accounts.
    """

    by_author: sparse.csc_matrix
    pairs: float

    @classmethod
    def of(cls, choices: Choices, insiders: npt.NDArray[np.bool_]) -> Outsiders:
        """Everybody but the ``insiders``, which has a flag per account code."""
        authors = choices.authors[~insiders]
        liked = np.diff(authors.indptr).astype(np.float64)
        return cls(authors.tocsc(), float((liked * (liked - 1.0)).sum()))


def unrelated_targets(choices: Choices, group: Group, outsiders: Outsiders) -> Witness:
    """Have the targets' authors any audience in common, other than the ring?

    Authors that people follow together share further followers of a looser kind; customers of one
    seller are strangers. Among accounts in no ring, pairs of target authors liked by one account
    are counted beside what the authors' popularity and the accounts' activity predict.

    Args:
        choices: Who chose what.
        group: The ring.
        outsiders: Everybody else.
    """
    authors = np.unique(choices.author_of[group.targets])
    chosen = outsiders.by_author[:, authors]
    popularity = np.diff(chosen.indptr).astype(np.float64)
    liked = np.bincount(chosen.indices).astype(np.float64)
    pairs = float((liked * (liked - 1.0)).sum()) / 2.0
    of_authors = (popularity.sum() ** 2 - (popularity**2).sum()) / 2.0
    expected = outsiders.pairs * of_authors / max(float(outsiders.by_author.nnz), 1.0) ** 2
    if expected < 1.0 or len(authors) < 2:
        facts = {"pairs": pairs, "expected": expected, "authors": len(authors)}
        return Witness("ring_unrelated_targets", 0.0, facts)
    # One pseudo-count each, so that few pairs say little.
    lift = (pairs + 1.0) / (expected + 1.0)
    bits = float(np.clip(2.0 * (1.5 - np.log2(lift)), -4.0, 3.0))
    facts = {"pairs": pairs, "expected": expected, "authors": len(authors)}
    return Witness("ring_unrelated_targets", bits, facts)


def fringeless(choices: Choices, group: Group, days: int) -> Witness:
    """Does nobody take part a little?

    Who shares an interest shares it more or less: around those who like most of the targets are
    others who like a few. Hired accounts are on the list or not. Accounts outside the ring with two
    or more targets are counted beside those whom chance brings (a Poisson number, by how busy they
    are and how popular the targets are with outsiders). That there are some says nothing: pools of
    one seller overlap, and customers have audiences.

    Args:
        choices: Who chose what.
        group: The ring.
        days: On how many days the ring came, for who weighs this against the time.
    """
    hits = choices.hits_on(group.targets)
    hits[group.members] = 0
    busy = choices.activity.astype(np.float64)
    busy[group.members] = 0.0
    mean = busy * float(hits.sum()) / max(float(busy.sum()), 1.0)
    expected = float((1.0 - np.exp(-mean) * (1.0 + mean)).sum())
    fringe = int((hits >= 2).sum())
    # At most so many are no chance: one standard deviation, and one account, more than seen.
    most = max(fringe - expected, 0.0) + np.sqrt(expected) + 1.0
    members = len(group.members)
    bits = float(np.clip(np.log2(USUAL_FRINGE * members / most), 0.0, MOST_FRINGELESS_BITS))
    facts: dict[str, float | int] = {
        "fringe": fringe,
        "expected": expected,
        "members": members,
        "targets": len(group.targets),
        "days": days,
    }
    return Witness("ring_fringeless", bits, facts)
