"""Pages of the second factor: shown after the password, set up by role or by choice, removed."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING

from zhenzan.errors import CallError
from zhenzan.serve.auth.one_time_codes import address, readable
from zhenzan.serve.auth.roles import Permission
from zhenzan.serve.auth.sessions import COOKIE, set_cookie
from zhenzan.serve.console.desk import page_route
from zhenzan.serve.console.pages import own_path
from zhenzan.serve.problems import ProblemError

if TYPE_CHECKING:
    from starlette.responses import Response

    from zhenzan.serve.auth.users import User
    from zhenzan.serve.console.desk import Desk

SIGN_IN, ACCOUNT = "/sign-in/code", "/account/factor"


def let_in(desk: Desk, user: User, back_to: str) -> Response:
    """Open a session after every proof of identity that is asked for."""
    return _with_session(desk, user, desk.see(back_to))


def ask(desk: Desk, user: User, back_to: str) -> Response:
    """The password was right: now show the second factor, or set one up."""
    response = _code_page(desk, user, back_to)
    former = desk.request.cookies.get(COOKIE)
    value = desk.service.auth.sessions.open(user, former=former, pending=True)
    set_cookie(response, value)
    return response


def by_code(desk: Desk) -> Response:
    """Sign in with the second factor; whoever has none yet gets one by it."""
    user = desk.service.auth.sessions.pending(desk.request.cookies.get(COOKIE, ""))
    if user is None:
        return desk.see("/sign-in")
    back_to = own_path(desk.filled("next"))
    if user.factor_us is None:
        codes = _confirmed(desk, user)
        if codes is None:
            return _wrong(desk, user, back_to)
        return _with_session(desk, user, _codes_page(desk, codes, back_to))
    _take_a_try(desk, user)
    if not desk.service.auth.factors.is_right(user, _typed(desk)):
        return _wrong(desk, user, back_to)
    return let_in(desk, user, back_to)


def to_sign_in(desk: Desk) -> Response:
    """Ask anew for the code, if the password was right."""
    user = desk.service.auth.sessions.pending(desk.request.cookies.get(COOKIE, ""))
    return _code_page(desk, user, "/") if user else desk.see("/sign-in")


def to_account(desk: Desk) -> Response:
    """Where setting it up begins."""
    return desk.see("/account")


def show(desk: Desk) -> Response:
    """One's own second factor."""
    return _account_page(desk)


def set_up(desk: Desk) -> Response:
    """Begin to set one up, by choice."""
    return _code_page(desk, desk.user, "/account", action=ACCOUNT)


def confirm(desk: Desk) -> Response:
    """End setting it up."""
    codes = _confirmed(desk, desk.user)
    if codes is None:
        return _wrong(desk, desk.user, "/account", action=ACCOUNT)
    return _codes_page(desk, codes, "/account")


def remove(desk: Desk) -> Response:
    """Ask for it no longer; a code shows that it is the user who says so."""
    auth, user = desk.service.auth, desk.user
    if auth.factors.must_have(user):
        raise CallError("Your role asks for a second factor.", "Ask an administrator.")
    _take_a_try(desk, user)
    if not auth.factors.is_right(user, _typed(desk)):
        return _account_page(desk, desk.t("factor.wrong"), HTTPStatus.BAD_REQUEST)
    auth.factors.remove(user)
    _record(desk, user, "second factor removed")
    return desk.see("/account")


def _confirmed(desk: Desk, user: User) -> list[str] | None:
    _take_a_try(desk, user)
    codes = desk.service.auth.factors.confirm(user, _typed(desk))
    if codes is not None:
        _record(desk, user, "second factor set up")
    return codes


def _typed(desk: Desk) -> str:
    return desk.filled("code", 64)


def _take_a_try(desk: Desk, user: User) -> None:
    """Count a code that is typed.

    Raises:
        ProblemError: 429: there were too many.
    """
    seconds = desk.service.auth.factors.wait_seconds(user)
    if seconds:
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Too many wrong codes.",
            f"Try again in {math.ceil(seconds / 60)} minutes.",
            {"Retry-After": str(math.ceil(seconds))},
        )


def _with_session(desk: Desk, user: User, response: Response) -> Response:
    _record(desk, user, "signed in")
    value = desk.service.auth.sessions.open(user, former=desk.request.cookies.get(COOKIE))
    set_cookie(response, value)
    return response


def _record(desk: Desk, user: User, what: str) -> None:
    with desk.service.ledger.transaction() as tx:
        tx.append("account", {"by": user.name, "what": what})


def _wrong(desk: Desk, user: User, back_to: str, action: str = SIGN_IN) -> Response:
    complaint = desk.t("factor.wrong")
    status = HTTPStatus.UNAUTHORIZED if action == SIGN_IN else HTTPStatus.BAD_REQUEST
    return _code_page(desk, user, back_to, complaint, status, action)


def _code_page(
    desk: Desk,
    user: User,
    back_to: str,
    complaint: str = "",
    status: int = HTTPStatus.OK,
    action: str = SIGN_IN,
) -> Response:
    secret = desk.service.auth.factors.begin(user) if user.factor_us is None else None
    return desk.page(
        "code.html.j2",
        status=status,
        complaint=complaint,
        back_to=back_to,
        action=action,
        secret=readable(secret) if secret else "",
        link=address(secret, user.name) if secret else "",
    )


def _codes_page(desk: Desk, codes: list[str], back_to: str) -> Response:
    return desk.page("recovery_codes.html.j2", codes=codes, back_to=back_to)


def _account_page(desk: Desk, complaint: str = "", status: int = HTTPStatus.OK) -> Response:
    factors = desk.service.auth.factors
    return desk.page(
        "account.html.j2",
        status=status,
        complaint=complaint,
        must=factors.must_have(desk.user),
    )


# Whoever is signed in may see figures.
ANY_ROLE = Permission.READ_FIGURES
ROUTES = (
    page_route("GET", SIGN_IN, None, to_sign_in, "Ask for the second factor."),
    page_route("POST", SIGN_IN, None, by_code, "Show the second factor."),
    page_route("GET", "/account", ANY_ROLE, show, "One's own second factor."),
    page_route("GET", "/account/factor/new", ANY_ROLE, to_account, "Where it begins."),
    page_route("POST", "/account/factor/new", ANY_ROLE, set_up, "Begin to set one up."),
    page_route("POST", ACCOUNT, ANY_ROLE, confirm, "End setting it up."),
    page_route("POST", "/account/factor/remove", ANY_ROLE, remove, "Ask for it no longer."),
)
