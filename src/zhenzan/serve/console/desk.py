"""One request to the console, as the pages see it: who asks, in which language, what was filled in.

Pages are plain functions that run in a thread: they may read files and wait for the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool

from zhenzan.serve.auth.same_origin import SAFE_METHODS, check_same_origin
from zhenzan.serve.console import languages
from zhenzan.serve.console.pages import refused, render, see_other
from zhenzan.serve.console.texts import console_texts
from zhenzan.serve.principals import ANYBODY, Access, either
from zhenzan.serve.problems import ProblemError
from zhenzan.serve.route import Route

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

    from starlette.requests import Request
    from starlette.responses import Response

    from zhenzan.report.texts import Texts
    from zhenzan.serve.auth.users import User
    from zhenzan.serve.route import Endpoint
    from zhenzan.serve.service import Service

MOST_FORM_BYTES = 256 * 1024
MOST_FIELDS = 2_000


@dataclass(frozen=True)
class Desk:
    """One request.

    Attributes:
        request: The request itself.
        form: Fields that were filled in, in the order of the page.
    """

    request: Request
    form: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def service(self) -> Service:
        """The service."""
        service: Service = self.request.app.state.service
        return service

    @property
    def user(self) -> User:
        """Who asks; only of routes that somebody has to sign in for."""
        user: User = self.request.state.user
        return user

    @property
    def t(self) -> Texts:
        """The texts in the language of the page."""
        user: User | None = getattr(self.request.state, "user", None)
        return console_texts(languages.language_of(self.request, user.language if user else None))

    def filled(self, name: str, most: int = 2_000) -> str:
        """What was filled in, without blanks around it.

        Raises:
            ProblemError: 400: it is longer than ``most`` characters.
        """
        text = next((value for key, value in self.form if key == name), "").strip()
        if len(text) > most:
            raise ProblemError(
                HTTPStatus.BAD_REQUEST,
                f"A field is longer than {most:,} characters.",
                "Shorten it.",
            )
        return text

    def ticked(self, name: str) -> list[str]:
        """Every value of a field that may be ticked several times."""
        return [value for key, value in self.form if key == name]

    def asked(self, name: str) -> str:
        """A parameter of the address; empty if it is not there."""
        return self.request.query_params.get(name, "").strip()

    def place(self, name: str) -> str:
        """A parameter of the path."""
        return str(self.request.path_params[name])

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """A page."""
        return render(self.request, template, status=status, **values)

    def see(self, path: str) -> Response:
        """Another page, after a form."""
        return see_other(self.request, path)


def page_route(
    method: str, path: str, grant: StrEnum | None, view: Callable[[Desk], Response], about: str
) -> Route:
    """A route that people see.

    Args:
        method: GET or POST.
        path: With parameters in braces.
        grant: The permission it needs; None: anybody may.
        view: What answers.
        about: What it is for.
    """
    access: Access = ANYBODY if grant is None else either(grant)
    return Route(method, path, access, _endpoint(view), about, refused=refused, documented=False)


def _endpoint(view: Callable[[Desk], Response]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form: tuple[tuple[str, str], ...] = ()
        if request.method not in SAFE_METHODS:
            check_same_origin(request)
            form = await _form(request)
        return await run_in_threadpool(_answer, view, Desk(request, form))

    return endpoint


def _answer(view: Callable[[Desk], Response], desk: Desk) -> Response:
    response = view(desk)
    languages.remember(desk.request, response)
    lang = languages.chosen(desk.request)
    user: User | None = getattr(desk.request.state, "user", None)
    if user and lang and lang != user.language:
        desk.service.auth.users.set_language(user.user_id, lang)
    return response


async def _form(request: Request) -> tuple[tuple[str, str], ...]:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_FORM_BYTES:
            raise ProblemError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The form is too large.", "Send less at once."
            )
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "The form cannot be read.", "") from error
    return tuple(fields)
