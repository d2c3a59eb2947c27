"""GET /v1/labels: what people judged, as `zhenzan scan --labels` reads it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from zhenzan import review
from zhenzan.model import MICROSECONDS_PER_SECOND
from zhenzan.serve.events.bodies import JSON_LINES
from zhenzan.serve.principals import Scope, either
from zhenzan.serve.problems import ProblemError
from zhenzan.serve.route import Answer, Parameter, Route

if TYPE_CHECKING:
    from starlette.requests import Request

    from zhenzan.ledger import Ledger
    from zhenzan.serve.service import Service

TRAINING, EVERY = "training", "every"
_ENCODER = msgspec.json.Encoder()


async def labels(request: Request) -> Response:
    """The labels as JSON Lines; of somebody who was erased there are none."""
    service: Service = request.app.state.service
    asked = request.query_params.multi_items() or [("use", TRAINING)]
    if asked not in ([("use", TRAINING)], [("use", EVERY)]):
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "That is no question about labels.",
            f"Ask for use={TRAINING} or use={EVERY}.",
        )
    name = request.scope["state"]["principal"].name
    lines = await asyncio.to_thread(_lines, service.ledger, name, every=asked == [("use", EVERY)])
    return Response(lines, media_type=JSON_LINES)


def _lines(ledger: Ledger, by: str, *, every: bool) -> bytes:
    with ledger.transaction() as tx:
        tx.append("access", {"by": by, "what": "labels"})
        found = review.labels(tx, training=None if every else True)
    return _ENCODER.encode_lines(
        [
            {
                "entity_type": one.entity_type,
                "entity_id": one.entity_id,
                "label": one.label,
                "source": one.source,
                "ts": _iso(one.labelled_us),
            }
            for one in found
            if one.entity_id is not None
        ]
    )


def _iso(us: int) -> str:
    return datetime.fromtimestamp(us / MICROSECONDS_PER_SECOND, UTC).isoformat()


ROUTES = (
    Route(
        "GET",
        "/v1/labels",
        either(Scope.LABELS),
        labels,
        "What people judged, one object a line, for `zhenzan scan --labels`.",
        parameters=(
            Parameter(
                "use",
                "query",
                "training: only what a person lets calibration learn from; every: all of it.",
                {"type": "string", "enum": [TRAINING, EVERY]},
            ),
        ),
        answers={
            HTTPStatus.OK: Answer(
                "entity_type, entity_id, label, source, ts.", {JSON_LINES: {"type": "string"}}
            )
        },
        problems=(HTTPStatus.BAD_REQUEST,),
    ),
)
