"""Pages: templates filled in, with style and script inside, so that each is one file of its own."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from zhenzan.report import wording
from zhenzan.report.findings import silent, telling

if TYPE_CHECKING:
    from zhenzan.report.texts import Texts


def render(template: str, t: Texts, values: dict[str, Any]) -> str:
    """A page as HTML that loads nothing.

    Args:
        template: File name of the template.
        t: The language.
        values: What the template names, besides what every page needs.
    """
    style, script = style_sheet(), _asset("report.js")
    every = {
        "t": t,
        "w": wording,
        "titles": lambda findings: [finding.title(t.lang) for finding in findings],
        "style": style,
        "script": script,
        "style_digest": _digest(style),
        "script_digest": _digest(script),
    }
    return _environment().get_template(template).render(every | values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("zhenzan.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["id"] = wording.identifier_html
    environment.filters["telling"] = telling
    environment.filters["silent"] = silent
    environment.filters["figures_by_name"] = lambda figures: {f.measure.name: f for f in figures}
    environment.filters["visible"] = wording.visible
    environment.filters["brief"] = wording.short
    return environment


@cache
def style_sheet() -> Markup:
    """The style of every page, as CSS."""
    return Markup(_environment().get_template("report.css.j2").render())  # noqa: S704  our own file


@cache
def _asset(name: str) -> Markup:
    source = files("zhenzan.report").joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(source)  # noqa: S704  our own file


def _digest(text: str) -> str:
    """What the page's content security policy names a style or a script by."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
