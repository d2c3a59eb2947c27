"""Who is no person: what registration, life, homes and neighbours say of members."""

from __future__ import annotations

import numpy as np
import pytest

from zhenzan.rings.explained import PROVEN_BITS
from zhenzan.rings.homes import HOME, ROOTLESS, UNKNOWN
from zhenzan.rings.staged import beside_members, staged
from zhenzan.rings.witnesses import Witness

STAY = np.array([UNKNOWN, HOME, ROOTLESS])
MEMBERS = np.array([0, 1, 2])


def heard(**bits: float) -> list[Witness]:
    return [Witness(f"ring_{name}", value, {}) for name, value in bits.items()]


@pytest.mark.parametrize(
    ("cohort", "life", "expected"),
    [(0.0, 6.0, 0.0), (0.9, 6.0, 0.0), (1.0, 0.0, 1.0), (1.0, 6.0, 7.0), (4.0, 0.0, 4.0)],
)
def test_accounts_are_staged_where_registration_speaks(
    cohort: float, life: float, expected: float
) -> None:
    """That members like little else may be because the busy ones are harder to find."""
    said = heard(cohort=cohort, dedicated=life, order_times=6.0, conversion=4.0)
    assert staged(MEMBERS, said, STAY).tolist() == [expected] * 3


def test_who_comes_home_does_not_share_the_habit_of_those_who_do_not() -> None:
    said = heard(rootless=5.0, dedicated=2.0, conversion=4.0)
    assert staged(MEMBERS, said, STAY).tolist() == [7.0, 0.0, 7.0]


def test_a_few_without_a_home_do_not_make_the_others_nobody() -> None:
    said = heard(rootless=PROVEN_BITS - 1.0, dedicated=6.0)
    assert staged(MEMBERS, said, STAY)[1] == 0.0
    assert staged(MEMBERS, said, STAY)[2] == PROVEN_BITS - 1.0


def test_neighbours_speak_of_members_only_where_accounts_are_rootless() -> None:
    beside = np.array([4.0, 6.0, 8.0])
    loud, quiet = heard(rootless=PROVEN_BITS), heard(rootless=PROVEN_BITS - 0.1)
    assert beside_members(MEMBERS, loud, STAY, beside).tolist() == [4.0, 0.0, 8.0]
    assert not beside_members(MEMBERS, quiet, STAY, beside).any()
    assert not beside_members(MEMBERS, [], STAY, beside).any()
