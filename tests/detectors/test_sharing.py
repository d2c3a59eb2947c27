"""Places: who shares one, and whom sharing does not make suspect."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.detectors.logs import find

from zhenzan.detectors.address import Address
from zhenzan.detectors.device import Device
from zhenzan.detectors.examples import Row, honest_log, like
from zhenzan.detectors.sharing import MOST_ACCOUNTS, positions, runs

columns = st.lists(st.tuples(st.integers(0, 3), st.integers(-2, 2)), max_size=30)


@given(columns)
def test_positions_number_the_combinations(rows: list[tuple[int, int]]) -> None:
    left, right = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    distinct = sorted(set(rows))
    assert positions(left, right).tolist() == [distinct.index(row) for row in rows]


@given(columns.map(sorted))
def test_runs_are_positions_of_sorted_rows(rows: list[tuple[int, int]]) -> None:
    left, right = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    assert runs(left, right).tolist() == positions(left, right).tolist()


def rack(bots: int, orders: int, **place: str) -> list[Row]:
    return [
        like(f"s{bot:02}", f"job{order}", 50_000 * order + 90 * bot, **place)
        for bot in range(bots)
        for order in range(orders)
    ]


def bits_of(log_of: Any, rows: list[Row], detector: Any = None, authors: Any = None) -> float:
    with log_of(rows, authors) as log:
        found = find(detector or Device(), log)
    return max((f.bits for f in found if f.entity.startswith("s")), default=0.0)


def test_more_accounts_on_a_device_say_more(log_of: Any) -> None:
    honest = honest_log()
    bits = [bits_of(log_of, [*honest, *rack(n, 12, device_id="rack")]) for n in (2, 4, 24)]
    assert all(fewer < more for fewer, more in pairwise(bits))


def test_a_couple_is_worth_one_bit(log_of: Any) -> None:
    assert bits_of(log_of, [*honest_log(), *rack(2, 40, device_id="sofa")]) <= 1.0


def test_one_series_is_one_coincidence(log_of: Any) -> None:
    rows = [*honest_log(), *rack(10, 12, device_id="tablet")]
    series = {f"job{order}": "studio" for order in range(12)}
    assert bits_of(log_of, rows, authors=series) == 0
    apart = {f"job{order}": f"studio{order}" for order in range(12)}
    assert bits_of(log_of, rows, authors=apart) > 2


def test_strangers_on_one_machine_are_left_alone(log_of: Any) -> None:
    dice = random.Random(1)
    rows = [
        like(
            f"s{n:02}",
            f"c{dice.randrange(80)}",
            dice.uniform(0, 1e6),
            device_id="café",
            ip="1.1.1.1",
        )
        for n in range(50)
        for _ in range(12)
    ]
    for detector in (Device(), Address()):
        assert bits_of(log_of, [*honest_log(), *rows], detector) < 1.5


def test_a_placeholder_is_no_device(log_of: Any) -> None:
    rows = [*honest_log(), *rack(20, 12, device_id="0000")]
    assert bits_of(log_of, rows) > 2
    rows += [
        like(f"x{n}", f"c{n % 80}", 1_000 + 300.0 * n, device_id="0000")
        for n in range(MOST_ACCOUNTS)
    ]
    assert bits_of(log_of, rows) == 0


def test_the_strongest_device_counts(log_of: Any) -> None:
    rows = [*honest_log(), *rack(12, 12, device_id="rack")]
    alone = bits_of(log_of, rows)
    second = [
        like(f"s{bot:02}", f"more{n}", 400_000 + 70 * n, device_id="other")
        for bot in range(2)
        for n in range(4)
    ]
    with log_of([*rows, *second]) as log:
        found = [f for f in find(Device(), log) if f.entity == "s00"]
    assert len(found) == 1
    assert dict(found[0].facts)["accounts"] == 12
    assert found[0].bits > alone - 1
