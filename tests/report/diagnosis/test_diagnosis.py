"""A diagnosis as data: advice only where a figure warrants it, and nobody singled out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from zhenzan.errors import CallError
from zhenzan.report.diagnosis import diagnose
from zhenzan.report.diagnosis.advice import BY_MEASURE
from zhenzan.report.diagnosis.honest_count import honest_count
from zhenzan.report.texts import entries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


COUNTED = {"search": {"search"}, "community": {"follow", "profile"}}


def row(likes: int, removed: int, discounted: int = 0) -> dict[str, Any]:
    real = likes - removed - discounted / 2
    around = {"true_likes": real, "low": max(real - 1, 0), "high": min(real + 1, likes)}
    return {"likes": likes, "removed": removed, "discounted": discounted, **around}


@pytest.mark.parametrize(
    ("counts", "near", "bounds"),
    [
        ((500, 200), 300, (299, 301)),
        ((500, 0), 500, (499, 500)),
        ((500, 3), None, (491, 500)),
        ((500, 9), None, (491, 500)),
        ((500, 10), 490, (489, 491)),
        ((500, 495), None, (0, 9)),
        ((500, 500), 0, (0, 1)),
        ((7, 3), None, (0, 7)),
    ],
)
def test_a_count_tells_of_no_small_group(
    counts: tuple[int, int], near: float | None, bounds: tuple[float, float]
) -> None:
    count = honest_count(row(*counts))
    assert count.near == near
    assert (count.at_least, count.at_most) == bounds


def test_an_author_is_found_or_the_nearest_are_named(scans: Callable[[str], Path]) -> None:
    assert diagnose(scans("three_rings"), "author7").author_id == "author7"
    with pytest.raises(CallError) as caught:
        diagnose(scans("three_rings"), "autor17")
    assert "autor17" in caught.value.sentence
    assert "author17" in caught.value.hint
    with pytest.raises(CallError, match="no author"):
        diagnose(scans("three_rings"), "author7", ["nobody"])


def test_peers_are_each_once_and_never_oneself(scans: Callable[[str], Path]) -> None:
    found = diagnose(scans("three_rings"), "author7", ["author3", "author7", "author3"])
    assert [peer.author_id for peer in found.peers] == ["author3"]


def test_advice_hangs_on_a_figure(scans: Callable[[str], Path]) -> None:
    for number in range(20):
        found = diagnose(scans("three_rings"), f"author{number}")
        problems = {f.measure.name for f in found.figures if f.standing == "problem"}
        warranted = {BY_MEASURE[name] for name in problems & set(BY_MEASURE)}
        given = [one.name for one in found.advice]
        assert len(given) == len(set(given))
        assert warranted == set(given) & set(BY_MEASURE.values())
        assert ("bought" in given) == (found.count.boosted > 0)
        assert ("leaving" in given) <= ("completion" in given)
        for one in found.advice:
            assert {one.name, f"{one.name}_figure"} <= set(entries()["advice"])


def test_who_does_well_gets_no_advice_to_do_better(scans: Callable[[str], Path]) -> None:
    worst, best = (diagnose(scans("no_rings"), f"author{n}") for n in (0, 19))
    assert {"completion", "leaving", "keywords"} <= {one.name for one in worst.advice}
    assert {"completion", "leaving", "keywords"}.isdisjoint({one.name for one in best.advice})
    assert "community" in {one.name for one in best.advice}


def test_bought_likes_are_told_of_and_not_held_against(scans: Callable[[str], Path]) -> None:
    found = diagnose(scans("three_rings"), "author3")
    assert found.count.boosted == len(found.boosted) > 0
    assert all(one.count.at_most < one.count.likes for one in found.boosted)


def test_no_number_of_a_small_group_is_in_the_data(scans: Callable[[str], Path]) -> None:
    for number in (0, 7, 19):
        told = diagnose(scans("three_rings"), f"author{number}").to_dict()
        for way in told["ways"]:
            assert way["views"] in (None, 0) or way["views"] >= 10
            assert way["likes"] in (None, 0) or way["likes"] >= 10
        for stay in told["leaving"]["stays"]:
            if stay["own"] is not None:
                left = told["leaving"]["viewers"] * stay["own"]
                assert round(left) == 0 or round(left) >= 10
        for _, likes in told["mix"]:
            assert likes is None or likes >= 10
        hidden = {way["source"] for way in told["ways"] if way["views"] is None}
        for figure in told["figures"]:
            if figure["measure"] in {"search", "community"} and hidden & COUNTED[figure["measure"]]:
                assert figure["value"] is figure["quantile"] is figure["part"] is None
        for figure in told["figures"]:
            if figure["value"] is None:
                assert figure["low"] is figure["high"] is None
    assert json.loads(json.dumps(told)) is not None


def test_a_log_without_views_says_so(scans: Callable[[str], Path]) -> None:
    found = diagnose(scans("unknown"), "author2")
    assert found.leaving is None
    assert found.ways == ()
    assert found.posting is None
    assert found.curve is None or found.curve.expected is None


def test_a_scan_without_authors(scans: Callable[[str], Path]) -> None:
    with pytest.raises(CallError, match="does not know who wrote what"):
        diagnose(scans("no_likes"), "author1")
