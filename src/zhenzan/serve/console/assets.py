"""The console's own files of style and script, under an address that changes when they do."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.responses import Response

from zhenzan.serve.auth.security_headers import PAGE_HEADERS
from zhenzan.serve.console.desk import page_route
from zhenzan.serve.problems import ProblemError

if TYPE_CHECKING:
    from zhenzan.serve.console.desk import Desk

MEDIA_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
KEPT = {"cache-control": "public, max-age=31536000, immutable"}


@cache
def _assets() -> dict[str, bytes]:
    folder = files(__package__).joinpath("assets")
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if file.name.rpartition(".")[2] in MEDIA_TYPES
    }


def asset(desk: Desk) -> Response:
    """One file."""
    name = desk.place("name")
    content = _assets().get(name)
    if content is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "There is nothing at this path.")
    media_type = MEDIA_TYPES[name.rpartition(".")[2]]
    return Response(content, headers=PAGE_HEADERS | KEPT, media_type=media_type)


ROUTES = (page_route("GET", "/assets/{version}/{name}", None, asset, "Styles and scripts."),)
