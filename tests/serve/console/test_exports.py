"""Cells that no spreadsheet runs, and CSV that a reader reads as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.serve.console.exports import as_csv, cell


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/c calc'!A0", "\t=1", "\r=1", "＝1", "\u202e=1", " =1"],
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert not cell(text).lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


def test_nothing_is_an_empty_cell() -> None:
    assert cell(None) == ""
    assert cell("plain") == "plain"


@given(st.lists(st.text(max_size=20), max_size=20))
def test_csv_has_as_many_rows_and_columns_as_went_in(texts: list[str]) -> None:
    written = as_csv(("name", "seen_us"), [{"name": text, "seen_us": None} for text in texts])
    rows = list(csv.reader(io.StringIO(written[1:], newline="")))
    assert rows[0] == ["name", "seen"]
    assert [row[0] for row in rows[1:]] == [cell(text) for text in texts]
    assert all(len(row) == 2 for row in rows)
