"""Charts: Vega-Lite specifications (*.json), filled with numbers and rendered to inline SVG.

Only numbers and the project's own words go into a specification, never a user's text: nothing
that an account chose for its name can become part of a drawing.
"""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import vl_convert
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Numbers = dict[str, float | None]
Time = float
"""Milliseconds since 1970, UTC, as Vega counts."""

DAY_MS = 86_400_000
TICKS = 5
NAME_GAP = 0.1
"""Names of lines keep this share of the drawing's height apart."""

_ROOT = re.compile(r"^<svg [^>]*?viewBox=\"([^\"]*)\">")
_COORDINATES = re.compile(r' (?:d|transform)="[^"]*"')
_LONG_NUMBER = re.compile(r"(\d+\.\d)\d+")
_NO_MARK = re.compile(r'<path class="(?:background|foreground)"[^>]*/>')
_NOISE = re.compile(r' (?:aria-hidden|aria-roledescription|role|pointer-events|class)="[^"]*"')


@cache
def _specification(name: str) -> str:
    return files(__package__).joinpath(f"{name}.json").read_text(encoding="utf-8")


def specification(name: str) -> dict[str, Any]:
    """A fresh copy of a chart's Vega-Lite specification."""
    spec: dict[str, Any] = copy.deepcopy(json.loads(_specification(name)))
    return spec


def dots(points: Iterable[tuple[Time, int]]) -> list[Numbers]:
    """Points as pieces of one line: each a piece of no length, drawn as its round cap.

    One path of 1,500 such pieces takes 20 KB; 1,500 point marks take 390 KB.
    """
    rows: list[Numbers] = []
    for t, m in points:
        rows += [{"t": t, "m": m}, {"t": t, "m": None}]
    return rows


def dot_plot(
    layers: Mapping[str, Sequence[tuple[Time, int]]],
    window: tuple[Time, Time],
    members: int,
    axis_title: str,
    label: str,
) -> Markup:
    """Time × account, a dot a like. Marks differ in shape, so that it reads without colour.

    Args:
        layers: Points (time, member's place from 1) for ``other``, ``target`` and ``fake``.
        window: Start and end of the time axis.
        members: The number of members, the last place on the vertical axis.
        axis_title: Title of the vertical axis, our own words.
        label: What the drawing shows, for whoever does not see it.
    """
    spec = specification("ring")
    spec["datasets"] = {name: dots(points) for name, points in layers.items()}
    _set_time_axis(spec["encoding"]["x"], window)
    vertical = spec["encoding"]["y"]
    vertical["scale"]["domain"] = [0, members + 1]
    vertical["axis"]["values"] = [1, members] if members > 1 else [1]
    vertical["axis"]["title"] = axis_title
    return render(spec, label)


def growth_curve(
    hours: Sequence[Time],
    likes: Sequence[int],
    real: Sequence[float],
    expected: Sequence[float] | None,
    names: tuple[str, str, str],
    label: str,
    nights: Sequence[tuple[Time, Time]] = (),
) -> Markup:
    """Likes added up over time, the part called fake shaded, beside what views predict.

    Each line has its name at its end, so that it reads without colour.

    Args:
        hours: Ends of the hours, rising.
        likes: All likes up to then.
        real: Likes up to then that are not called fake.
        expected: What the content's views up to then predict; None without a view log.
        names: What the lines of ``likes``, ``real`` and ``expected`` are called.
        label: What the drawing shows, for whoever does not see it.
        nights: Start and end of what is to be shaded.
    """
    spec = specification("content")
    predicted: Sequence[float | None] = expected or [None] * len(hours)
    columns = zip(hours, likes, real, predicted, strict=True)
    rows = [{"t": t, "likes": n, "real": r, "expected": e} for t, n, r, e in columns]
    top = max([*likes, *(expected or []), 1]) * 1.05
    ends: list[tuple[float, str]] = [(likes[-1], names[0])]
    if real[-1] < likes[-1]:
        ends.append((real[-1], names[1]))
    if expected:
        ends.append((expected[-1], names[2]))
    spec["datasets"] = {"hours": rows, "names": _names_at(hours[-1], ends, top)}
    spec["datasets"]["nights"] = _shades(nights, top)
    _set_time_axis(spec["encoding"]["x"], (hours[0], hours[-1]))
    for layer in spec["layer"]:
        layer["encoding"]["y"]["scale"]["domain"] = [0, top]
    return render(spec, label)


