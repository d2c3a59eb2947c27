"""GET /v1/provenance, /v1/scores and /v1/scans/latest; POST /v1/scans."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from zhenzan.errors import ZhenzanError
from zhenzan.model import EntityType
from zhenzan.report.explanation import KEYS
from zhenzan.serve.principals import Scope, either
from zhenzan.serve.problems import ProblemError
from zhenzan.serve.queries.reading import in_type, key_of
from zhenzan.serve.route import Answer, Parameter, Route
from zhenzan.serve.scoring.kept import KeptScan, kept_scans

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from zhenzan.report.scan_directory import Row, ScanDirectory
    from zhenzan.serve.route import Schema
    from zhenzan.serve.service import Service

_JSON = "application/json"
MOST_SCORES = 10_000
DEFAULT_SCORES = 1_000
MOST_SCANS = 2**31 - 1
SCORE_COLUMNS = (
    "content_id",
    "true_likes",
    "true_likes_low",
    "true_likes_high",
    "engagement_score",
    "health",
    "verdict",
)
SUMMARY = ("zhenzan", "rows", "period", "likes", "accounts", "contents", "rings", "detectors")


async def latest(request: Request) -> Response:
    """What the newest scan found, in counts."""
    service: Service = request.app.state.service

    def question(scan: KeptScan, directory: ScanDirectory) -> Row:
        summary = directory.summary
        return {"scan": scan.number, **{name: summary[name] for name in SUMMARY if name in summary}}

    return JSONResponse(await service.reading.ask(question))


async def scan_now(request: Request) -> Response:
    """Scan what is stored, and answer when that is done."""
    service: Service = request.app.state.service
    try:
        scan = await service.schedule.scan()
    except ZhenzanError as error:
        raise ProblemError(HTTPStatus.CONFLICT, error.sentence, error.hint) from error
    if scan is None:
        raise ProblemError(
            HTTPStatus.CONFLICT, "No events are stored yet.", "Send events to /v1/events first."
        )
    return JSONResponse({"scan": scan.number})


async def provenance(request: Request) -> Response:
    """Where the likes of everything, of a content or of an account come from."""
    service: Service = request.app.state.service
    asked = [
        (kind, request.query_params[name])
        for kind, name in ((EntityType.CONTENT, "content_id"), (EntityType.ACCOUNT, "account_id"))
        if name in request.query_params
    ]

    def question(scan: KeptScan, directory: ScanDirectory) -> Row:
        keys = [key_of(directory, kind, entity) for kind, entity in asked]
        where = " AND ".join(["true", *(f"{KEYS[kind][1]} = ?" for kind, _ in asked)])
        rows: list[Row] = []
        if None not in keys:
            rows = directory.rows(
                "likes",
                f"SELECT provenance, verdict, count(*) AS likes FROM likes WHERE {where} "
                "GROUP BY ALL ORDER BY ALL",
                keys,
            )
        return {"scan": scan.number, "likes": sum(r["likes"] for r in rows), "provenance": rows}

    return JSONResponse(await service.reading.ask(question))


async def scores(request: Request) -> Response:
    """Scores of contents for a recommender: all, or those that changed since a scan."""
    service: Service = request.app.state.service
    limit = _whole(request, "limit", DEFAULT_SCORES, 1, MOST_SCORES)
    since = _whole(request, "since", 0, 0, MOST_SCANS)
    after = request.query_params.get("after")

    def question(scan: KeptScan, directory: ScanDirectory) -> Row:
        kept = {s.number: s for s in kept_scans(service.data.scans)}
        where, values = ["true"], []
        if after is not None:
            key = in_type(after, integer=directory.is_integer("contents", "content_id"))
            if key is None:
                raise ProblemError(
                    HTTPStatus.BAD_REQUEST, "'after' is no content_id.", "Take it from 'next'."
                )
            where.append("content_id > ?")
            values.append(key)
        own = f"SELECT {', '.join(SCORE_COLUMNS)} FROM contents WHERE {' AND '.join(where)}"
        if since in kept:
            earlier = str(kept[since].directory / "contents.parquet").replace("'", "''")
            own = f"{own} EXCEPT SELECT {', '.join(SCORE_COLUMNS)} FROM read_parquet('{earlier}')"
        rows = directory.rows(
            "contents", f"SELECT * FROM ({own}) ORDER BY content_id LIMIT {limit + 1}", values
        )
        more = len(rows) > limit
        return {
            "scan": scan.number,
            "complete": since not in kept,
            "scores": rows[:limit],
            "next": rows[limit - 1]["content_id"] if more else None,
        }

    return JSONResponse(await service.reading.ask(question))


def _whole(request: Request, name: str, default: int, least: int, most: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most:
        return int(text)
    raise ProblemError(
        HTTPStatus.BAD_REQUEST,
        f"'{name}' is not a whole number from {least} to {most:,}.",
        "Write it in digits.",
    )


def _integer(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _object(**properties: Any) -> Schema:
    scan = {"scan": {"type": "integer", "description": "The number of the scan."}}
    return {"type": "object", "properties": {**scan, **properties}, "required": ["scan"]}


_TEXT: Schema = {"type": "string"}
_LIST: Schema = {"type": "array", "items": {"type": "object"}}
_READ = either(Scope.SCANS)

ROUTES = (
    Route(
        "GET",
        "/v1/scans/latest",
        _READ,
        latest,
        "What the newest scan found, in counts.",
        answers={HTTPStatus.OK: Answer("The counts.", {_JSON: _object()})},
        problems=(HTTPStatus.NOT_FOUND,),
    ),
    Route(
        "POST",
        "/v1/scans",
        either(Scope.EVENTS),
        scan_now,
        "Scan what is stored now, unless nothing new is, and answer when that is done.",
        answers={HTTPStatus.OK: Answer("The newest scan.", {_JSON: _object()})},
        problems=(HTTPStatus.CONFLICT,),
    ),
    Route(
        "GET",
        "/v1/provenance",
        _READ,
        provenance,
        "Where likes come from (数据溯源): of everything, of one content, of one account.",
        (
            Parameter("content_id", "query", "Only likes of this content.", _TEXT),
            Parameter("account_id", "query", "Only likes by this account.", _TEXT),
        ),
        answers={
            HTTPStatus.OK: Answer(
                "Likes by provenance and verdict.",
                {_JSON: _object(likes={"type": "integer"}, provenance=_LIST)},
            )
        },
        problems=(HTTPStatus.NOT_FOUND,),
    ),
    Route(
        "GET",
        "/v1/scores",
        _READ,
        scores,
        "Scores of contents for a recommender, in the order of content_id.",
        (
            Parameter(
                "since",
                "query",
                "Only contents whose scores changed since this scan. If that scan is no longer "
                "kept, all are given and 'complete' is true.",
                _integer(0, MOST_SCANS),
            ),
            Parameter("after", "query", "Only contents after this one: 'next' of before.", _TEXT),
            Parameter("limit", "query", "The most to give.", _integer(1, MOST_SCORES)),
        ),
        answers={
            HTTPStatus.OK: Answer(
                "The scores.",
                {_JSON: _object(complete={"type": "boolean"}, scores=_LIST, next={})},
            )
        },
        problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND),
    ),
)
