"""Dense blocks of a bipartite graph by greedy peeling, where popular columns count less."""

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

UNITS = 1 << 30
"""Weights are whole numbers of 2^-30: sums do not depend on the order of the edges."""
DEGREE_OFFSET = 5.0
"""An edge to a column of degree d weighs 1 / ln(d + 5), as in the paper."""
CHILDREN = 4
"""Of each place in the heap."""
GROWTH = 1.1
"""When the heap is empty, all that holds at most so many times the least is put into it."""
WORTH_A_PASS = 20
"""A pass that takes away a smaller part of the edges than one in so many is the last."""
GONE = np.int64(1) << 62
"""Weight that a node holds once it is taken away: it is never the least again."""


@dataclass(frozen=True)
class Block:
    """Rows and columns that are densely joined.

    Attributes:
        rows: Their codes, ascending.
        columns: Their codes, ascending.
        density: Weight of the edges inside, by number of rows and columns.
    """

    rows: Ints
    columns: Ints
    density: float


def dense_blocks(row: Ints, column: Ints) -> Iterator[Block]:
    """The densest block, then the densest of the edges outside it, and so on.

    FRAUDAR (Hooi et al., "FRAUDAR: Bounding Graph Fraud in the Face of Camouflage", KDD 2016) with
    logarithmic weights. Its greedy block is at least half as dense as the densest there is.

    Args:
        row: Row of each edge, codes from 0; no pair of row and column twice.
        column: Column of each edge, codes from 0.

    Yields:
        Blocks, until no edge is left.
    """
    left = np.asarray(row, np.int32), np.asarray(column, np.int32)
    while len(left[0]):
        block = _densest(*left)
        yield block
        inside = np.zeros(left[0].max() + 1, bool), np.zeros(left[1].max() + 1, bool)
        inside[0][block.rows] = True
        inside[1][block.columns] = True
        outside = ~(inside[0][left[0]] & inside[1][left[1]])
        left = left[0][outside], left[1][outside]


def _densest(row: Codes, column: Codes) -> Block:
    weight = column_weights(np.bincount(column))
    kept = _trimmed(row, column, weight, int(row.max()) + 1)
    # What is left is a small part of most graphs, and its codes fit into a cache.
    (rows, row), (columns, column) = _packed(kept[0]), _packed(kept[1])
    order, rounds, best = _peel(row, column, weight[columns], len(rows), len(columns))
    inside = np.ones(len(rows) + len(columns), bool)
    inside[order[:rounds]] = False
    return Block(rows[inside[: len(rows)]], columns[inside[len(rows) :]], best / UNITS)


def column_weights(degree: Ints) -> Ints:
    """Weight of an edge to a column of so many edges, in ``UNITS``."""
    weight: Ints = np.rint(UNITS / np.log(degree + DEGREE_OFFSET)).astype(np.int64)
    return weight


def _packed(codes: Codes) -> tuple[Ints, Codes]:
    """The codes that occur, ascending, and each one's position among them."""
    occurs = np.zeros(codes.max() + 1, bool)
    occurs[codes] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1).astype(np.int32)[codes]


@numba.njit(cache=True)
def _trimmed(row: Codes, column: Codes, weight: Ints, rows: int) -> tuple[Codes, Codes]:
    """The edges without those of rows and columns that hold less than the density of the graph.

    Whatever holds less than that goes before anything of the densest block, and what is left is
    denser each time. So no heap is needed for it, and its order does not matter.
    """
    key, total = _held(row, column, weight, rows, len(weight))
    row, column = row.copy(), column.copy()
    many = len(row)
    while True:
        least = total // np.sum(key > 0)
        kept = 0
        for edge in range(many):
            one, other = row[edge], rows + column[edge]
            if key[one] < least or key[other] < least:
                key[one] -= weight[column[edge]]
                key[other] -= weight[column[edge]]
                total -= weight[column[edge]]
            else:
                row[kept], column[kept] = row[edge], column[edge]
                kept += 1
        if many - kept <= many // WORTH_A_PASS:
            return row[:kept], column[:kept]
        many = kept


