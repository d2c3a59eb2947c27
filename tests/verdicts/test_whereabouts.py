"""Which likes came from elsewhere than their accounts live."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from tests.rings import found

from zhenzan.detectors.examples import Row, like
from zhenzan.verdicts.attribute import RING_SCORES
from zhenzan.verdicts.whereabouts import MOST_PLACE_BITS, read_places

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PEOPLE = tuple(f"p{n:02}" for n in range(60))
TAKEN = tuple(f"t{n:02}" for n in range(15))
ORDERS = tuple(f"order{n}" for n in range(10))
OWN = (TAKEN[0], ORDERS[0])
"""The one target that an owner liked itself, at home."""
VISITOR = (PEOPLE[0], ORDERS[1])
"""A like of a target from a place that its giver uses once, on a carrier's address."""
PROXIES = 120
DAY_S = 86_400.0
Odds = dict[tuple[str, str], tuple[float, float]]


def home(who: str) -> dict[str, str]:
    return {"device_id": f"phone-{who}", "ip": f"10.1.{who[1:]}.{ord(who[0])}"}


def market() -> list[Row]:
    """People and owners like from home; who took the latter's accounts, from proxies of its own."""
    dice = random.Random(2)
    rows = []
    for who in PEOPLE + TAKEN:
        for day in range(12):
            for _ in range(2):
                post = f"c{dice.randrange(200)}"
                rows.append(like(who, post, DAY_S * day + dice.uniform(0, 9_000), **home(who)))
    for who in TAKEN:
        for order, proxy in zip(ORDERS, dice.sample(range(PROXIES), len(ORDERS)), strict=True):
            away = {"device_id": f"emulator-{dice.randrange(8)}", "ip": f"10.9.{proxy}.1"}
            at_s = DAY_S * dice.uniform(0, 12)
            rows.append(like(who, order, at_s, **(home(who) if (who, order) == OWN else away)))
    carrier = {"device_id": "phone-" + VISITOR[0], "ip": "10.200.0.1"}
    rows += [like(who, "c0", 1_000.0, **(home(who) | {"ip": "10.200.0.1"})) for who in PEOPLE[1:40]]
    return [*rows, like(*VISITOR, 2_000.0, **carrier)]


def odds(
    folder: Path, rows: list[Row], *, logged: Callable[[Row], Row] = lambda row: row
) -> tuple[Odds, int]:
    """Bits of each like by account and content, beside members' others and everybody's.

    Also, how many likes have a place.
    """
    log = found.build(folder, [logged(row) for row in rows], [(TAKEN, ORDERS)])
    ring: dict[str, list[Any]] = {"ring": [0], "ring_id": ["r"], "kind": ["crowd"]}
    log.engine.register("ring_list", pa.table(ring | {"millibits": [6_000]}))
    log.engine.create("ring_scores", RING_SCORES)
    read_places(log.engine, log.present)
    table = log.engine.query(
        'SELECT p."like", o.of_members, o.of_others FROM like_place p '
        "JOIN place_odds o ON o.place = p.place"
    ).to_pylist()
    places = log.engine.query("SELECT * FROM like_place").num_rows
    log.engine.close()
    named = [(log.likes[r["like"]], r["of_members"] / 1e3, r["of_others"] / 1e3) for r in table]
    return {(row.account_id, row.content_id): bits for row, *bits in named}, places  # type: ignore[misc]  # two of them


def errands(said: Odds) -> list[tuple[float, float]]:
    return [said[who, order] for who in TAKEN for order in ORDERS if (who, order) != OWN]


def test_orders_on_taken_accounts_come_from_elsewhere(tmp_path: Path) -> None:
    said, places = odds(tmp_path, market())
    assert min(min(bits) for bits in errands(said)) >= 2.0
    assert places == len(market())


def test_what_an_owner_likes_at_home_is_its_own(tmp_path: Path) -> None:
    said, _ = odds(tmp_path, market())
    assert max(said[OWN]) < -1.0
    assert max(said[PEOPLE[3], "c0"]) <= 0.0


def test_a_carriers_address_is_no_proxy(tmp_path: Path) -> None:
    said, _ = odds(tmp_path, market())
    assert max(said[VISITOR]) <= 0.0


def test_no_place_says_more_than_the_bound(tmp_path: Path) -> None:
    said, _ = odds(tmp_path, market())
    assert max(abs(value) for bits in said.values() for value in bits) <= MOST_PLACE_BITS


@pytest.mark.parametrize("unlogged", ["ip", "device_id"])
def test_one_of_the_two_is_enough(tmp_path: Path, unlogged: str) -> None:
    nothing: dict[str, Any] = {unlogged: None}
    said, _ = odds(tmp_path, market(), logged=lambda row: replace(row, **nothing))
    assert min(min(bits) for bits in errands(said)) >= 2.0


def test_without_both_no_place_says_anything(tmp_path: Path) -> None:
    nowhere: dict[str, Any] = {"ip": None, "device_id": None}
    said, places = odds(tmp_path, market(), logged=lambda row: replace(row, **nowhere))
    assert places == len(market())
    assert max(abs(value) for bits in said.values() for value in bits) < 0.1
