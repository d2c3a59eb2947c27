"""How templates become the pages of figures."""

from __future__ import annotations

import jinja2


def templates() -> jinja2.Environment:
    """Templates of Markdown, in which a figure that is missing is an error."""
    return jinja2.Environment(
        autoescape=False,  # noqa: S701  this is Markdown, of our own words and numbers
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
