"""From surprising pairs to groups, and from groups to their targets and members."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import graspologic_native
import numpy as np
import numpy.typing as npt
from scipy import sparse

from zhenzan.weights import LOG_2, log_count_tail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenzan.rings.choices import Choices

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Number = TypeVar("Number", np.int64, np.float64)

MOST_PAIR_BITS = 40.0
"""Beyond this a pair is certain; more would let one pair pull a community apart."""
SPLIT_MARGIN = 0.1
"""So much modularity beyond chance makes a community two."""
FEWEST_HITS = 3
"""A target is hit by at least this many members, or by both where there are two."""
FEWEST_MEMBER_TARGETS = 3
"""A member hits at least this many targets of different authors."""
SIDE_SHARE = 0.1
"""What is hit less than this share of a usual target is some members' own business: the posts of a
circle of friends that a seller took a few accounts from."""
LEAST_MEMBER_BITS = 6.0
"""Whoever belongs less surely than 64 to 1 stays outside."""
ACQUAINTANCE_SHARE = 1 / 3
"""Who hits less than this share of what a member usually hits is an acquaintance of some."""
MEMBER_TASTE_SHAPE = 1.0
"""Gamma shape of honest affinity to a set of targets: its deviation is as large as its mean."""
ROUNDS = 3
"""Members → targets → members; by the third round nothing changes on any log we saw."""


@dataclass(frozen=True)
class Group:
    """Accounts that choose alike, and what they choose beyond everybody else.

    Attributes:
        members: Account codes, ascending.
        targets: Content codes, ascending.
        belonging: How surely each member is one: log2 posterior odds.
    """

    members: Ints
    targets: Ints
    belonging: Floats


def communities(left: Ints, right: Ints, bits: Floats) -> list[Ints]:
    """Communities of the graph of surprising pairs, split until each is of one piece.

    Leiden (Traag, Waltman, van Eck, Sci. Rep. 9 (2019)) by modularity merges small groups that
    lie near each other, so each community is looked at again by itself.

    Returns:
        Members of each community of at least two, ascending; largest first, ties by first member.
    """
    order = np.lexsort((right, left))
    left, right = left[order], right[order]
    weight = np.minimum(bits[order], MOST_PAIR_BITS)
    waiting = [(left, right, weight)] if len(left) else []
    whole: list[Ints] = []
    while waiting:
        edges = waiting.pop()
        if len(edges[0]) == 1:
            # Most are a pair, and that is of one piece.
            whole.append(np.sort(np.concatenate(edges[:2])))
            continue
        nodes, assigned, modularity = _leiden(*edges)
        parts = np.unique(assigned)
        if len(parts) == 1 or modularity < _split_modularity(nodes, edges[0]):
            whole.append(nodes)
            continue
        of_left = assigned[np.searchsorted(nodes, edges[0])]
        of_right = assigned[np.searchsorted(nodes, edges[1])]
        inside = np.flatnonzero(of_left == of_right)
        by_part = inside[np.argsort(of_left[inside], kind="stable")]
        waiting += [
            (edges[0][kept], edges[1][kept], edges[2][kept])
            for kept in np.split(by_part, np.searchsorted(of_left[by_part], parts[1:]))
            if len(kept)
        ]
    return sorted(whole, key=lambda g: (-len(g), int(g[0])))


def _leiden(left: Ints, right: Ints, weight: Floats) -> tuple[Ints, Ints, float]:
    """Nodes, ascending, the community of each, and the modularity of that partition."""
    nodes, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    ends = places.astype(np.int32)
    del places
    both = (ends, np.concatenate([ends[len(left) :], ends[: len(left)]]))
    graph = sparse.csr_matrix((np.concatenate([weight, weight]), both), (len(nodes), len(nodes)))
    del ends, both
    graph.sort_indices()
    modularity, found = graspologic_native.leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data,
        len(nodes),
        iterations=5,
        seed=1,
    )
    assigned = np.fromiter((found[node] for node in range(len(nodes))), np.int64, len(nodes))
    return nodes, assigned, float(modularity)


def _split_modularity(nodes: Ints, left: Ints) -> float:
    """Modularity beyond which a partition is no accident of a random graph of this density.

    ``left`` has one entry per edge.

    Guimerà, Sales-Pardo, Amaral, Phys. Rev. E 70, 025101 (2004), equation 5, and a margin.
    """
    degree = 2.0 * len(left) / len(nodes)
    chance = (1.0 - 2.0 / np.sqrt(len(nodes))) * (2.0 / max(degree, 2.0)) ** (2.0 / 3.0)
    return float(chance + SPLIT_MARGIN)


def refine(choices: Choices, seeds: Sequence[Ints]) -> list[Group]:
    """Give each community its targets and its members, in turn, until they agree.

    A target is a content that the group hits more than its popularity among everybody else
    predicts. A member hits targets of several authors more than its own activity predicts. Each
    account ends in at most one group: the one whose targets it hits most.
    """
    members = [seed for seed in seeds if len(seed) >= 2]
    targets: list[Ints] = []
    for turn in range(ROUNDS):
        targets = [find_targets(choices, group)[0] for group in members]
        if turn < ROUNDS - 1:
            members = [
                part
                for group, found in zip(members, targets, strict=True)
                for part in _blocks(choices, group, found)
            ]
            targets = [find_targets(choices, group)[0] for group in members]
        kept = [i for i, found in enumerate(targets) if len(found) >= FEWEST_MEMBER_TARGETS]
        targets = [targets[i] for i in kept]
        members = _assign(choices, [members[i] for i in kept], targets)
        kept = [i for i, group in enumerate(members) if len(group) >= 2]
        members, targets = [members[i] for i in kept], [targets[i] for i in kept]
    return [
        Group(group, found, looked_up(group, *belonging(choices, group, found), -np.inf))
        for group, found in zip(members, targets, strict=True)
    ]


def _blocks(choices: Choices, members: Ints, targets: Ints) -> list[Ints]:
    """Split members that hit different targets: two crowds that a few people belong to both of."""
    hits = choices.contents[members][:, targets].tocoo()
    if hits.nnz == 0:
        return [members]
    left = members[hits.row]
    right = choices.accounts + targets[hits.col]
    nodes, assigned, modularity = _leiden(left, right, np.ones(len(left)))
    if modularity < _split_modularity(nodes, left):
        return [members]
    people = nodes < choices.accounts
    return [nodes[people & (assigned == part)] for part in np.unique(assigned[people])]


def find_targets(choices: Choices, members: Ints) -> tuple[Ints, Ints]:
    """Contents that ``members`` hit more than everybody else's likes predict (1% family-wise).

    Returns:
        The targets, ascending, and how many members hit each.
    """
    # Only what they hit is looked at: there are far more contents than that.
    hit, hits = np.unique(choices.contents[members].indices, return_counts=True)
    enough = hits >= min(FEWEST_HITS, len(members))
    outsiders = choices.contents.nnz - hits.sum()
    looked_at, total, hits = hit[enough], float(hits.sum()), hits[enough]
    elsewhere = (choices.popularity[looked_at] - hits).astype(np.float64)
    expected = total * (elsewhere + 0.5) / max(float(outsiders), 1.0)
    log_p = log_count_tail(hits, expected, np.inf)
    surely = log_p < np.log(0.01 / max(choices.items, 1))
    targets, hits = looked_at[surely], hits[surely]
    usual = hits >= SIDE_SHARE * _usual(hits)
    return targets[usual].astype(np.int64), hits[usual].astype(np.int64)


def _usual(hits: Ints) -> float:
    """The number of hits that the target of half of all the group's likes has or exceeds."""
    if not len(hits):
        return 0.0
    ascending = np.sort(hits)
    return float(ascending[np.searchsorted(np.cumsum(ascending), hits.sum() / 2.0)])


