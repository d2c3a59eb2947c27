"""Fading counts: a sketch against the sum it stands for, whatever the order; peaks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.kernels.decaying_counts import ROWS, add_and_read, peaks

HALF_LIFE_US = 1_000_000.0
EVENTS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9_000_000)), min_size=1, max_size=60)


def sketch(cells: int) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((ROWS + 1, cells)), np.zeros((ROWS + 1, cells), np.int64)


def added(
    events: list[tuple[int, int]], counts: np.ndarray, last: np.ndarray, *, new: bool = True
) -> np.ndarray:
    keys = np.array([key for key, _ in events], np.uint64)
    times = np.array([time for _, time in events], np.int64)
    flags = np.full(len(events), new)
    return np.asarray(add_and_read(keys, times, flags, counts, last, HALF_LIFE_US))


@given(EVENTS, st.randoms())
def test_the_order_of_arrival_does_not_matter(events: list[tuple[int, int]], draw: object) -> None:
    one, other = sketch(2**10), sketch(2**10)
    shuffled = list(events)
    draw.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    added(events, *one)
    added(shuffled, *other)
    end = 10_000_000
    asked = [(key, end) for key in range(31)]
    first, second = (added(asked, *s, new=False) for s in (one, other))
    assert first == pytest.approx(second)
    for key, read in enumerate(first):
        exact = sum(2 ** (-(end - t) / HALF_LIFE_US) for k, t in events if k == key and key)
        assert read >= exact - 1e-9


def test_the_error_is_as_said() -> None:
    cells, keys = 2**8, 4_000
    counts, last = sketch(cells)
    added([(key * 7_919 + 1, 0) for key in range(keys)], counts, last)
    read = added([(key * 7_919 + 1, 0) for key in range(keys)], counts, last, new=False)
    assert counts[ROWS, 0] == keys
    assert (read >= 1).all()
    beyond = (read - 1 > math.e * keys / cells).mean()
    assert beyond <= math.exp(-ROWS)


def test_what_is_no_key_is_not_counted() -> None:
    counts, last = sketch(2**4)
    assert added([(0, 5), (0, 6)], counts, last).tolist() == [0.0, 0.0]
    assert not counts.any()


def test_peaks() -> None:
    keys = np.array([1, 1, 1, 2, 3, 3], np.int64)
    times = np.array([0, 1_000_000, 9_000_000, 5, 7, 7], np.int64)
    assert peaks(keys, times, HALF_LIFE_US) == pytest.approx([1.5, 1.0, 2.0])
    assert len(peaks(keys[:0], times[:0], HALF_LIFE_US)) == 0
