"""The panels of a picture, as Vega-Lite; one column a group, the same four panels in each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import vl_convert
from docs.gallery.facts import SHOWN, WAITS_S, Facts, measure

from zhenzan.worlds.parameters import US_PER_DAY, US_PER_HOUR

if TYPE_CHECKING:
    from docs.gallery.groups import Group

    from zhenzan.worlds.columns import Ints, Rows

Spec = dict[str, Any]
INK, GREY, PALE = "#1c1b19", "#a3a09a", "#e9e7e2"
BOUGHT, HONEST, PREDICTED = "#c2410c", "#2a6f97", "#2a6f97"
WIDTH = 208
_FIRST_MARGIN, _MARGIN = 122, 34  # room for the words at the left of a column, px
_ROOM = 58  # between one panel and the next, for axis and title, px
_ROWS = 40  # accounts of a group that are drawn
_DOTS = 2_500  # other likes that are drawn, at most
_WAIT_WORDS = [
    "no view before",
    *(f"{low}–{high} s" for low, high in pairwise((0, *WAITS_S))),
    f"over {WAITS_S[-1]} s",
]
_A_CROWD = 8  # likes of one content; of fewer, the whole curve is shown from the start
_SPANS_H = (1, 3, 6, 12, 24, 48, 96, 168, 336)
_COORDINATES = re.compile(r' (?:d|transform)="[^"]*"')
_LONG_NUMBER = re.compile(r"(\d+\.\d)\d+")
_NOISE = re.compile(
    r' (?:aria-[a-z]+|role|pointer-events|class)="[^"]*"| opacity="1"'
    r'|<path class="(?:back|fore)ground"[^>]*/>'
)


@dataclass(frozen=True)
class Column:
    """One column of a picture.

    Attributes:
        title: What stands above it.
        group: Who is in it.
        facts: What was measured of them.
    """

    title: str
    group: Group
    facts: Facts


def column(title: str, group: Group) -> Column:
    """Measure a group for its column."""
    return Column(title, group, measure(group))


def picture(columns: list[Column], people: Facts) -> str:
    """A picture as SVG.

    Args:
        columns: From left to right.
        people: What was measured of ordinary people, to hold each column against.
    """
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": "#ffffff",
        "padding": 10,
        "spacing": 18,
        "config": _CONFIG,
        "hconcat": [_column(c, people, first=not i) for i, c in enumerate(columns)],
    }
    svg = vl_convert.vegalite_to_svg(spec, vl_version="6.1", allowed_base_urls=[])
    svg = _NOISE.sub("", svg)
    return _COORDINATES.sub(lambda found: _LONG_NUMBER.sub(r"\1", found.group()), svg) + "\n"


_CONFIG: Spec = {
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 10,
        "titleFontSize": 10,
        "titleFontWeight": "normal",
        "labelColor": "#45433f",
        "titleColor": "#45433f",
        "domainColor": "#b9b6af",
        "tickColor": "#b9b6af",
        "gridColor": PALE,
    },
    "title": {"anchor": "start", "fontSize": 11, "fontWeight": "normal", "color": "#45433f"},
}


def _column(shown: Column, people: Facts, *, first: bool) -> Spec:
    colour = BOUGHT if shown.group.bought else HONEST
    margin = _FIRST_MARGIN if first else _MARGIN
    panels = [
        _raster(shown.group, colour, margin),
        _growth(shown.group, colour, margin),
        _waits(shown.facts, people, colour, margin, named=first),
        _shares(shown.facts, people, colour, margin, named=first),
    ]
    words = (
        "Likes, a row an account; small: its other likes",
        "Likes of one content; dashed: what its views predict",
        "Seconds from view to like; tick: ordinary people",
        "Shares; tick: ordinary people",
    )
    for panel, title in zip(panels, words, strict=True):
        panel["title"] = {"text": title if first else " ", "offset": 6}
    heading = {"text": shown.title, "fontSize": 14, "fontWeight": "bold", "color": INK}
    # flush: axes do not push panels about, so that rows of all columns stand level
    return {"title": heading, "spacing": _ROOM, "bounds": "flush", "vconcat": panels}


def _margin(width: int) -> Spec:
    return {"minExtent": width, "maxExtent": width}


def _raster(group: Group, colour: str, margin: int) -> Spec:
    accounts = _rows(group)
    place = {account: row for row, account in enumerate(accounts.tolist(), start=1)}
    others = group.others.take(np.isin(group.others.account, accounts))
    if len(others) > _DOTS:
        others = others.take(np.sort(np.random.default_rng(2).permutation(len(others))[:_DOTS]))
    acts = group.likes.take(np.isin(group.likes.account, accounts))
    days = group.log.world.parameters.days
    return {
        "width": WIDTH,
        "height": 150,
        "encoding": {
            "x": {
                "field": "day",
                "type": "quantitative",
                "scale": {"domain": [0, days], "nice": False},
                "axis": {"title": "day of the log", "grid": False, "tickCount": 7},
            },
            "y": {
                "field": "row",
                "type": "quantitative",
                "scale": {"domain": [len(accounts) + 1, 0], "nice": False, "zero": False},
                "axis": {
                    "title": None,
                    "grid": False,
                    "values": [1, len(accounts)],
                    **_margin(margin),
                },
            },
            "order": {"value": None},
        },
        "layer": [
            _dots(group, others, place, color=GREY, strokeWidth=2),
            _dots(group, acts, place, color=colour, strokeWidth=4),
        ],
    }


def _rows(group: Group) -> Ints:
    """Some members, in order of their first act; families and other small circles together."""
    likes = group.likes
    account, first = np.unique(likes.account, return_index=True)
    if len(account) > _ROWS:
        some = np.sort(np.random.default_rng(3).permutation(len(account))[:_ROWS])
        if group.log.world.crowd[int(account[0])] == "family":
            home = group.log.world.people.household[account]
            some = np.argsort(home, kind="stable")[:_ROWS]
            return np.asarray(account[some])
        account, first = account[some], first[some]
    return np.asarray(account[np.argsort(first, kind="stable")])


def _dots(group: Group, likes: Rows, place: dict[int, int], **mark: object) -> Spec:
    """Dots as pieces of one line, each of no length, drawn as its round caps: a small file."""
    start = group.log.world.parameters.start_us
    values: list[dict[str, float | None]] = []
    days = ((likes.ts - start) / US_PER_DAY).round(3).tolist()
    for day, account in zip(days, likes.account.tolist(), strict=True):
        values += [{"day": day, "row": place[account]}, {"day": day, "row": None}]
    line = {"type": "line", "invalid": "break-paths-show-domains", "strokeCap": "round"}
    return {"data": {"values": values}, "mark": line | mark}


def _growth(group: Group, colour: str, margin: int) -> Spec:
    """Likes of the content with most acts, beside what its views predict."""
    log, content = group.log, _content(group)
    published = int(log.world.contents.published[content])
    all_likes = np.sort(log.likes.ts[log.likes.content == content] - published) / US_PER_HOUR
    acts = np.sort(group.likes.ts[group.likes.content == content] - published) / US_PER_HOUR
    views = np.sort(log.views.ts[log.views.content == content] - published) / US_PER_HOUR
    first, last = float(acts[0]), float(np.quantile(acts, 0.95))
    begin = max(0.0, _round_down(first, last)) if len(acts) >= _A_CROWD else 0.0
    span = next((s for s in _SPANS_H if last - begin < s * 0.9), _SPANS_H[-1])
    hours = begin + np.linspace(0, 1, 121) * span
    rate = log.world.parameters.like_rate
    total = np.searchsorted(all_likes, hours, "right")
    real = total - np.searchsorted(acts, hours, "right")
    expected = np.searchsorted(views, hours, "right") * rate
    rows = [
        {"h": round(float(h), 4), "likes": int(n), "real": int(r), "expected": round(float(e), 2)}
        for h, n, r, e in zip(hours, total, real, expected, strict=True)
    ]
    top = max(int(total.max()), float(expected.max()), 4) * 1.05

    def y(name: str) -> Spec:
        axis = {"title": None, "tickCount": 3, "format": ",d", **_margin(margin)}
        return {
            "field": name,
            "type": "quantitative",
            "scale": {"domain": [0, top], "nice": False},
            "axis": axis,
        }

    def line(name: str, **mark: object) -> Spec:
        return {
            "mark": {"type": "line", **mark},
            "encoding": {"y": y(name)},
        }

    area = {"type": "area", "color": colour, "opacity": 0.3}
    return {
        "width": WIDTH,
        "height": 96,
        "data": {"values": rows},
        "encoding": {
            "x": {
                "field": "h",
                "type": "quantitative",
                "scale": {"domain": [begin, begin + span], "nice": False, "zero": False},
                "axis": {"title": "hours since it was published", "grid": False, "tickCount": 5},
            }
        },
        "layer": [
            {"mark": area, "encoding": {"y": y("likes"), "y2": {"field": "real"}}},
            line("likes", color=INK, strokeWidth=1.8),
            line("expected", color=PREDICTED, strokeWidth=1.8, strokeDash=[5, 4]),
        ],
    }


def _content(group: Group) -> int:
    """The content with most acts, of those that no other seller serves where there is one."""
    contents, counts = np.unique(group.likes.content, return_counts=True)
    served = np.bincount(
        [c.content for c in group.log.world.campaigns] or [0], minlength=int(contents.max()) + 1
    )
    alone = served[contents] <= group.bought
    counts = np.where(alone, counts, counts * 0.01) if alone.any() else counts
    return int(contents[np.argmax(counts)])


def _round_down(first: float, last: float) -> float:
    step = next((s for s in (0.25, 0.5, 1, 2, 6, 12, 24, 48) if last - first < 6 * s), 48)
    return float((first - 0.15 * step) // step * step)


def _waits(facts: Facts, people: Facts, colour: str, margin: int, *, named: bool) -> Spec:
    rows = [
        {"class": word, "share": share, "people": usual}
        for word, share, usual in zip(_WAIT_WORDS, facts.waits, people.waits, strict=True)
    ]
    y: Spec = {
        "field": "class",
        "type": "nominal",
        "sort": None,
        "axis": _named(margin, named=named),
    }
    return {
        "width": WIDTH,
        "height": 84,
        "data": {"values": rows},
        "encoding": {"y": y},
        "layer": [
            {
                "mark": {"type": "bar", "color": colour, "opacity": 0.75, "height": {"band": 0.7}},
                "encoding": {"x": _share_axis("share", "share of the likes")},
            },
            {
                "mark": {"type": "tick", "color": INK, "thickness": 2, "height": {"band": 0.9}},
                "encoding": {"x": {"field": "people", "type": "quantitative"}},
            },
        ],
    }


def _shares(facts: Facts, people: Facts, colour: str, margin: int, *, named: bool) -> Spec:
    rows = [
        {"fact": words, "share": facts.shares[name], "people": people.shares[name]}
        for name, words in SHOWN.items()
    ]
    axis = _named(margin, named=named) | {"grid": True}
    order = {"domain": list(SHOWN.values())}
    return {
        "width": WIDTH,
        "height": 15 * len(rows),
        "data": {"values": rows},
        "encoding": {"y": {"field": "fact", "type": "nominal", "scale": order, "axis": axis}},
        "layer": [
            {
                "transform": [{"filter": "datum.people !== null"}],
                "mark": {"type": "tick", "color": INK, "thickness": 2, "height": {"band": 0.8}},
                "encoding": {"x": _share_axis("people")},
            },
            {
                "transform": [{"filter": "datum.share !== null"}],
                "mark": {"type": "circle", "color": colour, "size": 62, "opacity": 1},
                "encoding": {"x": {"field": "share", "type": "quantitative"}},
            },
        ],
    }


def _named(margin: int, *, named: bool) -> Spec:
    return {
        "title": None,
        "labels": named,
        "labelPadding": 8,
        "ticks": False,
        "domain": False,
        **_margin(margin),
    }


def _share_axis(name: str, title: str | None = None) -> Spec:
    return {
        "field": name,
        "type": "quantitative",
        "scale": {"domain": [0, 1], "padding": 5},
        "axis": {"title": title, "format": "%", "values": [0, 0.25, 0.5, 0.75, 1]},
    }
