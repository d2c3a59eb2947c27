"""How a page is made: templates, the headers that protect it, and errors as people read them."""

from __future__ import annotations

import hashlib
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse

from zhenzan.report import wording
from zhenzan.report.findings import silent, telling
from zhenzan.serve.auth.roles import Permission
from zhenzan.serve.auth.security_headers import PAGE_HEADERS, SECURE_TRANSPORT
from zhenzan.serve.console.languages import language_of
from zhenzan.serve.console.texts import console_texts
from zhenzan.serve.problems import ProblemError, status_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from zhenzan.errors import ZhenzanError
    from zhenzan.serve.auth.users import User
    from zhenzan.serve.principals import Principal

BLUR_COOKIE = "zhenzan-blur"
BREAK_AFTER_MINUTES = 50
"""Wellness guidance for people who look at distressing material all day; see docs/console.md."""


def render(request: Request, template: str, *, status: int = 200, **values: object) -> Response:
    """A page of the console.

    Args:
        request: What it answers.
        template: Its file.
        status: The HTTP status.
        values: What the template shows, besides ``t``, ``user`` and ``may``.
    """
    user: User | None = getattr(request.state, "user", None)
    principal: Principal | None = getattr(request.state, "principal", None)
    grants = principal.grants if principal else frozenset()
    lang = language_of(request, user.language if user else None)
    html = (
        environment()
        .get_template(template)
        .render(
            t=console_texts(lang),
            user=user,
            may=lambda permission: Permission(permission) in grants,
            here=request.url.path,
            in_other_language=_in_other_language(request, lang),
            blurred=request.cookies.get(BLUR_COOKIE) != "off",
            break_minutes=BREAK_AFTER_MINUTES,
            **values,
        )
    )
    return HTMLResponse(html, status, page_headers(request))


def page_headers(request: Request) -> dict[str, str]:
    """The headers of every page and export."""
    if request.url.scheme == "https":
        return PAGE_HEADERS | SECURE_TRANSPORT
    return PAGE_HEADERS


def see_other(request: Request, path: str) -> Response:
    """Send the browser to a page of ours with GET, as after every form."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER, page_headers(request))


def refused(request: Request, error: ZhenzanError) -> Response:
    """An error as a page; whoever is not signed in is asked to."""
    status = status_of(error)
    if status is HTTPStatus.UNAUTHORIZED:
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        back_to = {"next": wanted} if request.method == "GET" and wanted != "/" else {}
        return see_other(request, "/sign-in" + (f"?{urlencode(back_to)}" if back_to else ""))
    page = render(request, "error.html.j2", status=status, error=error, code=int(status))
    if isinstance(error, ProblemError):
        page.headers.update(error.headers)
    return page


def own_path(text: str) -> str:
    """A path of this service, or the first page: never an address elsewhere."""
    if text.startswith("/") and text[1:2] not in {"/", "\\"} and text.isprintable():
        return text
    return "/"


def _in_other_language(request: Request, lang: str) -> str:
    others = [(k, v) for k, v in request.query_params.multi_items() if k != "lang"]
    return f"?{urlencode([*others, ('lang', 'en' if lang == 'zh' else 'zh')])}"


@cache
def asset_version() -> str:
    """Changes when a style or a script changes, so that browsers may keep them."""
    digest = hashlib.sha256()
    for file in sorted(files(__package__).joinpath("assets").iterdir(), key=lambda f: f.name):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@cache
def environment() -> Environment:
    """The templates, every value escaped."""
    made = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["assets"] = f"/assets/{asset_version()}"
    made.filters["id"] = wording.identifier_html
    made.filters["visible"] = wording.visible
    made.filters["moment"] = wording.moment
    made.filters["iso_time"] = wording.iso_time
    made.filters["bits"] = wording.bits
    made.filters["probability"] = wording.probability
    made.filters["whole"] = wording.whole
    made.filters["facts"] = wording.facts_text
    made.filters["telling"] = telling
    made.filters["silent"] = silent
    return made
