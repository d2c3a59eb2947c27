"""Between the routes as data and Starlette: who may call, deny by default, problems for errors."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.routing import Route as StarletteRoute

from zhenzan.errors import ZhenzanError
from zhenzan.serve.principals import Access
from zhenzan.serve.problems import problem, problem_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from zhenzan.serve.principals import Authenticator, Principal
    from zhenzan.serve.route import Endpoint, Route


def guarded(
    routes: Iterable[Route], authenticators: Sequence[Authenticator]
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
        methods[route.method] = _guarded(route, authenticators)
    return [
        StarletteRoute(path, _by_method(methods), methods=list(methods))
        for path, methods in by_path.items()
    ]


def _by_method(methods: dict[str, Endpoint]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        # Starlette lets HEAD in where GET is.
        return await methods["GET" if request.method == "HEAD" else request.method](request)

    return endpoint


def _guarded(route: Route, authenticators: Sequence[Authenticator]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        state = request.scope["state"]
        state["route"] = route.path
        try:
            if not route.access.anybody:
                principal = await _principal(request, authenticators)
                if principal is None:
                    return problem(
                        HTTPStatus.UNAUTHORIZED,
                        "The request does not show who sends it.",
                        "Send an API key as 'Authorization: Bearer …', or sign in.",
                        {"WWW-Authenticate": "Bearer"},
                    )
                if not route.access.allows(principal):
                    return problem(
                        HTTPStatus.FORBIDDEN,
                        f"{principal.name} may not do this.",
                        "Ask an administrator for a key with the scope, or for the role.",
                    )
                state["principal"] = principal
            return await route.endpoint(request)
        except ZhenzanError as error:
            return problem_of(error)

    return endpoint


async def _principal(request: Request, authenticators: Sequence[Authenticator]) -> Principal | None:
    for authenticator in authenticators:
        principal = await authenticator.authenticate(request)
        if principal is not None:
            return principal
    return None
