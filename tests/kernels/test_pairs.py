"""Pairs that meet, against brute force and against the counts of the reference tool."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.kernels.pairs import (
    meetings,
    pairs_in_parts,
    rows_before,
    windowed_pairs,
)

SHARES = Path(__file__).parents[2] / ".." / "shared" / "data" / "coord_share"

Row = tuple[int, int, int]
"""Group, time, member."""


def columns(rows: list[Row]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


def once_per_group(rows: list[Row]) -> list[Row]:
    return sorted({(group, member): (group, time, member) for group, time, member in rows}.values())


rows_of_members = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 30), st.integers(0, 6)), max_size=40
).map(once_per_group)


@given(rows_of_members, st.integers(0, 12), st.integers(1, 3))
def test_windowed_pairs_are_all_pairs_within_the_window(
    rows: list[Row], window: int, minimum: int
) -> None:
    met: Counter[tuple[int, int]] = Counter()
    for (group, time, member), (other_group, other_time, other) in combinations(rows, 2):
        if group == other_group and abs(time - other_time) <= window:
            met[min(member, other), max(member, other)] += 1
    found = windowed_pairs(*columns(rows), window, minimum)
    expected = sorted((pair, count) for pair, count in met.items() if count >= minimum)
    assert (
        list(zip(zip(found.left, found.right, strict=True), found.count, strict=True)) == expected
    )


@given(rows_of_members, st.integers(0, 12), st.integers(1, 4))
def test_a_row_meets_the_nearest_before_it(rows: list[Row], window: int, most: int) -> None:
    group, time, _ = columns(rows)
    earlier = rows_before(group, time, window, most)
    for row, (of, at) in enumerate(zip(group, time, strict=True)):
        within = [r for r in range(row) if group[r] == of and at - time[r] <= window]
        assert earlier[row] == min(len(within), most)
    met = meetings(earlier)
    for row in range(len(group)):
        later = [r for r in range(row + 1, len(group)) if r - earlier[r] <= row]
        assert met[row] == earlier[row] + len(later)


@given(
    st.sets(st.tuples(st.integers(0, 7), st.integers(0, 9)), max_size=60),
    st.integers(1, 4),
    st.integers(1, 50),
)
def test_common_groups_are_set_intersections(
    belongs: set[tuple[int, int]], minimum: int, part_meetings: int
) -> None:
    groups_of: dict[int, set[int]] = defaultdict(set)
    for who, where in belongs:
        groups_of[who].add(where)
    member, group = np.array(sorted(belongs), dtype=np.int32).reshape(-1, 2).T
    parts = list(pairs_in_parts(member, group, 8, 10, minimum, part_meetings))
    left, right, count = (np.concatenate([part[n] for part in parts]) for n in range(3))
    repeats = np.sum([part[3] for part in parts], axis=0)
    pairs = combinations(range(8), 2)
    shared = {pair: len(groups_of[pair[0]] & groups_of[pair[1]]) for pair in pairs}
    expected = sorted((*pair, met) for pair, met in shared.items() if met >= minimum)
    assert list(zip(left, right, count, strict=True)) == expected
    for one in range(8):
        assert repeats[one] == sum(m * (m - 1) for pair, m in shared.items() if one in pair)


def test_members_that_there_are_none_of_have_no_pairs() -> None:
    nobody = np.empty(0, np.int32)
    assert list(pairs_in_parts(nobody, nobody, 0, 0, 1)) == []


def test_many_pairs_fit() -> None:
    """More pairs than the kernel first makes room for."""
    member, group = (x.ravel().astype(np.int32) for x in np.indices((60, 2)))
    [(left, _, count, _)] = pairs_in_parts(member, group, 60, 2, 2)
    assert len(left) == 60 * 59 // 2
    assert set(count) == {2}


@pytest.mark.parametrize(
    ("folder", "pairs"),
    [
        ("ru_retweets_2021", (6193, 32, 3)),
        ("de_election_2021_url", (2852, 1107, 767)),
    ],
)
def test_pairs_within_a_minute_on_real_shares(folder: str, pairs: tuple[int, int, int]) -> None:
    """Published log, first shares only: pairs with at least one, two, three objects in common."""
    path = SHARES / folder / "events.parquet"
    if not path.exists():
        pytest.skip("the shared data is not here")
    rows = duckdb.execute(f"""
        SELECT dense_rank() OVER (ORDER BY content_id) AS content, min(epoch_us(ts)) AS ts,
               dense_rank() OVER (ORDER BY account_id) AS account
        FROM '{path}' GROUP BY account_id, content_id ORDER BY content, ts, account
    """).fetchnumpy()
    content, ts, account = (rows[name].astype(np.int64) for name in ("content", "ts", "account"))
    met = windowed_pairs(content, ts, account, 60_000_000).count
    assert tuple(int((met >= least).sum()) for least in (1, 2, 3)) == pairs
