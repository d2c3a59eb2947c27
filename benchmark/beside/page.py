"""Writes docs/speed.md and docs/scale.md: templates filled with what was measured, and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import vl_convert

from benchmark.beside.outlook import outlook, with_start
from benchmark.markdown import templates

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATES = Path(__file__).parent
SECTIONS = ("pairs", "blocks", "stream", "rules", "growth", "copies")
STYLE = {
    "background": "white",
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {"gridColor": "#eeeeee", "titleFontWeight": "normal", "labelLimit": 320},
    "legend": {"orient": "right", "titleFontWeight": "normal"},
}


def write(figures: Mapping[str, Mapping[str, Any]], docs: Path) -> None:
    """Write the pages and their pictures.

    Args:
        figures: Section → input → what was measured; what docs/speed.json holds.
        docs: Where the pages go.
    """
    sizes = {section: by_size(inputs) for section, inputs in figures.items()}
    pictures = docs / "images" / "speed"
    pictures.mkdir(parents=True, exist_ok=True)
    for name, picture in PICTURES.items():
        if name in sizes:
            svg = vl_convert.vegalite_to_svg(
                {"config": STYLE, **picture(sizes[name])}, vl_version="6.1", allowed_base_urls=[]
            )
            (pictures / f"{name}.svg").write_text(svg + "\n", encoding="utf-8")
    (docs / "speed.md").write_text(text(sizes), encoding="utf-8")
    if len(sizes.get("growth", [])) > 1:
        (docs / "scale.md").write_text(scale_text(sizes["growth"]), encoding="utf-8")


def by_size(inputs: Mapping[str, Any]) -> list[Any]:
    """The inputs of a section, the smallest first."""
    return [inputs[name] for name in sorted(inputs, key=int)]


def text(sizes: Mapping[str, list[Any]]) -> str:
    """The page of speed, in Markdown."""
    return _filled("page.md.j2", {name: sizes.get(name, []) for name in SECTIONS})


def scale_text(growth: list[Any]) -> str:
    """The page of scale, in Markdown."""
    return _filled("scale.md.j2", {"growth": growth, "o": outlook(growth)})


def _filled(template: str, what: Mapping[str, Any]) -> str:
    pages = templates()
    pages.filters["n"] = lambda number, digits=0: f"{number:,.{digits}f}"
    pages.filters["millions"] = lambda events: f"{events / 1e6:.1f}"
    pages.filters["significant"] = lambda number: (
        f"{number:,.0f}" if number >= 100 else f"{number:.2g}"
    )
    words = (TEMPLATES / template).read_text(encoding="utf-8")
    rendered: str = pages.from_string(words).render(**what)
    return rendered


def growth_picture(sizes: list[Any]) -> dict[str, Any]:
    """CPU of an event, by stage, at each size."""
    rows = [
        {
            "events": f"{size['events'] / 1e6:.1f} million",
            "stage": stage["stage"],
            "order": order,
            "cpu": 1e6 * stage["cpu_s"] / size["events"],
        }
        for size in sizes
        for order, stage in enumerate(with_start(size))
    ]
    stages = [stage["stage"] for stage in with_start(sizes[0])]
    return {
        "data": {"values": rows},
        "width": 480,
        "height": {"step": 34},
        "mark": "bar",
        "encoding": {
            "y": {"field": "events", "type": "nominal", "title": "events", "sort": None},
            "x": {"field": "cpu", "type": "quantitative", "title": "CPU µs an event"},
            "color": {"field": "stage", "type": "nominal", "sort": stages, "title": "stage"},
            "order": {"field": "order"},
        },
    }


def pairs_picture(sizes: list[Any]) -> dict[str, Any]:
    """CPU of each way to the same edges, the largest input."""
    rows = [{"who": row["title"], "cpu": row["work_cpu_s"]} for row in sizes[-1]["rows"]]
    return {
        "data": {"values": rows},
        "width": 480,
        "height": {"step": 26},
        "mark": {"type": "point", "filled": True, "size": 90},
        "encoding": {
            "y": {"field": "who", "type": "nominal", "title": None, "sort": None},
            "x": {
                "field": "cpu",
                "type": "quantitative",
                "scale": {"type": "log"},
                "title": f"CPU seconds for {sizes[-1]['likes']:,} likes, logarithmic",
            },
        },
    }


def blocks_picture(sizes: list[Any]) -> dict[str, Any]:
    """CPU of each way to the same block, by size."""
    rows = [
        {"who": row["title"], "likes": size["likes"], "cpu": row["work_cpu_s"]}
        for size in sizes
        for row in size["rows"]
    ]
    log = {"type": "log"}
    return {
        "data": {"values": rows},
        "width": 480,
        "height": 220,
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {
                "field": "likes",
                "type": "quantitative",
                "scale": log,
                "title": "likes, logarithmic",
            },
            "y": {
                "field": "cpu",
                "type": "quantitative",
                "scale": log,
                "title": "CPU seconds, logarithmic",
            },
            "color": {
                "field": "who",
                "type": "nominal",
                "title": None,
                "sort": None,
                "legend": {"labelLimit": 320},
            },
        },
    }


PICTURES = {"growth": growth_picture, "pairs": pairs_picture, "blocks": blocks_picture}
