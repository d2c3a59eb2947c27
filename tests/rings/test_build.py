"""Rings of small markets drawn by hand: who is in them, how sure, of what kind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from tests.detectors import logs
from tests.rings import markets
from tests.rings.scans import scanned

from zhenzan.detectors.run import EMPTY_FOUND
from zhenzan.model import RingKind
from zhenzan.reasons import REASONS
from zhenzan.rings import build_rings
from zhenzan.rings.build import kind_of, one_each
from zhenzan.rings.groups import Group
from zhenzan.rings.witnesses import Witness

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rings.scans import Scanned

BOUGHT = ("rack", "careful", "bare")


@pytest.fixture(params=BOUGHT)
def bought(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """A market with a seller."""
    return scanned(request.param, tmp_path_factory)


@pytest.fixture
def nothing_bought(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """People and a niche community."""
    return scanned("nothing bought", tmp_path_factory)


def members(scan: Scanned, ring: dict[str, Any]) -> set[str]:
    rows = scan.rows("ring_members")
    return {row["account_id"] for row in rows if row["ring_id"] == ring["ring_id"]}


def test_the_seller_is_one_pure_ring(bought: Scanned) -> None:
    [ring] = bought.rows("rings")
    assert ring["score"] >= 0.9
    found = members(bought, ring)
    assert found <= bought.market.pool
    assert len(found) >= 0.9 * len(bought.market.pool)
    assert ring["accounts"] == len(found)
    assert ring["contents"] == len(bought.market.orders)
    sold = sum(account in found for account, _ in bought.market.sold)
    assert ring["likes"] == sold


def test_the_kind_of_ring_is_what_is_proven(tmp_path_factory: pytest.TempPathFactory) -> None:
    for name, kinds in (("rack", {"farm", "direct"}), ("careful", {"lockstep", "crowd"})):
        assert {ring["kind"] for ring in scanned(name, tmp_path_factory).rows("rings")} <= kinds


def test_a_niche_community_is_a_group_that_means_it(
    nothing_bought: Scanned, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It is looked at, since it acts together; it is no ring, whoever else is bought."""
    rack = scanned("rack", tmp_path_factory)
    for scan, established in ((nothing_bought, 0), (rack, 1)):
        assert scan.summary["rings"]["total"] == established
        assert scan.summary["rings"]["groups_looked_at"] > established
        assert not {r["account_id"] for r in scan.rows("ring_members")} & scan.market.niche


def test_where_nothing_is_bought_there_is_no_ring(nothing_bought: Scanned) -> None:
    assert nothing_bought.rows("rings") == []
    assert nothing_bought.rows("ring_members") == []


def test_nobody_is_in_two_rings(bought: Scanned) -> None:
    accounts = [row["account_id"] for row in bought.rows("ring_members")]
    assert len(accounts) == len(set(accounts))


def test_the_evidence_adds_up(bought: Scanned) -> None:
    for ring in bought.rows("rings"):
        evidence = json.loads(ring["evidence"])
        bits = evidence["prior_bits"] + sum(w["weight"] for w in evidence["witnesses"])
        assert ring["score"] == pytest.approx(1 / (1 + 2 ** -np.clip(bits, -24, 24)), abs=2e-6)
        weights = [w["weight"] for w in evidence["witnesses"]]
        assert weights == sorted(weights, reverse=True)
        for witness in evidence["witnesses"]:
            assert witness["family"] == REASONS[witness["reason_code"]].family
        assert ring["first_ts"] <= ring["last_ts"]


