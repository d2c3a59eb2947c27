"""Whether the service lives, whether it can take work, its figures, and its own description."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, PlainTextResponse

from zhenzan.serve.metrics import TEXT
from zhenzan.serve.principals import ANYBODY, Scope, either
from zhenzan.serve.problems import problem
from zhenzan.serve.route import Answer, Route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_OK = {"type": "object", "properties": {"status": {"const": "ok"}}, "required": ["status"]}


async def alive(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """The service can take events now."""
    if request.app.state.service.ready:
        return JSONResponse({"status": "ok"})
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE, "The service is starting or stopping.", "Try again soon."
    )


async def metrics(request: Request) -> Response:
    """The service's figures."""
    return PlainTextResponse(request.app.state.service.metrics.text(), media_type=TEXT)


async def described(request: Request) -> Response:
    """The OpenAPI document."""
    return JSONResponse(request.app.state.openapi)


ROUTES = (
    Route(
        "GET",
        "/healthz",
        ANYBODY,
        alive,
        "Whether the process answers.",
        answers={HTTPStatus.OK: Answer("It does.", {"application/json": _OK})},
    ),
    Route(
        "GET",
        "/readyz",
        ANYBODY,
        ready,
        "Whether the service takes events now.",
        answers={HTTPStatus.OK: Answer("It does.", {"application/json": _OK})},
        problems=(HTTPStatus.SERVICE_UNAVAILABLE,),
    ),
    Route(
        "GET",
        "/metrics",
        either(Scope.METRICS),
        metrics,
        "Counters, gauges and histograms in Prometheus' text format.",
        answers={HTTPStatus.OK: Answer("The figures.", {"text/plain": {"type": "string"}})},
    ),
    Route(
        "GET",
        "/v1/openapi.json",
        ANYBODY,
        described,
        "This description.",
        answers={
            HTTPStatus.OK: Answer("An OpenAPI document.", {"application/json": {"type": "object"}})
        },
    ),
)
