"""Orders that throw-away accounts filled are joined by where the likes came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from tests.detectors import logs

from zhenzan.detectors.examples import like
from zhenzan.detectors.run import EMPTY_FOUND
from zhenzan.model import PRIOR_BITS, RingKind
from zhenzan.rings.build import kind_of
from zhenzan.rings.groups import Group
from zhenzan.rings.throwaways import FEWEST_ACCOUNTS, MOST_SURETY, throwaways

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.detectors.logs import Log

    from zhenzan.detectors.examples import Row
    from zhenzan.rings.witnesses import Witness

Seller = tuple[str, ...]
CONTENT_BITS, LIKE_BITS = 9.0, 6.0
"""What the detector takes the orders and their likes for: log2 odds."""


def order(content: str, accounts: int, pool: str, where: str = "ip") -> list[Row]:
    """Each account likes once, from one of the pool's eight addresses, or devices."""
    return [
        like(f"{content} {pool}{n}", content, 60.0 * n, **{where: f"{pool}.0.0.{n % 8}"})
        for n in range(accounts)
    ]


def rings(
    folder: Path,
    rows: Sequence[Row],
    *,
    known: Sequence[tuple[Seller, Seller]] = (),
    like_bits: float = LIKE_BITS,
    honest: Sequence[Row] = (),
) -> tuple[Log, list[tuple[set[str], set[str], Group, Witness]]]:
    """Rings of these likes, all of which the detector found; ``honest`` ones it did not."""
    log = logs.build(folder, [*rows, *honest])
    ordered = set(rows)
    likes = [number for number, row in enumerate(log.likes) if row in ordered]
    contents = sorted({log.contents.index(row.content_id) for row in rows})
    found = [
        {"entity_type": kind, "entity": entity, "detector": "throwaway", "version": 1,
         "millibits": round(1000 * (bits - PRIOR_BITS[kind])), "reason_code": code,
         "evidence": "{}"}
        for kind, code, bits, entities in (
            ("like", "like_of_throwaway", like_bits, likes),
            ("content", "content_throwaway_likes", CONTENT_BITS, contents),
        )
        for entity in entities
    ]  # fmt: skip
    log.engine.create("found", EMPTY_FOUND)
    schema = log.engine.query("SELECT * FROM found").schema
    log.engine.register("found", pa.Table.from_pylist(found, schema))
    groups = [
        Group(
            np.array(sorted(log.accounts.index(a) for a in who)),
            np.array(sorted(log.contents.index(c) for c in what)),
            np.full(len(who), 20.0),
        )
        for who, what in known
    ]
    return log, [
        (
            {log.accounts[n] for n in group.members.tolist()},
            {log.contents[n] for n in group.targets.tolist()},
            group,
            witness,
        )
        for group, witness in throwaways(log.engine, groups)
    ]


def targets(found: list[tuple[set[str], set[str], Group, Witness]]) -> list[set[str]]:
    return [what for _, what, _, _ in found]


@pytest.mark.parametrize("where", ["ip", "device_id"])
def test_orders_from_the_same_places_are_one_sellers(tmp_path: Path, where: str) -> None:
    rows = [
        row
        for pool, contents in (("10", "abc"), ("20", "de"))
        for content in contents
        for row in order(content, 12, pool, where)
    ]
    _, found = rings(tmp_path, rows)
    assert sorted(map(sorted, targets(found))) == [["a", "b", "c"], ["d", "e"]]
    for who, what, _, witness in found:
        assert len(who) == 12 * len(what)
        assert witness.facts == {"members": len(who), "targets": len(what)}
        assert witness.bits + PRIOR_BITS["ring"] == pytest.approx(CONTENT_BITS), "no surer"
        assert kind_of([witness]) is RingKind.FARM


def test_a_content_that_two_sellers_served_is_told_apart_by_place(tmp_path: Path) -> None:
    rows = [row for c in "abcdefgh" for row in order(c, 16, "10")]
    rows += [row for c in "hijklmno" for row in order(c, 16, "20")]
    _, found = rings(tmp_path, rows)
    assert sorted(map(sorted, targets(found))) == [list("abcdefgh"), list("hijklmno")]
    for who, _, _, _ in found:
        assert len({name.split()[1][:2] for name in who}) == 1, "one pool"


def test_an_address_that_is_mostly_other_peoples_joins_nothing(tmp_path: Path) -> None:
    rows = [row for c in "ab" for row in order(c, 12, "10")]
    carrier = [like(f"p{n}", "z", 9.0 * n, ip=f"10.0.0.{n % 8}") for n in range(200)]
    _, found = rings(tmp_path, rows, honest=carrier)
    assert sorted(map(sorted, targets(found))) == [["a"], ["b"]]


def test_a_single_order_proves_no_farm(tmp_path: Path) -> None:
    _, [(_, _, _, witness)] = rings(tmp_path, order("a", 12, "10"))
    assert kind_of([witness]) is RingKind.LOCKSTEP


def test_nobody_is_surer_than_one_like_allows(tmp_path: Path) -> None:
    _, [(_, _, group, _)] = rings(tmp_path, order("a", 12, "10"), like_bits=13.0)
    assert 1 / (1 + np.exp2(-group.belonging)) == pytest.approx(np.full(12, MOST_SURETY))


@pytest.mark.parametrize(("accounts", "expected"), [(FEWEST_ACCOUNTS - 1, 0), (FEWEST_ACCOUNTS, 1)])
def test_a_handful_is_no_ring(tmp_path: Path, accounts: int, expected: int) -> None:
    assert len(rings(tmp_path, order("a", accounts, "10"))[1]) == expected


def test_what_is_less_than_even_odds_is_no_order(tmp_path: Path) -> None:
    assert not rings(tmp_path, order("a", 12, "10"), like_bits=-0.1)[1]


def test_what_a_group_explains_is_not_explained_twice(tmp_path: Path) -> None:
    rows = order("a", 16, "10")
    in_group = tuple(row.account_id for row in rows[:10])
    _, [(who, _, _, _)] = rings(tmp_path, rows, known=[(in_group, ("a",))])
    assert who == {row.account_id for row in rows[10:]}


def test_without_findings_there_are_no_rings(tmp_path: Path) -> None:
    assert rings(tmp_path, (), honest=order("a", 12, "10"))[1] == []
