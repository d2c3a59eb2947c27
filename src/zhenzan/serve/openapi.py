"""The OpenAPI document, made from the routes."""

from __future__ import annotations

import re
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from zhenzan.serve.problems import PROBLEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhenzan.serve.route import Parameter, Route, Schema

PROBLEM_SCHEMA: Schema = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, in one sentence."},
        "hint": {"type": "string", "description": "What to do about it."},
    },
}
_GUARD = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def document(routes: Iterable[Route], schemas: Mapping[str, Schema]) -> dict[str, Any]:
    """The document.

    Args:
        routes: The table of routes.
        schemas: Name → JSON Schema; routes refer to them by ``#/components/schemas/<name>``.
    """
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        if route.documented:
            path = route.path.replace(":path}", "}")
            paths.setdefault(path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Zhenzan",
            "version": version("zhenzan"),
            "description": "Events in, a decision on each like at once, and what scans found.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": PROBLEM_SCHEMA, **schemas},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": "_".join(
            [route.method.lower(), *re.findall(r"\w+", route.path.replace(":path", ""))]
        ),
        "summary": route.about,
        "security": [] if route.access.anybody else [{"key": []}],
        "responses": _responses(route),
    }
    if not route.access.anybody:
        names = sorted(route.access.grants)
        operation["description"] = f"For: {', '.join(names)}."
    if route.parameters:
        operation["parameters"] = [_parameter(p) for p in route.parameters]
    if route.body:
        content = {media: {"schema": schema} for media, schema in route.body.items()}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.about,
        "required": parameter.required or parameter.place == "path",
        "schema": parameter.schema,
    }


def _responses(route: Route) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, answer in route.answers.items():
        responses[str(int(status))] = {"description": answer.about}
        if answer.schemas:
            responses[str(int(status))]["content"] = {
                media: {"schema": schema} for media, schema in answer.schemas.items()
            }
    problems = set(route.problems) | (set() if route.access.anybody else set(_GUARD))
    for status in sorted(problems):
        responses[str(int(status))] = {
            "description": status.phrase,
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return responses