def test_a_rings_name_depends_on_its_members_only(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    names: dict[tuple[str, ...], str] = {}
    for scan in (scanned(name, tmp_path_factory) for name in BOUGHT):
        for ring in scan.rows("rings"):
            who = tuple(sorted(members(scan, ring)))
            assert names.setdefault(who, ring["ring_id"]) == ring["ring_id"]
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("rows", [0, 1], ids=["no pairs", "one pair"])
def test_without_groups_every_table_is_there_and_empty(tmp_path: Path, rows: int) -> None:
    log = logs.build(tmp_path, markets.people(12).rows[:200])
    log.engine.create("found", EMPTY_FOUND)
    if rows:
        pair = log.engine.query("SELECT * FROM found").schema.empty_table().to_pylist()
        pair.append(
            {"entity_type": "pair", "entity": 0, "other": 1, "detector": "coaction", "version": 1,
             "millibits": 9_000, "reason_code": "pair_common_contents", "evidence": "{}"}
        )  # fmt: skip
        schema = log.engine.query("SELECT * FROM found").schema
        log.engine.register("found", pa.Table.from_pylist(pair, schema))
    build_rings(log.engine, log.present)
    for table, columns in (
        ("group_members", ["ring", "account"]),
        ("group_targets", ["ring", "content"]),
        ("ring_list", ["ring", "ring_id", "kind", "millibits"]),
        ("ring_witnesses", ["ring", "reason_code", "millibits", "evidence"]),
        ("ring_evidence", ["ring", "evidence"]),
        ("ring_likes", ["ring", "like"]),
    ):
        stored = log.engine.query(f"SELECT * FROM {table}")
        assert stored.num_rows == 0
        assert set(columns) <= set(stored.schema.names)
        assert pa.types.is_integer(stored.schema.field("ring").type)


def test_the_same_accounts_are_one_ring() -> None:
    """Or two rings would have one name, which is their members'."""
    shared, others = np.array([1, 4, 7]), np.array([1, 4, 8])
    found = [
        Group(shared, np.array([10, 30]), np.array([9.0, 8.0, 7.0])),
        Group(others, np.array([40]), np.array([1.0, 1.0, 1.0])),
        Group(shared, np.array([20, 30]), np.array([3.0, 2.0, 1.0])),
    ]
    first, second = one_each(found)
    assert (first.members.tolist(), first.targets.tolist()) == ([1, 4, 7], [10, 20, 30])
    assert first.belonging.tolist() == [9.0, 8.0, 7.0]
    assert (second.members.tolist(), second.targets.tolist()) == ([1, 4, 8], [40])


def witness(name: str, bits: float, **facts: float) -> Witness:
    return Witness(f"ring_{name}", bits, dict(facts))


LIVED = [witness("order_times", 12.0), witness("dedicated", 0.0, percent=10.0)]
"""Surely bought, by no more than is needed; a tenth of what the members like is errands."""


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        ([], RingKind.LOCKSTEP),
        ([witness("order_times", 6.0)], RingKind.LOCKSTEP),
        ([witness("devices", 8.0, percent=100.0)], RingKind.FARM),
        ([witness("devices", 0.5, percent=10.0)], RingKind.LOCKSTEP),
        (
            [witness("unseen", 8.0, percent=99.0), witness("deviceless", 6.0, percent=98.0)],
            RingKind.DIRECT,
        ),
        (
            [witness("unseen", 8.0, percent=99.0), witness("deviceless", -1.0, percent=1.0)],
            RingKind.LOCKSTEP,
        ),
        (
            [witness("unseen", 4.0, percent=40.0), witness("deviceless", 6.0, percent=98.0)],
            RingKind.LOCKSTEP,
        ),
        ([witness("reciprocal", 5.0, density_percent=80.0)], RingKind.MUTUAL),
        (LIVED, RingKind.CROWD),
        ([*LIVED[:-1], witness("dedicated", 0.0, percent=26.0)], RingKind.LOCKSTEP),
        ([*LIVED[:-1], witness("dedicated", 1.0, percent=10.0)], RingKind.LOCKSTEP),
        ([*LIVED, witness("cohort", 1.0)], RingKind.LOCKSTEP),
        ([*LIVED, witness("glanced", -1.0)], RingKind.LOCKSTEP),
        ([*LIVED, witness("devices", 8.0, percent=100.0)], RingKind.FARM),
        ([witness("ledger", 3.0, percent=70.0)], RingKind.EXCHANGE),
        ([witness("ledger", 2.9, percent=69.0)], RingKind.LOCKSTEP),
        ([witness("ledger", 6.0), witness("reciprocal", 5.0)], RingKind.MUTUAL),
        ([witness("courtesy", -3.0)], RingKind.COURTESY),
        ([witness("courtesy", -3.0), witness("unseen", 20.0)], RingKind.LOCKSTEP),
        ([witness("courtesy", -2.9)], RingKind.LOCKSTEP),
        ([witness("own_addresses", 4.0), witness("ordered_posts", -3.0)], RingKind.MATRIX),
        ([witness("own_addresses", 4.0)], RingKind.MATRIX),
        ([witness("own_addresses", 4.0), witness("ordered_posts", 0.1)], RingKind.LOCKSTEP),
        ([witness("own_addresses", 4.0), witness("devices", 8.0)], RingKind.FARM),
        ([witness("own_addresses", 4.0), witness("ledger", 6.0)], RingKind.EXCHANGE),
        ([witness("unseen", 8.0, percent=99.0)], RingKind.DIRECT),
    ],
)
def test_kinds(heard: list[Witness], kind: RingKind) -> None:
    assert kind_of(heard) is kind
