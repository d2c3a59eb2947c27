"""Witnesses on time: signs and bounds against small cases whose answer is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from zhenzan.model import CORROBORATION_BITS
from zhenzan.model import MICROSECONDS_PER_HOUR as HOUR_US
from zhenzan.rings.times import (
    MOST_SLEEPLESS_BITS,
    Spreads,
    Times,
    by_hour,
    days,
    order_times,
    sleepless,
    spreads,
    synchrony,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

CONTENTS, EACH = 12, 20
"""Targets, and the ring's likes of each."""


def times(delay_h: npt.NDArray[np.float64], audience_h: npt.NDArray[np.float64]) -> Times:
    """Likes of the ring by content (rows) beside other people's views, hours after publication."""
    content = np.repeat(np.arange(len(delay_h)), delay_h.shape[1])
    before = [
        int((others < like).sum())
        for likes, others in zip(delay_h, audience_h, strict=True)
        for like in likes
    ]
    return Times(
        content=content.astype(np.int64),
        delay=(delay_h.ravel() * HOUR_US).astype(np.int64),
        before=np.array(before, np.int64),
        audience=np.full(len(content), audience_h.shape[1], np.int64),
    )


def law(dice: np.random.Generator, count: int) -> npt.NDArray[np.float64]:
    """When people come: within a day or two of publication, one law for all contents."""
    return dice.exponential(20.0, (CONTENTS, count))


def test_deliveries_at_each_targets_own_moment_speak_against() -> None:
    dice = np.random.default_rng(1)
    moment = dice.uniform(1, 60, (CONTENTS, 1))
    ring = moment + dice.uniform(0, 2, (CONTENTS, EACH))
    found = order_times(times(ring, law(dice, 80)), published=True)
    assert found.bits >= 3.0
    assert found.facts["contents"] == CONTENTS
    assert found.facts["effect_percent"] > 70.0


def test_one_law_for_all_targets_speaks_for() -> None:
    dice = np.random.default_rng(2)
    found = order_times(times(law(dice, EACH), law(dice, 80)), published=True)
    assert found.bits < 0.0
    assert found.facts["effect_percent"] < 20.0


def test_fans_who_are_always_first_speak_for() -> None:
    dice = np.random.default_rng(3)
    ring = dice.exponential(0.2, (CONTENTS, EACH))
    found = order_times(times(ring, law(dice, 80)), published=True)
    assert found.bits < 0.0


def test_a_push_that_moves_everybodys_clock_is_no_delivery() -> None:
    """Each content is pushed at a time of its own, and its whole audience comes with the ring."""
    dice = np.random.default_rng(4)
    push = dice.uniform(1, 60, (CONTENTS, 1))
    ring, others = push + dice.exponential(1.0, (CONTENTS, EACH)), push + law(dice, 80) / 20.0
    found = order_times(times(ring, others), published=True)
    assert found.bits <= 0.0
    without_clock = times(ring, others[:, :5])
    assert order_times(without_clock, published=True).bits > 0.0, (
        "without an audience the push cannot be seen"
    )


def test_delays_alone_say_less_than_the_contents_own_clock() -> None:
    dice = np.random.default_rng(5)
    moment = dice.uniform(1, 60, (CONTENTS, 1))
    ring = moment + dice.uniform(0, 2, (CONTENTS, EACH))
    clocked = order_times(times(ring, law(dice, 80)), published=True)
    alone = order_times(times(ring, law(dice, 5)), published=True)
    assert 0.0 < alone.bits < CORROBORATION_BITS < clocked.bits


def test_delays_since_the_first_like_never_speak_for_a_ring() -> None:
    """A steady drip looks alike on all targets; where publication is known that is a habit."""
    dice = np.random.default_rng(5)
    drip = times(dice.uniform(0, 900, (CONTENTS, EACH)), law(dice, 5))
    assert order_times(drip, published=True).bits < 0.0
    assert order_times(drip, published=False).bits == 0.0