def _assign(choices: Choices, members: list[Ints], targets: list[Ints]) -> list[Ints]:
    best = np.full(choices.accounts, -1, np.int64)
    best_odds = np.zeros(choices.accounts)
    for number, (group, found) in enumerate(zip(members, targets, strict=True)):
        accounts, odds = belonging(choices, group, found)
        better = odds > np.maximum(best_odds[accounts], LEAST_MEMBER_BITS)
        best[accounts[better]] = number
        best_odds[accounts[better]] = odds[better]
    return members_of(best, len(members))


def members_of(group_of: Ints, groups: int) -> list[Ints]:
    """The accounts of each group, ascending; ``group_of`` says it per account, -1 of none."""
    order = np.argsort(group_of, kind="stable")
    edges = np.searchsorted(group_of[order], np.arange(groups + 1))
    return [order[start:end] for start, end in pairwise(edges)]


def looked_up(
    asked: Ints, keys: Ints, values: npt.NDArray[Number], missing: float
) -> npt.NDArray[Number]:
    """The value of each key that is asked for; ``keys`` are ascending."""
    place = np.searchsorted(keys, asked)
    there = place < len(keys)
    there[there] = keys[place[there]] == asked[there]
    found = np.full(len(asked), missing, values.dtype)
    found[there] = values[place[there]]
    return found


