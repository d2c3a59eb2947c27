"""Pairs of rows that meet: in the same group within a window, or in the same groups at any time.

Both kernels walk rows in one fixed order and give their pairs in sorted order, so the answer does
not depend on threads. Memory is that of the accepted pairs plus one array of counters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

GROUPS_BITS = 32
"""A member is in fewer groups than 2^32."""
PART_MEETINGS = 2_000_000
"""A part of the members has about so many meetings in groups, and at most half as many pairs."""


@dataclass(frozen=True)
class Pairs:
    """Pairs ``left < right`` in sorted order, with the number of groups each pair met in."""

    left: Ints
    right: Ints
    count: Ints


def windowed_pairs(
    group: Ints, time: Ints, member: Ints, window: int, minimum: int = 1, most: int = 2**31
) -> Pairs:
    """Pairs of members that come at most ``window`` apart in at least ``minimum`` groups.

    Args:
        group: Group of each row, ascending.
        time: Time of each row, ascending within its group, in the unit of ``window``.
        member: Who; at most once per group.
        window: Largest distance in time, inclusive.
        minimum: Fewest groups for a pair to be returned.
        most: A row meets at most this many rows before it, the nearest, so that a rush of n
            rows costs n·most and not n²/2.

    Returns:
        The pairs, each with the number of groups it met in.
    """
    earlier = rows_before(group, time, window, most)
    width = int(member.max()) + 1 if len(member) else 1
    keys = _keys(member, earlier, width)
    keys.sort()
    return Pairs(*_repeated(keys, minimum, width))


@numba.njit(cache=True)
def rows_before(group: Ints, time: Ints, window: int, most: int) -> Ints:
    """For each row, how many rows just before it a window holds, at most ``most``.

    Args:
        group: Group of each row, ascending.
        time: Time of each row, ascending within its group.
        window: Largest distance in time, inclusive.
        most: Largest answer.
    """
    earlier = np.empty(len(group), np.int64)
    start = 0
    for row in range(len(group)):
        while group[start] != group[row] or time[row] - time[start] > window:
            start += 1
        earlier[row] = min(row - start, most)
    return earlier


@numba.njit(cache=True)
def meetings(earlier: Ints) -> Ints:
    """For each row, how many other rows it meets, before or after it.

    Args:
        earlier: What ``rows_before`` gave.
    """
    size = len(earlier)
    met = earlier.copy()
    # Row r meets rows r - earlier[r] … r - 1: add one to each, by differences.
    steps = np.zeros(size + 1, np.int64)
    for row in range(size):
        steps[row - earlier[row]] += 1
        steps[row] -= 1
    running = 0
    for row in range(size):
        running += steps[row]
        met[row] += running
    return met


@numba.njit(cache=True)
def _keys(member: Ints, earlier: Ints, width: int) -> Ints:
    keys = np.empty(earlier.sum(), np.int64)
    at = 0
    for row in range(len(member)):
        for other in range(row - earlier[row], row):
            low = min(member[row], member[other])
            keys[at] = low * width + max(member[row], member[other])
            at += 1
    return keys


@numba.njit(cache=True)
def _repeated(keys: Ints, minimum: int, width: int) -> tuple[Ints, Ints, Ints]:
    """The pairs whose key comes at least ``minimum`` times in the sorted keys, and how often."""
    capacity = len(keys) // minimum
    left, right = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
    count = np.empty(capacity, np.int64)
    size = start = 0
    while start < len(keys):
        end = start + 1
        while end < len(keys) and keys[end] == keys[start]:
            end += 1
        if end - start >= minimum:
            left[size], right[size] = keys[start] // width, keys[start] % width
            count[size] = end - start
            size += 1
        start = end
    return left[:size], right[:size], count[:size]


def offsets(sorted_codes: Ints | Codes, size: int) -> Ints:
    """Where each code's rows begin in ``sorted_codes``; ``size + 1`` positions."""
    return np.searchsorted(sorted_codes, np.arange(size + 1)).astype(np.int64)


def pairs_in_parts(
    member: Codes,
    group: Codes,
    members: int,
    groups: int,
    minimum: int,
    part_meetings: int = PART_MEETINGS,
) -> Iterator[tuple[Codes, Codes, Codes, Ints]]:
    """What ``common_groups`` finds, of a range of members at a time, in the order of members.

    Args:
        member: Who, ascending; one row per member and group.
        group: Where.
        members: Number of member codes.
        groups: Number of group codes.
        minimum: Fewest shared groups for a pair to be returned.
        part_meetings: Members are looked at in parts of about so many meetings.
    """
    if not members:
        return
    by_group = np.lexsort((member, group))
    member_start = offsets(member, members)
    group_start, group_member = offsets(group[by_group], groups), member[by_group]
    del by_group
    met = np.concatenate([[0], np.cumsum(np.diff(group_start)[group])])[member_start]
    edges = np.flatnonzero(np.diff(met[:-1] // part_meetings, prepend=-1)).tolist()
    for first, last in zip(edges, [*edges[1:], members], strict=True):
        yield common_groups(member_start, group, group_start, group_member, minimum, first, last)


@numba.njit(cache=True)
def common_groups(
    member_start: Ints,
    member_group: Codes,
    group_start: Ints,
    group_member: Codes,
    minimum: int,
    first: int,
    last: int,
) -> tuple[Codes, Codes, Codes, Ints]:
    """Pairs of members that share at least ``minimum`` groups: a sparse product, row by row.

    Args:
        member_start: Where each member's groups begin in ``member_group``; one more at the end.
        member_group: The groups of each member.
        group_start: Where each group's members begin in ``group_member``; one more at the end.
        group_member: The members of each group, ascending.
        minimum: Fewest shared groups for a pair to be returned.
        first: The first left member of pairs.
        last: The one after the last.

    Returns:
        Left member, right member (left < right, sorted), shared groups; and for each member the
        sum of x·(x-1) over all these pairs sharing x groups, which measures overdispersion.
    """
    members = len(member_start) - 1
    # Pairs that meet once are no repeats.
    least = min(minimum, 2)
    # Of the others, how many groups are shared, counted on from what tells this member from those
    # before it: so nothing need be set back, and most, met once, are written to and forgotten.
    shared = np.full(members, -1, np.int64)
    touched = np.empty(members, np.int32)
    repeats = np.zeros(members, np.int64)
    capacity = 1024
    left = np.empty(capacity, np.int32)
    right = np.empty(capacity, np.int32)
    count = np.empty(capacity, np.int32)
    size = 0
    for member in range(first, last):
        none = member << GROUPS_BITS
        reached = 0
        for at in range(member_start[member], member_start[member + 1]):
            group = member_group[at]
            # Members are ascending: walk from the far end and stop at oneself.
            for place in range(group_start[group + 1] - 1, group_start[group] - 1, -1):
                other = group_member[place]
                if other <= member:
                    break
                met = max(shared[other], none) + 1
                shared[other] = met
                if met == none + least:
                    touched[reached] = other
                    reached += 1
        for other in np.sort(touched[:reached]):
            met = shared[other] - none
            repeats[member] += met * (met - 1)
            repeats[other] += met * (met - 1)
            if met >= minimum:
                if size == capacity:
                    capacity *= 2
                    left = _grown(left, capacity)
                    right = _grown(right, capacity)
                    count = _grown(count, capacity)
                left[size] = member
                right[size] = other
                count[size] = met
                size += 1
    return left[:size], right[:size], count[:size], repeats


@numba.njit(cache=True)
def _grown(array: Codes, capacity: int) -> Codes:
    grown = np.empty(capacity, np.int32)
    grown[: len(array)] = array
    return grown
