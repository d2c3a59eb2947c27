"""Between the routes as data and Starlette: who may call, how often; deny by default."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.routing import Route as StarletteRoute

from zhenzan.errors import ZhenzanError
from zhenzan.serve.principals import Access
from zhenzan.serve.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from zhenzan.serve.auth.request_limits import RequestLimits
    from zhenzan.serve.principals import Authenticator, Principal
    from zhenzan.serve.route import Endpoint, Route


def guarded(
    routes: Iterable[Route], authenticator: Authenticator, limits: RequestLimits
) -> list[StarletteRoute]:
    """Starlette's routes for ours.

    Methods of one path share one Starlette route, so that a wrong method is answered 405 with
    what is allowed.

    Raises:
        TypeError: A route does not say who may call it.
        ValueError: A route stands twice.
    """
    by_path: dict[str, dict[str, Endpoint]] = {}
    for route in routes:
        if not isinstance(route.access, Access):
            raise TypeError(f"{route.method} {route.path} does not say who may call it")
        methods = by_path.setdefault(route.path, {})
        if route.method in methods:
            raise ValueError(f"{route.method} {route.path} stands twice")
        methods[route.method] = _guarded(route, authenticator, limits)
    return [
        StarletteRoute(path, _by_method(methods), methods=list(methods))
        for path, methods in by_path.items()
    ]


def direct_endpoints(
    routes: Iterable[Route], authenticator: Authenticator, limits: RequestLimits
) -> dict[tuple[str, str], Endpoint]:
    """The guarded endpoints of the routes that are answered past Starlette's router.

    They are among those of :func:`guarded` too, which answers other methods of their paths.
    """
    return {
        (route.method, route.path): _guarded(route, authenticator, limits)
        for route in routes
        if route.direct
    }


def _by_method(methods: dict[str, Endpoint]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        # Starlette lets HEAD in where GET is.
        return await methods["GET" if request.method == "HEAD" else request.method](request)

    return endpoint


def _guarded(route: Route, authenticator: Authenticator, limits: RequestLimits) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        state = request.scope["state"]
        state["route"] = route.path
        try:
            if route.access.anybody:
                limits.check(request, None)
            else:
                principal = await authenticator.authenticate(request)
                limits.check(request, principal)
                state["principal"] = _allowed(route, principal)
            return await route.endpoint(request)
        except ZhenzanError as error:
            return route.refused(request, error)

    return endpoint


def _allowed(route: Route, principal: Principal | None) -> Principal:
    """The principal, if it may call the route.

    Raises:
        ProblemError: 401: it shows nobody; 403: whom it shows may not.
    """
    if principal is None:
        raise ProblemError(
            HTTPStatus.UNAUTHORIZED,
            "The request does not show who sends it.",
            "Send an API key as 'Authorization: Bearer …', or sign in.",
            {"WWW-Authenticate": "Bearer"},
        )
    if not route.access.allows(principal):
        raise ProblemError(
            HTTPStatus.FORBIDDEN,
            f"{principal.name} may not do this.",
            "Ask an administrator for a key with the scope, or for the role.",
        )
    return principal
