"""Who likes hardly anything but the targets, among those who are as active."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.rings import found

from zhenzan.detectors.examples import Row, like
from zhenzan.rings.life import FEWEST_OTHERS, MOST_DEDICATED_BITS, dedicated, hear_lives, rarity

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rings.found import Groups

    from zhenzan.rings.witnesses import Witness

TARGETS = tuple(f"t{n}" for n in range(10))


def others(count: int = 300, most: int = 40, seed: int = 1) -> list[Row]:
    """People who like one to ``most`` posts each, any number as often as any other."""
    dice = random.Random(seed)
    return [
        like(f"p{n}", f"c{k}", 60.0 * n + k)
        for n in range(count)
        for k in range(dice.randint(1, most))
    ]


def ring(
    name: str, members: int, targets: int, most: int, least: int = 0
) -> tuple[list[Row], Groups]:
    """Members who like so many targets each, and ``least`` to ``most`` other posts in turn."""
    who, what = tuple(f"{name}{n}" for n in range(members)), TARGETS[:targets]
    rows = [like(m, t, 900.0 * n) for m in who for n, t in enumerate(what)]
    rows += [
        like(m, f"c{k}", 90_000.0 + k)
        for i, m in enumerate(who)
        for k in range(least + 7 * i % (most - least + 1))
    ]
    return rows, [(who, what)]


def heard(folder: Path, rows: list[Row], *rings: tuple[list[Row], Groups]) -> dict[int, Witness]:
    groups = [group for _, found in rings for group in found]
    log = found.build(folder, [*rows, *(row for made, _ in rings for row in made)], groups)
    said = dict(hear_lives(log.engine))
    log.engine.close()
    return said


def test_rarity_is_a_share_of_those_who_are_as_active() -> None:
    """Nine others: of the five with at least 5 likes, two have no more than 6."""
    likes = np.array([1, 1, 2, 4, 5, 6, 7, 20, 30])
    found = rarity(np.array([5, 5, 1, 20, 40]), np.array([6, 5, 30, 20, 40]), likes)
    assert found.tolist() == [
        pytest.approx((2 + 1) / (5 + 1)),
        pytest.approx((1 + 1) / (5 + 1)),
        1.0,
        pytest.approx((1 + 1) / (2 + 1)),
        1.0,  # nobody is that active: nothing is known
    ]


def test_rarity_falls_with_what_one_likes_besides() -> None:
    likes = np.arange(1, 101)
    rising = rarity(np.full(60, 10), np.arange(10, 70), likes)
    assert rising.tolist() == sorted(rising.tolist())
    assert rising[0] < 0.1
    assert rising[-1] > 0.5


def test_members_as_busy_as_anybody_are_not_spoken_against() -> None:
    """Whatever brings an honest group together, its members' places are evenly spread."""
    dice = np.random.default_rng(1)
    assert {dedicated(dice.random(n), 0.5).bits for n in (8, 20, 50, 200) for _ in range(50)} == {
        0.0
    }


@pytest.mark.parametrize("middle", [0.05, 0.15, 0.25, 0.4])
def test_members_who_are_all_alike_are_spoken_against(middle: float) -> None:
    """Accounts with the same few cover likes each stand together, wherever that is."""
    dice = np.random.default_rng(2)
    alike = dice.uniform(max(middle - 0.1, 0.0), middle + 0.1, 200)
    assert dedicated(alike, 0.5).bits > 3.0
    busy = dedicated(alike + 0.45, 0.5)
    assert busy.bits == 0.0, "heavy likers have a life outside"


def test_machines_that_do_nothing_else_are_spoken_against(tmp_path: Path) -> None:
    said = heard(tmp_path, others(), ring("m", 20, 10, 0))
    assert said[0].reason_code == "ring_dedicated"
    assert said[0].bits == MOST_DEDICATED_BITS
    assert said[0].facts == {"dedicated": 20, "members": 20, "percent": 100.0}


def test_people_with_a_life_of_their_own_are_not(tmp_path: Path) -> None:
    said = heard(tmp_path, others(), ring("f", 20, 10, 30))
    assert said[0].bits == 0.0
    assert 5 <= said[0].facts["dedicated"] <= 15


def test_in_a_sparse_log_nobodys_life_is_known(tmp_path: Path) -> None:
    """Everybody likes three posts or fewer: that members do so too is nothing rare."""
    said = heard(tmp_path, others(most=3), ring("m", 20, 3, 0))
    assert said[0].bits == 0.0


@pytest.mark.parametrize("count", [FEWEST_OTHERS - 1, FEWEST_OTHERS])
def test_a_few_others_are_not_everybody(tmp_path: Path, count: int) -> None:
    said = heard(tmp_path, others(count), ring("m", 20, 10, 0))
    assert (0 in said) == (count >= FEWEST_OTHERS)


def test_members_of_rings_are_not_among_the_others(tmp_path: Path) -> None:
    """A thousand machines make dedication usual only if they are counted as people."""
    rings = [ring(f"m{k}-", 100, 10, 0) for k in range(4)]
    said = heard(tmp_path, others(120), *rings)
    assert {said[number].bits for number in range(4)} == {MOST_DEDICATED_BITS}


def test_weights_stay_within_bounds_and_grow_with_the_dedicated(tmp_path: Path) -> None:
    bits = []
    for kept in (0, 5, 10, 15, 20):
        folder = tmp_path / str(kept)
        folder.mkdir()
        machines, people = ring("m", kept, 10, 0), ring("f", 20 - kept, 10, 30, 10)
        group = [(machines[1][0][0] + people[1][0][0], TARGETS)]
        [said] = heard(folder, others(), (machines[0] + people[0], group)).values()
        bits.append(said.bits)
    assert bits == sorted(bits)
    assert (bits[0], bits[-1]) == (0.0, MOST_DEDICATED_BITS)