@numba.njit(cache=True)
def _peel(
    row: Codes, column: Codes, weight: Ints, rows: int, columns: int
) -> tuple[Codes, int, float]:
    """Take away whatever holds the least weight, one by one; columns are numbered after rows.

    Of equals the lowest number goes first. Only what holds little is in the heap, so that most
    edges that fall away cost one subtraction.

    Returns:
        What went, in order; how many of them are outside the densest of what was left; and the
        density of that.
    """
    nodes = rows + columns
    start, ends = _neighbours(row, column, rows, columns)
    key, total = _held(row, column, weight, rows, columns)
    heap = np.empty(nodes, np.int32)
    place = np.full(nodes, -1, np.int32)
    waiting, limit = 0, np.int64(-1)
    order = np.empty(nodes, np.int32)
    best, rounds = total / nodes, 0
    rows_left, columns_left = rows, columns
    while rows_left and columns_left:
        if not waiting:
            limit = np.int64(GROWTH * key.min())
            for node in range(nodes):
                if key[node] <= limit:
                    waiting = _push(heap, place, key, node, waiting)
        node = heap[0]
        waiting -= 1
        if waiting:
            heap[0] = heap[waiting]
            _sink(heap, place, key, 0, waiting)
        total -= key[node]
        key[node] = GONE
        order[nodes - rows_left - columns_left] = node
        if node < rows:
            rows_left -= 1
        else:
            columns_left -= 1
        for edge in range(start[node], start[node + 1]):
            end = ends[edge]
            key[end] -= weight[max(node, end) - rows]
            if key[end] <= limit:
                if place[end] < 0:
                    waiting = _push(heap, place, key, end, waiting)
                else:
                    _rise(heap, place, key, place[end])
        left = rows_left + columns_left
        if left and total / left > best:
            best, rounds = total / left, nodes - left
    return order[: nodes - rows_left - columns_left], rounds, best


@numba.njit(cache=True)
def _held(row: Codes, column: Codes, weight: Ints, rows: int, columns: int) -> tuple[Ints, int]:
    """Weight of the edges of each node, and of all edges."""
    key = np.zeros(rows + columns, np.int64)
    total = 0
    for edge in range(len(row)):
        key[row[edge]] += weight[column[edge]]
        key[rows + column[edge]] += weight[column[edge]]
        total += weight[column[edge]]
    return key, total


@numba.njit(cache=True)
def _neighbours(row: Codes, column: Codes, rows: int, columns: int) -> tuple[Ints, Codes]:
    """Where each node's neighbours begin, and all neighbours."""
    start = np.zeros(rows + columns + 1, np.int64)
    for edge in range(len(row)):
        start[row[edge] + 1] += 1
        start[rows + column[edge] + 1] += 1
    for node in range(rows + columns):
        start[node + 1] += start[node]
    free = start[:-1].copy()
    ends = np.empty(2 * len(row), np.int32)
    for edge in range(len(row)):
        one, other = row[edge], rows + column[edge]
        ends[free[one]] = other
        ends[free[other]] = one
        free[one] += 1
        free[other] += 1
    return start, ends


@numba.njit(cache=True)
def _push(heap: Codes, place: Codes, key: Ints, node: int, size: int) -> int:
    """Add a node; gives the size of the heap after that."""
    heap[size] = node
    _rise(heap, place, key, size)
    return size + 1


@numba.njit(cache=True)
def _rise(heap: Codes, place: Codes, key: Ints, at: int) -> None:
    """Move a node whose key fell towards the top."""
    node = heap[at]
    while at:
        above = (at - 1) // CHILDREN
        other = heap[above]
        if key[other] < key[node] or (key[other] == key[node] and other < node):
            break
        heap[at] = other
        place[other] = at
        at = above
    heap[at] = node
    place[node] = at


@numba.njit(cache=True)
def _sink(heap: Codes, place: Codes, key: Ints, at: int, size: int) -> None:
    """Move a node away from the top until nothing below it comes first."""
    node = heap[at]
    while True:
        first, least = node, at
        for child in range(CHILDREN * at + 1, min(CHILDREN * at + 1 + CHILDREN, size)):
            other = heap[child]
            if key[other] < key[first] or (key[other] == key[first] and other < first):
                first, least = other, child
        if least == at:
            break
        heap[at] = first
        place[first] = at
        at = least
    heap[at] = node
    place[node] = at