def belonging(choices: Choices, members: Ints, targets: Ints) -> tuple[Ints, Floats]:
    """How surely each account belongs to a group: log2 posterior odds.

    The number of different target authors that an account hits is compared under two models: how
    many the present members hit, and a negative binomial around what the account's own activity
    predicts. The prior is the group's share of all accounts.

    Args:
        choices: Who chose what.
        members: The group as it stands.
        targets: Its targets.

    Returns:
        Account codes, ascending, and the log2 odds of each. All others hit too few target authors.
    """
    seen, hits, share = exposure(choices, members, targets)
    authors = len(np.unique(choices.author_of[targets]))
    of_each = looked_up(members, seen, hits, 0)
    usual = float(np.median(of_each)) if len(members) else 0.0
    fewest = max(min(FEWEST_MEMBER_TARGETS, authors), ACQUAINTANCE_SHARE * usual)
    looked_at, hits = seen[hits >= fewest], hits[hits >= fewest]
    of_members = np.bincount(of_each, minlength=authors + 1) + 0.5
    # Those who hit more than a member usually does are no less members.
    at_least = np.maximum.accumulate(of_members[::-1])[::-1] / of_members.sum()
    log_p = log_count_tail(hits, choices.activity[looked_at] * share, MEMBER_TASTE_SHAPE)
    prior = np.log(len(members) / max(choices.accounts, 1))
    return looked_at, (prior + np.log(at_least[hits]) - log_p) / LOG_2


def exposure(choices: Choices, members: Ints, targets: Ints) -> tuple[Ints, Ints, float]:
    """Authors of whom each account hits a target, and how many its activity predicts.

    What the members did themselves must not define what is popular.

    Returns:
        Codes of the accounts that hit one, ascending; of how many authors each of them does; and
        the share of an account's activity that targets are expected to have.
    """
    authors, position = np.unique(choices.author_of[targets], return_inverse=True)
    chosen = choices.by_content[:, targets]
    author = np.repeat(position, np.diff(chosen.indptr))
    # Of several posts of one author one counts.
    pairs = np.unique(chosen.indices.astype(np.int64) * len(authors) + author)
    account = pairs // max(len(authors), 1)
    starts = np.flatnonzero(np.diff(account, prepend=-1))
    hits: Ints = np.diff(starts, append=len(account))
    by_members, times = np.unique(choices.contents[members].indices, return_counts=True)
    _, place, at = np.intersect1d(targets, by_members, return_indices=True)
    elsewhere = choices.popularity[targets]
    elsewhere[place] -= times[at]
    outsiders = choices.contents.nnz - times.sum()
    share = float((elsewhere + 0.5).sum()) / max(float(outsiders), 1.0)
    return account[starts], hits, share
