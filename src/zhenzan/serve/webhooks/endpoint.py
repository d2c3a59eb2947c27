"""/v1/webhooks: who is told of actions and scans."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import JSONResponse, Response

from zhenzan.serve.events.endpoint import read_bounded
from zhenzan.serve.principals import Scope, either
from zhenzan.serve.problems import ProblemError
from zhenzan.serve.route import Answer, Parameter, Route
from zhenzan.serve.webhooks.outbox import Kind

if TYPE_CHECKING:
    from starlette.requests import Request

    from zhenzan.serve.route import Schema
    from zhenzan.serve.service import Service
    from zhenzan.serve.webhooks.outbox import Endpoint

MOST_BODY_BYTES = 10_000
_NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_REST = rf"://{_NAME}(\.{_NAME}){{0,8}}(:[1-9][0-9]{{0,4}})?/[A-Za-z0-9/_.~-]{{0,500}}"
URL = f"^https{_REST}$"
"""No user, no password, no query: nothing secret belongs into a URL that is shown again."""
_PRIVATE_URL = re.compile(rf"https?{_REST}")
_JSON = "application/json"


class _Wanted(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    kinds: list[Kind]


async def add(request: Request) -> Response:
    """Tell one more."""
    service: Service = request.app.state.service
    try:
        wanted = msgspec.json.decode(await read_bounded(request, MOST_BODY_BYTES), type=_Wanted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "The body is no webhook.",
            f'Send {{"url": "https://…/", "kinds": [{", ".join(Kind)}]}}.',
        ) from error
    pattern = _PRIVATE_URL if service.settings.private_webhooks else re.compile(URL[1:-1])
    if not pattern.fullmatch(wanted.url):
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "The webhook's URL cannot be used.",
            "Write https://, a host in lower case and a path, without user, query or fragment.",
        )
    if not wanted.kinds or len(set(wanted.kinds)) != len(wanted.kinds):
        raise ProblemError(
            HTTPStatus.BAD_REQUEST, "The kinds are none, or name one twice.", "Name each once."
        )
    made, secret = await asyncio.to_thread(
        service.outbox.add_endpoint, wanted.url, set(wanted.kinds)
    )
    return JSONResponse({**_shown(made), "secret": secret}, HTTPStatus.CREATED)


async def listed(request: Request) -> Response:
    """Everybody who is told."""
    service: Service = request.app.state.service
    found = await asyncio.to_thread(service.outbox.endpoints)
    return JSONResponse({"webhooks": [_shown(endpoint) for endpoint in found]})


async def remove(request: Request) -> Response:
    """Tell one less."""
    service: Service = request.app.state.service
    name = request.path_params["id"]
    if not await asyncio.to_thread(service.outbox.remove_endpoint, name):
        raise ProblemError(
            HTTPStatus.NOT_FOUND, "There is no such webhook.", "GET /v1/webhooks lists them."
        )
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _shown(endpoint: Endpoint) -> dict[str, Any]:
    return {"id": endpoint.endpoint, "url": endpoint.url, "kinds": list(endpoint.kinds)}


_KINDS: Schema = {
    "type": "array",
    "items": {"type": "string", "enum": list(Kind)},
    "minItems": 1,
    "uniqueItems": True,
}
_WEBHOOK: Schema = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "url": {"type": "string"}, "kinds": _KINDS},
    "required": ["id", "url", "kinds"],
}
_MADE: Schema = {
    **_WEBHOOK,
    "properties": {**_WEBHOOK["properties"], "secret": {"type": "string"}},
    "required": ["id", "url", "kinds", "secret"],
}
_WANTED: Schema = {
    "type": "object",
    "properties": {"url": {"type": "string", "pattern": URL}, "kinds": _KINDS},
    "required": ["url", "kinds"],
    "additionalProperties": False,
}
_ACCESS = either(Scope.WEBHOOKS)

ROUTES = (
    Route(
        "POST",
        "/v1/webhooks",
        _ACCESS,
        add,
        "Have something told to a URL, as the Standard Webhooks specification says.",
        body={_JSON: _WANTED},
        answers={
            HTTPStatus.CREATED: Answer("It is told; the secret is shown once.", {_JSON: _MADE})
        },
        problems=(
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.CONFLICT,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ),
    ),
    Route(
        "GET",
        "/v1/webhooks",
        _ACCESS,
        listed,
        "Who is told, and of what.",
        answers={
            HTTPStatus.OK: Answer(
                "All of them.",
                {
                    _JSON: {
                        "type": "object",
                        "properties": {"webhooks": {"type": "array", "items": _WEBHOOK}},
                        "required": ["webhooks"],
                    }
                },
            )
        },
    ),
    Route(
        "DELETE",
        "/v1/webhooks/{id}",
        _ACCESS,
        remove,
        "Tell it no more.",
        (Parameter("id", "path", "The webhook.", {"type": "string"}, required=True),),
        answers={HTTPStatus.NO_CONTENT: Answer("It is told no more.")},
        problems=(HTTPStatus.NOT_FOUND,),
    ),
)
