"""GET /v1/likes, accounts, contents and rings by their identifier, and why they were judged so."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from zhenzan import report
from zhenzan.errors import CallError
from zhenzan.model import EntityType
from zhenzan.report.explanation import KEYS
from zhenzan.serve.principals import Scope, either
from zhenzan.serve.problems import ProblemError
from zhenzan.serve.queries.reading import key_of, not_known
from zhenzan.serve.route import Answer, Parameter, Route
from zhenzan.tables import ACCOUNTS, CONTENTS, LIKES, RINGS, Table

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from zhenzan.report.scan_directory import Row, ScanDirectory
    from zhenzan.serve.route import Endpoint, Schema
    from zhenzan.serve.scoring.kept import KeptScan
    from zhenzan.serve.service import Service

TABLES: dict[EntityType, Table] = {
    EntityType.LIKE: LIKES,
    EntityType.ACCOUNT: ACCOUNTS,
    EntityType.CONTENT: CONTENTS,
    EntityType.RING: RINGS,
}
_JSON = "application/json"
MOST_MEMBERS = 1_000
LANGUAGES = ("en", "zh")


def columns(table: Table) -> str:
    """The columns of an output table as SQL, with times as ISO 8601 text."""
    return ", ".join(
        f"strftime({c.name} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ') AS {c.name}"
        if str(c.type).startswith("timestamp")
        else c.name
        for c in table.columns
    )


def _looked_up(kind: EntityType) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        service: Service = request.app.state.service
        entity_id = request.path_params["id"]

        def question(scan: KeptScan, directory: ScanDirectory) -> Row:
            return {"scan": scan.number, **_entity(directory, kind, entity_id)}

        return JSONResponse(await service.reading.ask(question))

    return endpoint


def _entity(directory: ScanDirectory, kind: EntityType, entity_id: str) -> Row:
    table, column = KEYS[kind]
    key = key_of(directory, kind, entity_id)
    query = f"SELECT {columns(TABLES[kind])} FROM {table} WHERE {column} = ?"
    row = None if key is None else directory.row(table, query, [key])
    if row is None:
        raise not_known(kind)
    if kind is EntityType.RING:
        row["evidence"] = json.loads(row["evidence"])
        row["members"] = directory.rows(
            "ring_members",
            "SELECT account_id, role, score FROM ring_members WHERE ring_id = ? "
            f"ORDER BY account_id LIMIT {MOST_MEMBERS}",
            [key],
        )
    return row


def _explained(kind: EntityType) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        service: Service = request.app.state.service
        lang = request.query_params.get("lang", "en")
        if lang not in LANGUAGES:
            raise ProblemError(
                HTTPStatus.BAD_REQUEST,
                "There is no such language.",
                f"Choose from {', '.join(LANGUAGES)}.",
            )
        scan = service.reading.newest()
        try:
            found = await asyncio.to_thread(
                report.explain, scan.directory, kind, request.path_params["id"]
            )
        except CallError as error:
            raise not_known(kind) from error
        body: dict[str, Any] = {"scan": scan.number, **found.to_dict()}
        text = await asyncio.to_thread(found.text, "zh" if lang == "zh" else "en")
        return JSONResponse({**body, "text": text})

    return endpoint


def _routes(kind: EntityType) -> tuple[Route, ...]:
    path, about = f"/v1/{KEYS[kind][0]}/{{id:path}}", f"What the newest scan says of a {kind}."
    identifier = Parameter(
        "id", "path", f"The {kind}.", {"type": "string", "minLength": 1}, required=True
    )
    lang = Parameter("lang", "query", "Of the text.", {"type": "string", "enum": list(LANGUAGES)})
    access = either(Scope.SCANS)
    return (
        Route(
            "GET",
            f"{path}/explanation",
            access,
            _explained(kind),
            f"Why the newest scan judges a {kind} so: the findings, their weights, and a text.",
            (identifier, lang),
            answers={HTTPStatus.OK: Answer("The explanation.", {_JSON: EXPLANATION})},
            problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND),
        ),
        Route(
            "GET",
            path,
            access,
            _looked_up(kind),
            about,
            (identifier,),
            answers={HTTPStatus.OK: Answer("What it says.", {_JSON: row_schema(TABLES[kind])})},
            problems=(HTTPStatus.NOT_FOUND,),
        ),
    )


def row_schema(table: Table) -> Schema:
    """JSON Schema of a row of an output table, and the number of its scan."""
    kinds = {"double": "number", "int64": "integer"}
    properties: dict[str, Schema] = {"scan": {"type": "integer"}}
    for column in table.columns:
        kind: Schema = {"type": kinds.get(str(column.type), "string")}
        if column.name.endswith("_id"):
            kind = {"type": ["string", "integer"]}
        elif str(column.type).startswith("list"):
            kind = {"type": "array", "items": {"type": "string"}}
        elif column.name == "evidence":
            kind = {}
        if column.nullable:
            kind = {"anyOf": [kind, {"type": "null"}]}
        properties[column.name] = {**kind, "description": column.meaning}
    return {"type": "object", "properties": properties, "required": list(properties)}


EXPLANATION: Schema = {
    "type": "object",
    "properties": {
        "scan": {"type": "integer"},
        "entity": {"type": "object"},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "verdict": {"type": ["string", "null"]},
        "prior_bits": {"type": ["number", "null"]},
        "weights": {"type": "array", "items": {"type": "object"}},
        "total_bits": {"type": "number"},
        "threshold": {"type": ["number", "null"]},
        "related": {"type": "object"},
        "text": {"type": "string"},
    },
    "required": ["scan", "entity", "score", "verdict", "weights", "text"],
}

ROUTES = tuple(route for kind in TABLES for route in _routes(kind))
