"""Puts the service together: routes, guard, log, and the parts that work in the background."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from zhenzan.serve.access_log import AccessLog
from zhenzan.serve.auth.request_limits import RequestLimits
from zhenzan.serve.console.pages import refused
from zhenzan.serve.direct import DirectRoutes
from zhenzan.serve.guard import direct_endpoints, guarded
from zhenzan.serve.openapi import document
from zhenzan.serve.problems import ProblemError, problem_answer
from zhenzan.serve.routes import ROUTES, SCHEMAS
from zhenzan.serve.service import Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from typing import TextIO

    from starlette.requests import Request
    from starlette.responses import Response

    from zhenzan.serve.data_folder import DataFolder
    from zhenzan.serve.route import Route
    from zhenzan.serve.settings import ServeSettings


def build(
    data: DataFolder,
    settings: ServeSettings,
    *,
    routes: Sequence[Route] = ROUTES,
    log: TextIO | None = sys.stderr,
) -> Starlette:
    """The application. It takes the data folder when it is started, not when it is built.

    Args:
        data: The data folder.
        settings: The user's choices.
        routes: The table of routes.
        log: Where the access log goes; None: nowhere.

    Raises:
        TypeError: A route does not say who may call it.
    """
    service = Service(data, settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await service.start()
        try:
            yield
        finally:
            await service.stop()

    limits = RequestLimits()
    app = Starlette(
        routes=guarded(routes, service, limits),
        middleware=[
            Middleware(AccessLog, metrics=service.metrics, stream=log),
            Middleware(DirectRoutes, endpoints=direct_endpoints(routes, service, limits)),
        ],
        exception_handlers={HTTPException: _refused, Exception: _defect},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.service = service
    app.state.openapi = document(routes, SCHEMAS)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    sentence = {
        HTTPStatus.NOT_FOUND: "There is nothing at this path.",
        HTTPStatus.METHOD_NOT_ALLOWED: "This path does not take this method.",
    }.get(status, f"{status.phrase}.")
    hint = "/v1/openapi.json lists what there is."
    return _answer(request, ProblemError(status, sentence, hint, error.headers))


async def _defect(request: Request, _: Exception) -> Response:
    return _answer(
        request,
        ProblemError(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "The service failed at this request.",
            "This is a fault of Zhenzan; its log says more. Please report it.",
        ),
    )


def _answer(request: Request, error: ProblemError) -> Response:
    """A problem for programs, a page for browsers."""
    answer = refused if "text/html" in request.headers.get("accept", "") else problem_answer
    return answer(request, error)