def steps(
    starts: Sequence[Time],
    step: Time,
    likes: Sequence[int],
    fake: Sequence[float],
    expected: Sequence[float] | None,
    nights: Sequence[tuple[Time, Time]],
    label: str,
) -> Markup:
    """Likes step by step: wide bars, those called fake as narrow ones inside, nights shaded.

    Args:
        starts: When each step begins, rising.
        step: How long each is, ms.
        likes: Likes in each.
        fake: Of these, those called fake.
        expected: What the views in each predict; None without a view log.
        nights: Start and end of each.
        label: What the drawing shows, for whoever does not see it.
    """
    spec = specification("steps")
    predicted: Sequence[float | None] = expected or [None] * len(starts)
    top = max([*likes, *fake, *(expected or []), 1]) * 1.05
    columns = zip(starts, likes, fake, predicted, strict=True)
    spec["datasets"] = {
        "steps": [
            {
                "t": t,
                "end": t + step,
                "start": t + step * 0.3,
                "stop": t + step * 0.7,
                "bottom": 0,
                "likes": n,
                "fake": f,
                "expected": e,
            }
            for t, n, f, e in columns
        ],
        "nights": _shades(nights, top),
    }
    _set_time_axis(spec["encoding"]["x"], (starts[0], starts[-1] + step))
    for layer in spec["layer"]:
        layer["encoding"]["y"]["scale"]["domain"] = [0, top]
    return render(spec, label)


def leaving(
    own: Sequence[float | None], field: Sequence[float], names: tuple[str, str], label: str
) -> Markup:
    """Who is still there after so much of a content.

    Args:
        own: Share of the author's viewers after 0, 1, … tenths, 0–1; None where it is not told.
        field: The same of all viewers.
        names: What the two lines are called.
        label: What the drawing shows, for whoever does not see it.
    """
    spec = specification("leaving")
    last = len(own) - 1
    rows = [
        {"t": i / last, "own": o, "field": f}
        for i, (o, f) in enumerate(zip(own, field, strict=True))
    ]
    told = [share for share in own if share is not None]
    ends = [(told[-1], names[0]), (field[-1], names[1])]
    spec["datasets"] = {"stays": rows, "names": _names_at(1.0, ends, 1.0)}
    return render(spec, label)


def _shades(nights: Sequence[tuple[Time, Time]], top: float) -> list[Numbers]:
    return [{"t": start, "end": end, "bottom": 0, "top": top} for start, end in nights]


def _names_at(
    end: Time, ends: Sequence[tuple[float, str]], top: float
) -> list[dict[str, float | str]]:
    """Where the names of lines stand beside their last points, apart enough to be read."""
    rising = sorted(ends)
    places: list[float] = []
    for value, _ in rising:
        places.append(max(value, places[-1] + top * NAME_GAP if places else 0.0))
    over = max(places[-1] - top, 0.0)
    return [
        {"t": end, "y": place - over, "name": name}
        for place, (_, name) in zip(places, rising, strict=True)
    ]


def render(spec: dict[str, Any], label: str) -> Markup:
    """A specification as SVG that fits its surroundings.

    Args:
        spec: The Vega-Lite specification, with its data.
        label: What the drawing shows, for whoever does not see it.
    """
    # No base URL is allowed: a chart never loads anything.
    svg = vl_convert.vegalite_to_svg(spec, vl_version="6.1", allowed_base_urls=[])
    svg = _NOISE.sub(
        "", _NO_MARK.sub("", svg.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', ""))
    )
    svg = _COORDINATES.sub(lambda found: _LONG_NUMBER.sub(r"\1", found.group()), svg)
    found = _ROOT.match(svg)
    if found is None:
        message = "the drawing does not begin as a drawing does"
        raise RuntimeError(message)
    root = Markup('<svg class="chart" viewBox="{}" role="img" aria-label="{}">')
    rest = Markup(svg[found.end() :])  # noqa: S704  drawn from numbers and our own words
    return root.format(found.group(1), label) + rest


def _set_time_axis(channel: dict[str, Any], window: tuple[Time, Time]) -> None:
    start, end = window
    channel["scale"]["domain"] = [start, max(end, start + 1)]
    channel["axis"]["values"] = time_ticks(start, end)


def time_ticks(start: Time, end: Time) -> list[Time]:
    """At most five round times between two times, ms."""
    minute = 60_000
    steps = [minute * m for m in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)]
    steps += [DAY_MS * d for d in (1, 2, 3, 5, 7, 14, 28, 56, 91, 182, 365, 730, 3650)]
    step = next((s for s in steps if (end - start) / s <= TICKS), steps[-1])
    first = -(-start // step) * step
    return [first + i * step for i in range(int((end - first) // step) + 1)]
