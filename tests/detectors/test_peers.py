"""What is expected of a content is what its peers have, whatever was delivered to some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from zhenzan.detectors.peers import FEWEST_LIKES, LIVES, MOST_BITS, excess

if TYPE_CHECKING:
    import numpy.typing as npt

    from zhenzan.detectors.peers import Excess

    Ints = npt.NDArray[np.int64]

CONTENTS, OTHERS, RATE = 300, 200, 0.05
SMALL = LIVES[0]
"""Events of an account that hardly exists."""


def platform(seed: int, spread: float = 0.2) -> Ints:
    """Likes by small accounts of each content: a rate that varies, on 200 likes by others."""
    dice = np.random.default_rng(seed)
    rate = RATE * dice.gamma(1.0 / spread, spread, CONTENTS)
    return np.asarray(dice.poisson(rate * OTHERS), dtype=np.int64)


def found(small: Ints, small_events: int = SMALL) -> Excess:
    """The excess where content c has ``small[c]`` likes by small accounts, and 200 by others."""
    nobody = np.zeros(CONTENTS, np.int64)
    count = np.stack([small if small_events <= most else nobody for most in LIVES])
    return excess(np.arange(CONTENTS), small + OTHERS, count)


def test_honest_contents_are_hardly_ever_found() -> None:
    assert sum(len(found(platform(seed)).content) for seed in range(40)) <= 2


def test_what_is_expected_is_what_peers_have() -> None:
    small = platform(1)
    small[7] += 100
    seen = found(small)
    assert seen.content.tolist() == [7]
    assert seen.count.tolist() == [small[7]]
    assert seen.expected[0] == pytest.approx(RATE * OTHERS, rel=0.1)
    assert 5.0 < seen.bits[0] <= MOST_BITS


def test_a_third_that_is_delivered_does_not_hide_itself() -> None:
    small = platform(2)
    small[::3] += 100
    seen = found(small)
    assert seen.content.tolist() == list(range(0, CONTENTS, 3))
    assert seen.expected == pytest.approx(RATE * OTHERS, rel=0.1)


def test_where_small_accounts_are_usual_they_are_no_excess() -> None:
    """A day's sample, in which most accounts have one event."""
    assert not len(found(platform(3) + 400).content)


@pytest.mark.parametrize(("delivered", "bought"), [(FEWEST_LIKES - 1, 0), (FEWEST_LIKES, 1)])
def test_fewer_likes_are_no_delivery(delivered: int, bought: int) -> None:
    small = np.zeros(CONTENTS, np.int64)
    small[4] = delivered
    assert len(found(small).content) == bought


@pytest.mark.parametrize("events", [1, 2, 3, 8, 9, 16])
def test_the_look_is_at_accounts_no_larger_than_needed(events: int) -> None:
    small = np.zeros(CONTENTS, np.int64)
    small[4] = 60
    [life] = found(small, events).life.tolist()
    assert life == min(most for most in LIVES if most >= events)


def test_accounts_with_more_events_exist() -> None:
    small = np.zeros(CONTENTS, np.int64)
    small[4] = 60
    assert not len(found(small, LIVES[-1] + 1).content)


def test_without_likes_nothing_is_found() -> None:
    nothing = np.array([], np.int64)
    assert len(excess(nothing, nothing, np.stack([nothing] * len(LIVES))).content) == 0
