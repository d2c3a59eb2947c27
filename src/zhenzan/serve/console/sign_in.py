"""Pages for signing in and out: by password, or at an identity provider."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING

from zhenzan.serve.auth.oidc import REQUEST_US, STATE_COOKIE
from zhenzan.serve.auth.roles import Permission, may
from zhenzan.serve.auth.sessions import COOKIE, drop_cookie
from zhenzan.serve.console import second_factor
from zhenzan.serve.console.desk import page_route
from zhenzan.serve.console.pages import own_path
from zhenzan.serve.console.second_factor import let_in
from zhenzan.serve.problems import ProblemError

if TYPE_CHECKING:
    from starlette.responses import Response

    from zhenzan.serve.auth.oidc import OidcProvider
    from zhenzan.serve.console.desk import Desk

FIRST_PAGES = (
    (Permission.READ_CASES, "/queues"),
    (Permission.MANAGE_USERS, "/users"),
    (Permission.READ_FIGURES, "/figures"),
)


def first_page(desk: Desk) -> Response:
    """What a user most probably came for."""
    path = next(path for permission, path in FIRST_PAGES if may(desk.user.role, permission))
    return desk.see(path)


def show(desk: Desk) -> Response:
    """Where to sign in."""
    return _show(desk, own_path(desk.asked("next")))


def _show(desk: Desk, back_to: str, complaint: str = "", status: int = 200) -> Response:
    auth = desk.service.auth
    return desk.page(
        "sign_in.html.j2",
        status=status,
        complaint=complaint,
        back_to=back_to,
        has_provider=auth.provider is not None,
        has_users=bool(auth.users.all()),
    )


def by_password(desk: Desk) -> Response:
    """Sign in with a name and a password."""
    back_to = own_path(desk.filled("next"))
    client = desk.request.client
    attempt = desk.service.auth.sign_in.attempt(
        desk.filled("name"), _password(desk), client.host if client else None
    )
    if attempt.wait_seconds:
        minutes = math.ceil(attempt.wait_seconds / 60)
        complaint = desk.t("sign_in.too_often", minutes=desk.t.count("minute", minutes))
        return _show(desk, back_to, complaint, HTTPStatus.TOO_MANY_REQUESTS)
    if attempt.user is None:
        return _show(desk, back_to, desk.t("sign_in.wrong"), HTTPStatus.UNAUTHORIZED)
    if desk.service.auth.factors.is_asked(attempt.user):
        return second_factor.ask(desk, attempt.user, back_to)
    return let_in(desk, attempt.user, back_to)


def _password(desk: Desk) -> str:
    # Blanks around a password belong to it.
    return next((value for key, value in desk.form if key == "password"), "")


def elsewhere(desk: Desk) -> Response:
    """Go to the identity provider."""
    address, state = _provider(desk).start(own_path(desk.asked("next")))
    response = desk.see(address)
    response.set_cookie(
        STATE_COOKIE,
        state,
        max_age=REQUEST_US // 1_000_000,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )
    return response


def back(desk: Desk) -> Response:
    """Come back from the identity provider."""
    vouched = _provider(desk).finish(
        dict(desk.request.query_params), desk.request.cookies.get(STATE_COOKIE)
    )
    user = desk.service.auth.users.admit(
        vouched.issuer, vouched.subject, vouched.name, vouched.role
    )
    response = let_in(desk, user, vouched.back_to)
    response.delete_cookie(STATE_COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return response


def _provider(desk: Desk) -> OidcProvider:
    provider = desk.service.auth.provider
    if provider is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, "There is no identity provider.", "Sign in with a password."
        )
    return provider


def sign_out(desk: Desk) -> Response:
    """End the session."""
    cookie = desk.request.cookies.get(COOKIE)
    if cookie:
        desk.service.auth.sessions.close(cookie)
    response = desk.see("/sign-in")
    drop_cookie(response)
    # What the browser still remembers of pages goes too.
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response


ROUTES = (
    page_route("GET", "/", Permission.READ_FIGURES, first_page, "The first page."),
    page_route("GET", "/sign-in", None, show, "Where to sign in."),
    page_route("POST", "/sign-in", None, by_password, "Sign in with a password."),
    page_route("GET", "/sign-in/elsewhere", None, elsewhere, "Go to the identity provider."),
    page_route("GET", "/sign-in/back", None, back, "Come back from the identity provider."),
    page_route("POST", "/sign-out", None, sign_out, "End the session."),
)
