"""Who else was sent to a ring's targets: who came looking, beyond what the content explains."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from tests.rings import found

from zhenzan.detectors.examples import Row, like, view
from zhenzan.detectors.run import EMPTY_FOUND
from zhenzan.model import PRIOR_BITS
from zhenzan.verdicts import attribute
from zhenzan.verdicts.surplus import _surplus, _Usual

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = tuple(f"p{n:02}" for n in range(80))
RING = tuple(f"r{n:02}" for n in range(12))
ORDERS = tuple(f"order{n}" for n in range(6))
ONCE = tuple(f"once{n:02}" for n in range(15))
"""They come looking for the first order, and for a fad that nobody ordered."""
TWICE = "twice"
"""Comes looking for the first two orders."""
RING_BITS = 12.0


def came(who: str, what: str, at_s: float, source: str) -> list[Row]:
    return [view(who, what, at_s, 0.5, source=source), like(who, what, at_s + 9)]


def market() -> list[Row]:
    """People are shown what they like, and look for every tenth; a ring fills six orders."""
    dice = random.Random(1)
    rows = []
    for n, who in enumerate(PEOPLE):
        for k, content in enumerate(dice.sample(range(60), 20)):
            source = "search" if dice.random() < 0.1 else "recommend"
            rows += came(who, f"c{content}", 3_600.0 * k + n, source)
        # Orders have an audience of their own, which is shown them.
        rows += came(who, ORDERS[n % len(ORDERS)], 90_000.0 + n, "recommend")
    for n, who in enumerate(RING):
        for k, order in enumerate(ORDERS):
            rows += came(who, order, 200_000.0 + 900 * k + n, "search")
    for n, who in enumerate(ONCE):
        rows += came(who, ORDERS[0], 300_000.0 + 60 * n, "search")
        rows += came(who, ORDERS[1], 310_000.0 + 60 * n, "recommend")
        rows += came(f"{who} too", ORDERS[2], 320_000.0 + 60 * n, "search")
        rows += came(who, "fad", 330_000.0 + 60 * n, "search")
    return rows + [row for order in ORDERS[:3:2] for row in came(TWICE, order, 340_000.0, "search")]


def bits(
    folder: Path, ring_bits: float, own_bits: float = 0.0, kind: str = "lockstep"
) -> dict[tuple[str, str], float]:
    """What is said of the likes beside the orders, by account and content."""
    folder.mkdir(exist_ok=True)
    log = found.build(folder, market(), [(RING, ORDERS)])
    ring = {"ring": [0], "ring_id": ["r"], "kind": [kind]}
    millibits = [round(1000 * ring_bits)]
    log.engine.register("ring_list", pa.table({**ring, "millibits": millibits}))
    log.engine.create("found", EMPTY_FOUND)
    own = [
        {"entity_type": "like", "entity": number, "detector": "path", "version": 1,
         "millibits": round(1000 * own_bits), "reason_code": "like_without_view", "evidence": "{}"}
        for number in range(len(log.likes)) if own_bits
    ]  # fmt: skip
    schema = log.engine.query("SELECT * FROM found").schema
    log.engine.register("found", pa.Table.from_pylist(own, schema))
    attribute(log.engine, log.present)
    rows = log.engine.query(
        "SELECT * FROM attributed WHERE reason_code = 'like_beside_order'"
    ).to_pylist()
    log.engine.close()
    liked = [(log.likes[row["entity"]], row["millibits"] / 1000) for row in rows]
    return {(one.account_id, one.content_id): weight for one, weight in liked}


def test_who_came_looking_for_an_order_was_probably_sent(tmp_path: Path) -> None:
    said = bits(tmp_path, RING_BITS)
    assert {(who, ORDERS[0]) for who in ONCE} <= said.keys()
    assert min(said.values()) > -PRIOR_BITS["like"], "better than even"
    assert max(said.values()) <= RING_BITS - PRIOR_BITS["like"]


def test_neither_an_audience_nor_a_fad_is_an_order(tmp_path: Path) -> None:
    """Who is shown an order likes it for its own reasons; who finds a fad was sent by nobody."""
    said = bits(tmp_path, RING_BITS)
    assert {content for _, content in said} == {ORDERS[0], ORDERS[2]}
    assert not {account for account, _ in said} & {*PEOPLE, *RING}


def test_two_orders_of_one_seller_say_more_than_one(tmp_path: Path) -> None:
    said = bits(tmp_path, RING_BITS)
    assert said[TWICE, ORDERS[0]] > said[ONCE[0], ORDERS[0]] + 1.0


@pytest.mark.parametrize("ring_bits", [-3.0, 0.0])
def test_a_ring_that_may_be_honest_says_nothing_of_others(tmp_path: Path, ring_bits: float) -> None:
    assert bits(tmp_path, ring_bits) == {}


@pytest.mark.parametrize("kind", ["mutual", "exchange", "matrix"])
def test_who_lifts_its_own_has_nobody_else_to_send(tmp_path: Path, kind: str) -> None:
    assert bits(tmp_path, RING_BITS, kind=kind) == {}


def test_a_like_is_never_surer_for_being_told_twice(tmp_path: Path) -> None:
    alone, own = bits(tmp_path / "0", RING_BITS), bits(tmp_path / "1", RING_BITS, own_bits=2.0)
    for name, weight in alone.items():
        assert own[name] == pytest.approx(weight - 2.0)


def test_the_share_grows_with_those_who_came_and_falls_with_those_expected() -> None:
    sought, members = np.array([3, 6, 9, 12, 25]), np.full(5, 10)
    usual = _Usual(shape=2.0, passed_on=1e-6, many=30.0)
    few, many = (_surplus(sought, np.full(5, mean), members, usual) for mean in (0.5, 5.0))
    assert (np.diff(few) > 0).all()
    assert (few > many).all()
    assert ((many >= 0.0) & (few < 1.0)).all()
    assert many[0] < 0.2, "fewer came than are expected"
    alone = _surplus(np.array([400]), np.array([5.0]), np.array([1]), usual)
    assert alone[0] < 0.5, "one member's seller sent no four hundred"


def test_where_links_are_passed_on_a_crowd_may_be_a_class() -> None:
    sought, expected, members = np.array([38]), np.array([0.2]), np.array([4])
    strange, common = (
        _surplus(sought, expected, members, _Usual(2.0, passed_on, 30.0))[0]
        for passed_on in (1e-9, 0.05)
    )
    assert strange > 0.9
    assert common < 0.5


def test_what_is_usual_is_learned_from_contents_that_nobody_ordered() -> None:
    dice = np.random.default_rng(1)
    expected = np.full(1_000, 4.0)
    count = dice.poisson(dice.gamma(2.0, 2.0, 1_000))
    log_p = np.zeros(1_000)
    count[:20], log_p[:20] = 40, np.log(1e-6)
    learned = _Usual.of(count, expected, log_p)
    assert learned.shape == pytest.approx(2.0, rel=0.3)
    assert learned.passed_on == pytest.approx(0.02, rel=0.2)
    assert learned.many == pytest.approx(40.0, rel=0.1)
