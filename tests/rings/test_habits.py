"""Witnesses on how members act, against the habits of everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from zhenzan.rings.habits import Habit, crowding, habit, usual_habit

if TYPE_CHECKING:
    import numpy.typing as npt

MOST = 8.0


def people(
    dice: np.random.Generator, count: int, likes: int, share: float
) -> npt.NDArray[np.int64]:
    """How many of its likes each person did so: some people do it more often than others."""
    return dice.binomial(likes, dice.beta(10.0 * share, 10.0 * (1.0 - share), count))


def usual(share: float) -> Habit:
    """The habit of 1,000 accounts with 20 likes each."""
    return usual_habit(people(np.random.default_rng(1), 1_000, 20, share), np.full(1_000, 20))


def of_members(hits: list[int], trials: int = 12, share: float = 0.03, most: float = MOST) -> float:
    members = np.full(len(hits), trials)
    return habit("ring_unseen", np.array(hits), members, usual(share), most).bits


def test_a_habit_is_measured_over_active_accounts() -> None:
    found = usual_habit(np.array([0, 0, 1, 5, 1]), np.array([10, 10, 10, 10, 1]))
    assert 0.1 <= found.limit <= 0.5
    assert found.exceeding == pytest.approx(0.25)
    assert found.mean == pytest.approx(7 / 41)


def test_without_anybody_outside_a_usual_habit_is_assumed() -> None:
    found = usual_habit(np.array([], np.int64), np.array([], np.int64))
    assert 0.0 < found.exceeding < 0.5
    assert of_members([12] * 20) > 3.0


def test_a_ring_whose_members_all_do_what_nobody_does_is_told_on() -> None:
    assert of_members([12] * 20) == MOST
    five, twenty = (of_members([12] * members, most=100.0) for members in (5, 20))
    assert 3.0 < five < twenty


def test_members_are_counted_not_likes() -> None:
    """One friend whose phone loses every view is no ring."""
    one_friend = [120] + [0] * 9
    trials = np.full(10, 120)
    assert habit("ring_unseen", np.array(one_friend), trials, usual(0.03), MOST).bits <= 0.0


def test_a_ring_that_acts_as_others_do_is_hardly_spoken_for() -> None:
    dice = np.random.default_rng(2)
    bits = [of_members(people(dice, 30, 12, 0.03).tolist()) for _ in range(200)]
    assert np.mean(np.exp2(bits)) <= 1.0, "an e-value of honest groups"
    assert min(bits) >= -1.5, "a careful seller leaves no trace either"


def test_a_log_that_loses_many_views_expects_more() -> None:
    hits = [4] * 20
    assert of_members(hits, share=0.03) > of_members(hits, share=0.4) <= 0.0


def test_members_without_enough_likes_have_no_habit() -> None:
    found = habit("ring_unseen", np.array([1] * 9), np.array([1] * 9), usual(0.03), MOST)
    assert found.bits == 0.0
    assert found.facts["members"] == 0


def test_facts_are_shares_in_percent() -> None:
    found = habit("ring_unseen", np.array([6, 0]), np.array([12, 12]), usual(0.05), MOST)
    assert found.facts["percent"] == 25.0
    assert found.facts["usual_percent"] == pytest.approx(5.0, abs=1.0)
    assert (found.facts["exceeding"], found.facts["members"]) == (1, 2)


@pytest.mark.parametrize("most", [1.5, 8.0])
def test_crowding_is_bounded_and_never_speaks_for_a_ring(most: float) -> None:
    assert crowding("ring_devices", 30, 30, 0.01, 5, most).bits == most
    assert crowding("ring_devices", 0, 30, 0.01, 5, most).bits == 0.0
    assert crowding("ring_devices", 0, 0, 0.01, 5, most).bits == 0.0


def test_crowding_counts_for_less_where_everybody_crowds() -> None:
    rare, common = (
        crowding("ring_addresses", 12, 30, share, 5, MOST).bits for share in (0.01, 0.45)
    )
    assert rare > 3.0
    assert common < 1.0
