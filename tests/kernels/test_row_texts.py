"""Rows as texts: what Python would join, whatever is null."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.kernels.row_texts import row_texts

NUMBERS = st.none() | st.integers(0, 2**63 - 1) | st.integers(0, 60).map(lambda n: 10 ** (n % 19))
TEXTS = st.none() | st.text(max_size=20)
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS, st.booleans(), TEXTS, TEXTS), max_size=8)


def in_python(row: tuple[int | None, int | None, bool, str | None, str | None]) -> str:
    *numbers, flag, first, second = row
    lengths = [None if text is None else len(text.encode()) for text in (first, second)]
    parts = [*numbers, str(flag).lower(), *lengths, first, second]
    return " ".join("" if part is None else str(part) for part in parts)


@given(ROWS, st.integers(0, 3))
def test_row_texts(
    rows: list[tuple[int | None, int | None, bool, str | None, str | None]], cut: int
) -> None:
    columns = [[row[place] for row in rows] for place in range(5)]
    numbers = [pa.array(columns[place], pa.int64()).slice(cut) for place in (0, 1)]
    texts = [pa.array(columns[place], pa.string()).slice(cut) for place in (3, 4)]
    flags = [np.array(columns[2][cut:], np.bool_)]
    data, begins = row_texts(numbers, flags, texts)
    found = [data[begin:end].tobytes().decode() for begin, end in pairwise(begins)]
    assert found == [in_python(row) for row in rows[cut:]]
