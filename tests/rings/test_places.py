"""Whose addresses are a ring's own, and who only meets there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.rings import found

from zhenzan.detectors.examples import Row, like
from zhenzan.rings.places import (
    HOUSEHOLD,
    MOST_ADDRESSES_BITS,
    MOST_DEVICES_BITS,
    MOST_OWN_ADDRESSES_BITS,
    hear_places,
)

if TYPE_CHECKING:
    from pathlib import Path

MEMBERS = tuple(f"m{n:02}" for n in range(24))
TARGETS = tuple(f"t{n}" for n in range(8))
HALL = "10.9.0.1"
WHERE = frozenset({"device_id", "ip"})


def home(name: str) -> dict[str, str]:
    """An own phone at an own address."""
    number = sum(map(ord, name)) * 7 + int(name[1:])
    return {"device_id": f"phone of {name}", "ip": f"10.{number // 200}.{number % 200}.1"}


def strangers(count: int = 120, at: str | None = None) -> list[Row]:
    """People who like other things, at home or all at one address."""
    return [
        like(name, f"c{(3 * n + k) % 40}", 900.0 * k, **(home(name) | ({"ip": at} if at else {})))
        for n in range(count)
        for name in (f"p{n}",)
        for k in range(4)
    ]


def orders(per_address: int = len(MEMBERS), per_device: int = 1) -> list[Row]:
    """Members like the targets together; so many are at one address and on one device."""
    return [
        like(
            name,
            target,
            3_600.0 * number + n,
            device_id=f"rack {n // per_device}",
            ip=f"10.9.0.{n // per_address}",
        )
        for number, target in enumerate(TARGETS)
        for n, name in enumerate(MEMBERS)
    ]


def life(at: str | None = None, ip: str = "") -> list[Row]:
    """What members like besides: at home, all ``at`` one address, or at groups of addresses."""
    rows = []
    for n, name in enumerate(MEMBERS):
        where = home(name)
        if at or ip:
            where["ip"] = at or f"{ip}.{n // 12}"
        rows += [like(name, f"own{(n + k) % 30}", 50_000.0 + 60 * k, **where) for k in range(3)]
    return rows


def bits(folder: Path, rows: list[Row], code: str, present: frozenset[str] = WHERE) -> float | None:
    log = found.build(folder, rows, [(MEMBERS, TARGETS)])
    said = found.bits(hear_places(log.engine, present), code)
    log.engine.close()
    return said.get(0)


def test_a_ring_that_lives_behind_its_own_addresses_is_spoken_against(tmp_path: Path) -> None:
    rows = strangers() + orders() + life(ip="10.9.1")
    assert bits(tmp_path, rows, "ring_own_addresses") == MOST_OWN_ADDRESSES_BITS


def test_members_without_another_life_have_the_addresses_of_their_orders(tmp_path: Path) -> None:
    rows = strangers() + orders(per_address=12)
    assert bits(tmp_path, rows, "ring_own_addresses") == MOST_OWN_ADDRESSES_BITS


def test_students_who_go_home_are_not(tmp_path: Path) -> None:
    """They like the same posts in one lecture hall, that nobody else uses."""
    assert bits(tmp_path, strangers() + orders() + life(), "ring_own_addresses") == 0.0


def test_liking_a_target_again_is_no_life_at_home(tmp_path: Path) -> None:
    again = [
        like(name, TARGETS[0], 90_000.0 + n, device_id="phone", ip=HALL)
        for n, name in enumerate(MEMBERS)
    ]
    rows = strangers() + orders() + life() + again
    assert bits(tmp_path, rows, "ring_own_addresses") == 0.0


def test_an_address_that_others_use_as_well_is_not_their_own(tmp_path: Path) -> None:
    """A campus, an office, a carrier: most accounts behind it are in no ring."""
    rows = strangers(at=HALL) + orders() + life(at=HALL)
    assert bits(tmp_path, rows, "ring_own_addresses") == 0.0


def test_households_are_no_ring(tmp_path: Path) -> None:
    rows = strangers() + orders(per_address=HOUSEHOLD, per_device=HOUSEHOLD)
    for number, code in enumerate(("ring_own_addresses", "ring_addresses", "ring_devices")):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert bits(folder, rows, code) == 0.0


@pytest.mark.parametrize(
    ("code", "most"),
    [("ring_devices", MOST_DEVICES_BITS), ("ring_addresses", MOST_ADDRESSES_BITS)],
)
def test_crowding_on_devices_says_more_than_behind_an_address(
    tmp_path: Path, code: str, most: float
) -> None:
    assert bits(tmp_path, strangers() + orders(per_device=12), code) == most
    apart = tmp_path / "apart"
    apart.mkdir()
    at_home = [like(m, t, 60.0 * n, **home(m)) for n, t in enumerate(TARGETS) for m in MEMBERS]
    assert bits(apart, strangers() + at_home, code) == 0.0


@pytest.mark.parametrize(
    ("present", "said"),
    [
        (frozenset(), set()),
        (frozenset({"device_id"}), {"ring_devices"}),
        (frozenset({"ip"}), {"ring_addresses", "ring_own_addresses"}),
    ],
)
def test_only_what_the_log_holds_is_asked(
    tmp_path: Path, present: frozenset[str], said: set[str]
) -> None:
    log = found.build(tmp_path, strangers() + orders(), [(MEMBERS, TARGETS)])
    assert {witness.reason_code for _, witness in hear_places(log.engine, present)} == said
    log.engine.close()
