"""POST /v1/events, /v1/accounts and /v1/contents: rows in, a receipt out once they are durable."""

from __future__ import annotations

import asyncio
import hashlib
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from zhenzan.ingest.fields import FIELDS
from zhenzan.model import EVENT_TYPES
from zhenzan.serve.events.answers import receipt_schema
from zhenzan.serve.events.bodies import ARROW, JSON, JSON_LINES, MEDIA_TYPES, read_body
from zhenzan.serve.events.intake import Arrival
from zhenzan.serve.principals import Scope, either
from zhenzan.serve.problems import ProblemError
from zhenzan.serve.route import Answer, Parameter, Route

if TYPE_CHECKING:
    from starlette.requests import Request

    from zhenzan.serve.route import Endpoint, Schema
    from zhenzan.serve.service import Service

LONGEST_KEY = 255
KEY = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
LARGE_BODY_BYTES = 2**18
"""A larger body is decoded in a thread, so that other requests need not wait."""
_KEY = "idempotency-key"


async def read_bounded(request: Request, most_bytes: int) -> bytes:
    """The body of a request.

    Raises:
        ProblemError: It is larger than it may be (413).
    """
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > most_bytes:
            raise ProblemError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"The body is larger than {most_bytes:,} bytes.",
                "Send it in several requests.",
            )
        pieces.append(piece)
    return b"".join(pieces)


def _media_type(request: Request) -> str:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = request.headers.get("content-encoding", "identity").lower()
    if media_type not in MEDIA_TYPES or encoding != "identity":
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "The body is of a kind that is not read here.",
            f"Send {', '.join(MEDIA_TYPES)}, and not compressed.",
        )
    return media_type


def _idempotency_key(request: Request) -> str:
    key = request.headers.get(_KEY, "")
    if _KEY in request.headers and not KEY.fullmatch(key):
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "The Idempotency-Key cannot be used.",
            f"Use 1 to {LONGEST_KEY} visible ASCII characters, such as a UUID.",
        )
    return key


def _taking(source: str) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        service: Service = request.app.state.service
        media_type, key = _media_type(request), _idempotency_key(request)
        service.intake.check_room(int(request.headers.get("content-length") or 0))
        body = await read_bounded(request, service.settings.most_body_bytes)
        most_rows = service.settings.most_rows
        if len(body) > LARGE_BODY_BYTES:
            rows = await asyncio.to_thread(read_body, source, media_type, body, most_rows)
        else:
            rows = read_body(source, media_type, body, most_rows)
        answered: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        arrival = Arrival(
            rows,
            len(body),
            request.scope["state"]["principal"].name,
            key,
            hashlib.sha256(f"{source} {media_type} ".encode() + body).digest() if key else b"",
            answered,
        )
        service.intake.submit(arrival)
        return Response(await answered, media_type="application/json")

    return endpoint


def _schemas() -> dict[str, Schema]:
    kinds: dict[str, Schema] = {
        "id": {"type": ["string", "integer", "null"]},
        "word": {"type": ["string", "null"]},
        "secret": {"type": ["string", "null"]},
        "prose": {"type": ["string", "null"]},
        "time": {"type": ["string", "integer", "null"], "description": "ISO 8601, or since 1970"},
        "count": {"type": ["integer", "null"], "minimum": 0},
        "fraction": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
        "type": {"type": ["string", "null"], "examples": list(EVENT_TYPES[1:])},
    }
    rows: dict[str, Schema] = {}
    for source in ("events", "accounts", "contents"):
        rows[source.capitalize()[:-1]] = {
            "type": "object",
            "properties": {f.name: _within(kinds[f.kind], f.most) for f in FIELDS[source]},
            "required": [f.name for f in FIELDS[source] if f.required],
        }
    return rows


def _within(schema: Schema, most: int) -> Schema:
    return {**schema, "maximum": most} if most else schema


def _route(source: str, about: str) -> Route:
    row = {"$ref": f"#/components/schemas/{source.capitalize()[:-1]}"}
    # A row may be anything: what cannot be read goes to quarantine, and the receipt says so.
    rows: Schema = {"type": "array", "minItems": 1, "items": {"anyOf": [row, {}]}}
    binary: Schema = {"type": "string", "contentEncoding": "binary"}
    receipt = {"$ref": "#/components/schemas/Receipt"}
    return Route(
        "POST",
        f"/v1/{source}",
        either(Scope.EVENTS),
        _taking(source),
        about,
        parameters=(
            Parameter(
                "Idempotency-Key",
                "header",
                "A retry with the same key and body is answered as the first was.",
                {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
            ),
        ),
        body={JSON: rows, JSON_LINES: binary, ARROW: binary},
        answers={HTTPStatus.OK: Answer("They are stored for good.", {JSON: receipt})},
        problems=(
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            HTTPStatus.CONFLICT,
            HTTPStatus.TOO_MANY_REQUESTS,
            HTTPStatus.SERVICE_UNAVAILABLE,
        ),
        direct=True,
    )


ROUTES = (
    _route("events", "Store events, and decide on each like among them."),
    _route("accounts", "Store what is known of accounts; the newest row of each stays."),
    _route("contents", "Store what is known of contents; the newest row of each stays."),
)
SCHEMAS: dict[str, Any] = {**_schemas(), **receipt_schema()}