@pytest.mark.parametrize(("contents", "each"), [(0, 0), (2, 20), (12, 1)])
def test_too_little_to_tell_says_nothing(contents: int, each: int) -> None:
    ring = np.arange(contents * each, dtype=np.float64).reshape(contents, each)
    assert order_times(times(ring, np.zeros((contents, 40))), published=True).bits == 0.0


def test_times_of_a_ring_are_rows_of_all() -> None:
    dice = np.random.default_rng(6)
    both = times(law(dice, EACH), law(dice, 80))
    part = both.at(slice(EACH, 3 * EACH))
    assert part.content.tolist() == [1] * EACH + [2] * EACH


def test_spreads_are_median_absolute_deviations() -> None:
    content = np.array([4, 9, 4, 4, 9, 4, 7])
    ts = np.array([10, 100, 14, 11, 300, 40, 5])
    found = spreads(content, ts, 2)
    assert found.likes.tolist() == [4, 2]
    assert found.spread.tolist() == [2.0, 100.0]
    assert spreads(content, ts, 3).spread.tolist() == [2.0]


def same(count: int, likes: int, spread_us: float) -> Spreads:
    return Spreads(np.full(count, likes), np.full(count, spread_us))


def usual_spreads(likes: int, count: int = 500) -> Spreads:
    spread = np.random.default_rng(7).lognormal(np.log(5 * HOUR_US), 1.0, count)
    return Spreads(np.full(count, likes), spread)


def test_likes_closer_together_than_anybodys_speak_against() -> None:
    elsewhere = usual_spreads(likes=20)
    close = same(10, 20, 2e6)
    assert synchrony(close, elsewhere).bits > 2.0
    assert synchrony(same(10, 20, 5.0 * HOUR_US), elsewhere).bits == 0.0
    assert synchrony(same(2, 20, 2e6), elsewhere).bits == 0.0, "two targets are a coincidence"
    assert synchrony(close, usual_spreads(20, count=5)).bits == 0.0, "five contents are no usual"


def test_many_likes_are_compared_with_many() -> None:
    """Posts with five likes often get them in a minute; none with fifty does."""
    few, many = same(400, 5, 6e7), usual_spreads(likes=50, count=200)
    both = Spreads(np.append(few.likes, many.likes), np.append(few.spread, many.spread))
    assert synchrony(same(10, 50, 6e7), both).bits > 2.5
    assert synchrony(same(10, 5, 6e7), both).bits < 1.0


def hours(shares: list[float], likes: int = 2_400) -> Ints:
    return np.round(np.array(shares) / sum(shares) * likes).astype(np.int64)


DAY = [1.0] * 4 + [0.2] * 6 + [2.0] * 14
"""Likes by hour: six hours from 04:00 are quiet."""


def test_who_comes_by_night_as_by_day_is_spoken_against() -> None:
    flat = sleepless(hours([1.0] * 24), hours(DAY))
    assert flat.bits == MOST_SLEEPLESS_BITS
    assert flat.facts["percent"] == pytest.approx(25.0)
    assert flat.facts["usual_percent"] < 5.0


@pytest.mark.parametrize("shift", [0, 8, 20])
def test_people_sleep_wherever_they_live(shift: int) -> None:
    """Another time zone has its night as well, and midnight is no border."""
    assert sleepless(hours(DAY[shift:] + DAY[:shift]), hours(DAY)).bits == 0.0


def test_without_a_night_in_the_log_or_enough_likes_nothing_is_said() -> None:
    flat = hours([1.0] * 24)
    assert sleepless(flat, flat).bits == 0.0
    assert sleepless(flat // 100, hours(DAY)).bits == 0.0


def test_hours_and_days_are_counted_in_utc() -> None:
    ts = np.array([0, HOUR_US, 25 * HOUR_US, 26 * HOUR_US, 27 * HOUR_US])
    assert np.flatnonzero(by_hour(ts)).tolist() == [0, 1, 2, 3]
    assert by_hour(ts).sum() == 5
    content = np.array([1, 2, 3, 3, 3])
    assert days(content, ts) == 2
