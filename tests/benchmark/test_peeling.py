"""Greedy peeling, against a plain loop that looks at everything at each step."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from benchmark.peeling import UNITS, Block, dense_blocks
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator

Edges = set[tuple[int, int]]
edge_sets = st.sets(st.tuples(st.integers(0, 12), st.integers(0, 9)), min_size=1, max_size=70)


def by_hand(edges: Edges) -> tuple[set[int], set[int], float]:
    degree = Counter(column for _, column in edges)
    weight = {column: round(UNITS / math.log(d + 5)) for column, d in degree.items()}
    rows, columns = {row for row, _ in edges}, set(degree)
    best = (set(rows), set(columns), -1.0)
    while rows and columns:
        inside = [(row, column) for row, column in edges if row in rows and column in columns]
        density = sum(weight[column] for _, column in inside) / (len(rows) + len(columns))
        if density > best[2]:
            best = (set(rows), set(columns), density)
        held: Counter[tuple[int, int]] = Counter()
        for row, column in inside:
            held[0, row] += weight[column]
            held[1, column] += weight[column]
        nodes = [(0, row) for row in rows] + [(1, column) for column in columns]
        side, least = min(nodes, key=lambda node: (held[node], node))
        (columns if side else rows).remove(least)
    return best[0], best[1], best[2] / UNITS


def found(edges: Edges) -> Iterator[Block]:
    row, column = np.array(sorted(edges), np.int64).T
    return dense_blocks(row, column)


@given(edge_sets)
def test_the_block_is_that_of_a_plain_loop(edges: Edges) -> None:
    block = next(found(edges))
    rows, columns, density = by_hand(edges)
    assert set(block.rows.tolist()) == rows
    assert set(block.columns.tolist()) == columns
    assert math.isclose(block.density, density, rel_tol=1e-12)


@given(edge_sets)
def test_each_further_block_is_that_of_the_edges_outside_the_ones_before(edges: Edges) -> None:
    left = set(edges)
    for block in found(edges):
        rows, columns, density = by_hand(left)
        assert (set(block.rows.tolist()), set(block.columns.tolist())) == (rows, columns)
        assert math.isclose(block.density, density, rel_tol=1e-12)
        left -= {(row, column) for row in rows for column in columns}
    assert not left


@given(edge_sets, st.integers(0, 2**32 - 1))
def test_the_order_of_the_edges_does_not_matter(edges: Edges, seed: int) -> None:
    row, column = np.array(sorted(edges), np.int64).T
    order = np.random.default_rng(seed).permutation(len(row))
    for one, other in zip(
        dense_blocks(row, column), dense_blocks(row[order], column[order]), strict=True
    ):
        assert np.array_equal(one.rows, other.rows)
        assert np.array_equal(one.columns, other.columns)
        assert one.density == other.density


def test_likes_of_what_is_popular_hide_nobody() -> None:
    dice = np.random.default_rng(5)
    row, column = dice.integers(0, 400, 4_000), dice.zipf(1.6, 4_000) % 300
    edges = set(zip(row.tolist(), column.tolist(), strict=True))
    sellers = {(400 + seller, 300 + order) for seller in range(20) for order in range(20)}
    cover = {(400 + seller, column) for seller in range(20) for column in range(10)}
    block = next(found(edges | sellers | cover))
    assert set(range(400, 420)) <= set(block.rows.tolist())
    assert set(range(300, 320)) <= set(block.columns.tolist())
    assert len(block.rows) < 60
