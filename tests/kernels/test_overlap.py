"""Overlap of choices: what chance and taste explain is no finding, whoever chooses what."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from zhenzan.kernels.overlap import FEWEST_COMMON, POPULARITY_LIMITS, surprising_overlap

Ints = npt.NDArray[np.int64]
PEOPLE, CONTENTS, EACH = 400, 800, 12


def crowd(seed: int = 1, shift: int = 0) -> set[tuple[int, int]]:
    """People who choose by popularity."""
    dice = np.random.default_rng(seed)
    weights = 1.0 / (np.arange(CONTENTS) + 20.0)
    weights /= weights.sum()
    return {
        (shift + account, int(content))
        for account in range(PEOPLE)
        for content in dice.choice(CONTENTS, EACH, replace=False, p=weights)
    }


def together(members: range, chosen: range) -> set[tuple[int, int]]:
    return {(account, content) for account in members for content in chosen}


def columns(rows: set[tuple[int, int]]) -> tuple[Ints, Ints]:
    account, chosen = np.array(sorted(rows), np.int64).T
    return account, chosen


def pairs(rows: set[tuple[int, int]]) -> set[tuple[int, int]]:
    found = surprising_overlap(*columns(rows))
    return set(zip(found.left.tolist(), found.right.tolist(), strict=True))


def test_those_who_share_what_nobody_else_chooses_are_found() -> None:
    sellers = range(1_000, 1_006)
    rows = crowd() | together(sellers, range(700, 715))
    found = surprising_overlap(*columns(rows))
    ends = np.stack([found.left, found.right])
    assert set(map(tuple, ends.T.tolist())) == {(a, b) for a in sellers for b in sellers if a < b}
    assert set(found.shared.tolist()) == {15}
    assert (found.expected < 5.0).all()
    assert (found.bits > 3.0).all()


@pytest.mark.parametrize("seed", range(3))
def test_people_who_choose_by_popularity_are_hardly_ever(seed: int) -> None:
    assert len(pairs(crowd(seed))) <= 5


def test_one_choice_in_common_is_no_pattern() -> None:
    assert FEWEST_COMMON == 2
    rows = (
        crowd()
        | {(1_000, 5_000), (1_001, 5_000)}
        | together(range(1_000, 1_001), range(6_000, 6_009))
    )
    assert (1_000, 1_001) not in pairs(rows)


def test_what_too_many_choose_joins_nobody() -> None:
    """Two thousand choose the same nine things, and nothing else."""
    many = range(POPULARITY_LIMITS[-1] + 100)
    assert pairs(together(many, range(9))) == set()


def test_names_may_have_gaps() -> None:
    sellers = range(1_000, 1_006)
    rows = crowd() | together(sellers, range(700, 715))
    sparse = {(7 * account + 3, 11 * chosen) for account, chosen in rows}
    assert pairs(sparse) == {(7 * a + 3, 7 * b + 3) for a, b in pairs(rows)}


def test_either_side_may_be_asked() -> None:
    """Which contents are chosen by the same accounts: the columns change places."""
    rows = crowd() | together(range(1_000, 1_030), range(2_000, 2_006))
    turned = {(chosen, account) for account, chosen in rows}
    orders = {(a, b) for a in range(2_000, 2_006) for b in range(2_000, 2_006) if a < b}
    assert orders <= pairs(turned)


@pytest.mark.parametrize("rows", [set(), {(0, 0)}, {(0, 0), (1, 0)}], ids=["none", "one", "two"])
def test_hardly_any_rows_hold_no_pair(rows: set[tuple[int, int]]) -> None:
    account = np.array([a for a, _ in sorted(rows)], np.int64)
    chosen = np.array([c for _, c in sorted(rows)], np.int64)
    found = surprising_overlap(account, chosen)
    assert len(found.left) == len(found.right) == len(found.bits) == 0
