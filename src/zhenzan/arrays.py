"""Arrow columns as numpy arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def column(table: pa.Table, name: str) -> npt.NDArray[np.int64]:
    """A whole-number column; nulls become -1."""
    column = table.column(name).cast(pa.int64()).fill_null(-1)
    values: npt.NDArray[np.int64] = column.to_numpy()
    return values


def columns(table: pa.Table) -> list[npt.NDArray[np.int64]]:
    """All columns, which are whole numbers, in their order; nulls become -1.

    With ``columns(engine.query(…))`` nobody holds the table beside its arrays.
    """
    return [column(table, name) for name in table.column_names]
