"""Token buckets: fair to each key, and bounded whatever comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.serve.auth.rate_limits import Rate, TokenBuckets, address_key


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_a_steady_rate() -> None:
    clock = Seconds()
    buckets = TokenBuckets(Rate(burst=3, per_second=0.5), clock=clock)
    assert [buckets.wait_seconds("a") for _ in range(4)] == [0, 0, 0, 2]
    assert buckets.wait_seconds("b") == 0
    clock.now = 2
    assert buckets.wait_seconds("a") == 0
    assert buckets.wait_seconds("a") == 2


def test_what_is_given_back_can_be_taken_again() -> None:
    buckets = TokenBuckets(Rate(burst=1, per_second=1), clock=Seconds())
    assert buckets.wait_seconds("a") == 0
    buckets.give_back("a")
    buckets.give_back("a")
    assert buckets.wait_seconds("a") == 0
    assert buckets.wait_seconds("a") > 0


def test_a_flood_of_keys_limits_itself_and_nobody_else() -> None:
    clock = Seconds()
    buckets = TokenBuckets(Rate(burst=5, per_second=1), most=10, clock=clock)
    assert buckets.wait_seconds("regular", 4) == 0
    admitted = sum(buckets.wait_seconds(f"flood {n}") == 0 for n in range(1_000))
    assert len(buckets) == 10
    assert admitted == 9 + 5
    assert buckets.wait_seconds("regular", 2) > 0, "its limit is not forgotten"
    clock.now = 60
    assert buckets.wait_seconds("later") == 0
    assert len(buckets) == 10


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 3)), max_size=60))
def test_never_more_than_burst_and_rate(asked: list[tuple[str, float]]) -> None:
    clock = Seconds()
    buckets = TokenBuckets(Rate(burst=4, per_second=0.5), most=2, clock=clock)
    granted = 0
    for key, pause in asked:
        clock.now += pause
        granted += buckets.wait_seconds(key) == 0
    # Two keys of their own and what is shared; places change hands only once they are full.
    assert granted <= 3 * 4 + len(set("abc")) * (0.5 * clock.now + 4)


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        (None, "unknown"),
    ],
)
def test_what_counts_as_one_address(host: str | None, key: str) -> None:
    assert address_key(host) == key
