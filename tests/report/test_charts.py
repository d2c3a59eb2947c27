"""Charts: valid drawings of every point, in round times, that load nothing."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.report import charts

DAY = charts.DAY_MS
START = 20_000.0 * DAY


def paths(svg: str, colour: str) -> list[str]:
    root = ET.fromstring(svg)  # noqa: S314  drawn by the code under test
    return [one.get("d", "") for one in root.iter("path") if one.get("stroke") == colour]


def curve(
    hours: list[float], likes: list[int], real: list[int], expected: list[float] | None
) -> str:
    return charts.growth_curve(hours, likes, real, expected, ("all", "real", "predicted"), "curve")


def test_every_like_is_a_dot() -> None:
    fake = [(START + i * 1e6, i % 7 + 1) for i in range(300)]
    other = [(START + 5e6, 3)]
    layers = {"fake": fake, "target": [], "other": other}
    svg = charts.dot_plot(layers, (START, START + DAY), 7, "m", "dots")
    (drawn,) = paths(svg, "#c2410c")
    assert drawn.count("M") == 300
    (grey,) = paths(svg, "#8a8781")
    assert grey.count("M") == 1
    assert len(svg) < 20_000


def test_the_first_member_is_on_top_and_time_goes_right() -> None:
    fake = [(START, 1), (START + DAY, 9)]
    layers = {"fake": fake, "target": [], "other": []}
    svg = charts.dot_plot(layers, (START, START + DAY), 9, "m", "dots")
    (drawn,) = paths(svg, "#c2410c")
    first, last = re.findall(r"M([\d.]+),([\d.]+)", drawn)
    assert float(first[0]) < float(last[0])
    assert float(first[1]) < float(last[1])


def test_a_curve_with_and_without_a_prediction() -> None:
    hours = [START + i * 3.6e6 for i in range(48)]
    likes, real = [i * 5 for i in range(48)], [i * 2 for i in range(48)]
    with_views = curve(hours, likes, real, [i * 1.9 for i in range(48)])
    without = curve(hours, likes, real, None)
    assert any(paths(with_views, "#2a6f97"))
    assert not any(paths(without, "#2a6f97"))
    assert any(paths(without, "#1c1b19"))


def test_every_line_has_its_name_beside_it_and_names_stand_apart() -> None:
    svg = curve([START, START + DAY], [0, 100], [0, 99], [0.0, 98.0])
    root = ET.fromstring(svg)  # noqa: S314  drawn by the code under test
    names = {
        one.text: float(str(one.get("transform")).split(",")[1].split(")")[0])
        for one in root.iter("text")
        if one.text in {"all", "real", "predicted"}
    }
    assert names["all"] < names["real"] < names["predicted"]
    places = sorted(names.values())
    assert all(after - before > 11 for before, after in pairwise(places))


def test_a_drawing_says_what_it_is_and_cannot_be_broken_out_of() -> None:
    svg = charts.render(charts.specification("content"), 'a "chart" <b>')
    root = ET.fromstring(svg)  # noqa: S314  drawn by the code under test
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'a "chart" <b>'


def test_a_single_moment_can_be_drawn() -> None:
    assert paths(curve([START], [0], [0], None), "#1c1b19")


def test_a_drawing_names_nothing_that_another_could_name_too() -> None:
    svg = charts.dot_plot(
        {"fake": [(START, 1)], "target": [], "other": []}, (START, START + 1), 1, "m", "dots"
    )
    assert " id=" not in svg
    assert "url(" not in svg


def test_a_chart_loads_nothing() -> None:
    spec = charts.specification("content") | {"data": {"url": "http://127.0.0.1:9/x.json"}}
    with pytest.raises(ValueError, match="not allowed"):
        charts.render(spec, "a chart")


@given(st.floats(0, 1e13), st.floats(1, 1e12))
def test_time_ticks_are_few_and_within(start: float, span: float) -> None:
    ticks = charts.time_ticks(start, start + span)
    assert len(ticks) <= charts.TICKS + 1
    assert all(start <= tick <= start + span for tick in ticks)


def test_time_ticks_are_round() -> None:
    assert charts.time_ticks(START, START + 5 * DAY) == [START + i * DAY for i in range(6)]
