"""Arrow columns become arrays of whole numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from zhenzan.arrays import column, columns


@pytest.mark.parametrize("kind", [pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.bool_()])
def test_whole_numbers_of_any_width(kind: pa.DataType) -> None:
    found = column(pa.table({"x": pa.array([1, 0, 1], pa.int64()).cast(kind)}), "x")
    assert found.dtype == np.int64
    assert found.tolist() == [1, 0, 1]


def test_nulls_become_minus_one() -> None:
    assert column(pa.table({"x": pa.array([None, 7], pa.int64())}), "x").tolist() == [-1, 7]


def test_chunks_are_joined_in_order() -> None:
    chunks = pa.chunked_array([[3, 1], [], [2]], pa.int64())
    assert column(pa.table({"x": chunks}), "x").tolist() == [3, 1, 2]


def test_no_rows() -> None:
    found = column(pa.table({"x": pa.array([], pa.int32())}), "x")
    assert found.dtype == np.int64
    assert found.shape == (0,)


def test_a_share_is_refused_rather_than_cut_off() -> None:
    with pytest.raises(pa.ArrowInvalid, match="truncated"):
        column(pa.table({"x": [2.7]}), "x")


def test_all_columns_come_in_their_order() -> None:
    table = pa.table({"b": pa.array([3, None], pa.int32()), "a": [5, 7]})
    assert [values.tolist() for values in columns(table)] == [[3, -1], [5, 7]]
