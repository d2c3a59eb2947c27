"""How members came to the targets: what the platform brought, and where they went by themselves."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from tests.rings import found
from tests.rings.test_evidence import MEMBERS, RING, TARGETS, heard, strangers, visits

from zhenzan.detectors.examples import Row, like
from zhenzan.rings.ways import MOST_DELIVERED_BITS, MOST_SOUGHT_BITS, delivered, hear_ways

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.rings.witnesses import Witness

USUAL = {"recommend": 0.6, "follow": 0.3, "share": 0.03, "search": 0.05, "profile": 0.02}


def test_what_the_platform_delivered_speaks_for_a_ring() -> None:
    bits = [delivered(by_platform, 100).bits for by_platform in range(101)]
    assert bits == sorted(bits, reverse=True)
    assert bits[0] == 0.0, "that it did not deliver says nothing"
    assert bits[-1] <= -3.0
    assert delivered(0, 0).bits == 0.0


@pytest.mark.parametrize("on", ["like", "view"])
@pytest.mark.parametrize("source", ["recommend", "push"])
def test_what_the_platform_showed_and_was_seen_speaks_for_a_ring(
    tmp_path: Path, source: str, on: str
) -> None:
    [said] = heard(tmp_path, strangers() + visits(source, on=on), RING)
    assert said["ring_delivered"].bits == -MOST_DELIVERED_BITS
    assert said["ring_delivered"].facts == {"percent": 100.0, "likes": 120}


@pytest.mark.parametrize("source", ["follow", "search", "link", "profile"])
def test_what_a_seller_can_arrange_does_not(tmp_path: Path, source: str) -> None:
    [said] = heard(tmp_path, strangers() + visits(source), RING)
    assert said["ring_delivered"].bits == 0.0


def test_a_source_claimed_without_a_view_does_not_count(tmp_path: Path) -> None:
    """A script may write anything into the request that likes."""
    [said] = heard(tmp_path, strangers() + visits("recommend", seen=False), RING)
    assert said["ring_delivered"].facts == {"percent": 0.0, "likes": 120}
    assert said["ring_delivered"].bits == 0.0


def test_where_no_views_are_logged_the_source_is_all_there_is(tmp_path: Path) -> None:
    rows = [row for row in strangers() + visits("push") if row.event_type == "like"]
    [said] = heard(tmp_path, rows, RING)
    assert said["ring_delivered"].bits == -MOST_DELIVERED_BITS


def test_without_sources_nothing_is_said_of_them(tmp_path: Path) -> None:
    [said] = heard(tmp_path, strangers() + visits(None), RING)
    assert "ring_delivered" not in said


def crowd(**ways: float) -> list[Row]:
    """People who come as people do, and members who come to their targets by these ways."""
    dice = random.Random(4)
    rows = []
    for number in range(200):
        for k in range(10):
            (source,) = dice.choices(list(USUAL), list(USUAL.values()))
            rows.append(like(f"p{number}", f"c{dice.randrange(90)}", 600.0 * k, source=source))
    for name in MEMBERS:
        for number, target in enumerate(TARGETS):
            (source,) = dice.choices(list(ways), list(ways.values()))
            rows.append(like(name, target, 9_000.0 * number, source=source))
    return rows


def sought(folder: Path, **ways: float) -> Witness:
    log = found.build(folder, crowd(**ways), RING)
    assert "ring_sought" not in {w.reason_code for _, w in hear_ways(log.engine, log.present)}
    present = log.present | {"contents.author_id"}
    (said,) = [w for _, w in hear_ways(log.engine, present) if w.reason_code == "ring_sought"]
    log.engine.close()
    return said


@pytest.mark.parametrize("way", ["search", "profile", "direct"])
def test_members_who_all_go_there_by_themselves_are_told_on(tmp_path: Path, way: str) -> None:
    said = sought(tmp_path, **{way: 0.5, "follow": 0.5})
    assert said.bits == MOST_SOUGHT_BITS
    assert said.facts["percent"] == pytest.approx(50.0, abs=10.0)
    assert said.facts["usual_percent"] == pytest.approx(7.0, abs=2.0)


@pytest.mark.parametrize("way", ["follow", "recommend", "share"])
def test_fans_and_friends_are_not(tmp_path: Path, way: str) -> None:
    """Who follows an author, or was sent a link by somebody, did not search for the post."""
    assert sought(tmp_path, **{way: 1.0}).bits == 0.0


def test_who_comes_as_people_do_is_not(tmp_path: Path) -> None:
    assert sought(tmp_path, **USUAL).bits < 1.0
