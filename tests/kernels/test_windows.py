"""Sliding windows, against brute force."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.kernels.windows import best_window, sums_between, window_ends

Timed = tuple[int, int]
"""Group and time."""

timed_rows = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=30).map(sorted)


def columns(rows: list[Timed]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


@given(timed_rows, st.integers(1, 15))
def test_a_window_ends_before_the_first_row_beyond_it(rows: list[Timed], width: int) -> None:
    ends = window_ends(*columns(rows), width)
    for row, (group, time) in enumerate(rows):
        inside = [
            r for r in range(row, len(rows)) if rows[r][0] == group and rows[r][1] < time + width
        ]
        assert ends[row] == inside[-1] + 1


@given(timed_rows, timed_rows, st.integers(0, 9), st.integers(0, 9))
def test_sums_between_add_what_lies_between(
    rows: list[Timed], asked: list[Timed], before: int, after: int
) -> None:
    group, time = columns(rows)
    amount = time + 1
    of, at = columns(asked)
    sums = sums_between(group, time, amount, of, at - before, at + after)
    for found, (owner, now) in zip(sums, asked, strict=True):
        assert found == sum(
            t + 1 for g, t in rows if g == owner and now - before <= t < now + after
        )


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(-2, 5)), max_size=25))
def test_the_best_window_covers_its_row(windows: list[tuple[int, int]]) -> None:
    lengths = [length for length, _ in windows]
    ends = np.maximum.accumulate([row + length for row, length in enumerate(lengths)]).astype(
        np.int64
    )
    ends = np.minimum(ends, len(windows))
    score = np.array([score for _, score in windows], dtype=np.int64)
    best = best_window(ends, score)
    for row in range(len(windows)):
        covering = [w for w in range(row + 1) if ends[w] > row and score[w] > 0]
        winner = max(covering, key=lambda w: (score[w], -w), default=-1)
        assert best[row] == winner
