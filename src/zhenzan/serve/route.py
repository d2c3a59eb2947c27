"""One route as data: where, who may, what it takes and gives. OpenAPI and the guard are of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from zhenzan.serve.problems import problem_answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from zhenzan.errors import ZhenzanError
    from zhenzan.serve.principals import Access

    Endpoint = Callable[[Request], Awaitable[Response]]
    Refusal = Callable[[Request, ZhenzanError], Response]

Schema = dict[str, Any]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a route.

    Attributes:
        name: Its name.
        place: path, query or header.
        about: What it means.
        schema: JSON Schema of its value.
        required: Whether it must be given.
    """

    name: str
    place: str
    about: str
    schema: Schema
    required: bool = False


@dataclass(frozen=True)
class Answer:
    """One answer that a route may give besides problems.

    Attributes:
        about: When.
        schemas: Media type → JSON Schema; empty: no body.
    """

    about: str
    schemas: Mapping[str, Schema] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """One route.

    Attributes:
        method: GET, POST, PUT, PATCH or DELETE.
        path: With parameters in braces; ``{id:path}`` may hold slashes.
        access: Who may call it. A route without is refused at start.
        endpoint: What answers.
        about: What it is for, one sentence.
        parameters: What stands in path, query and headers.
        body: Media type → JSON Schema of the body; empty: it takes none.
        answers: Status → answer.
        problems: Statuses of problems beyond those that the guard gives.
        refused: What an error looks like: a problem for programs, a page for people.
        documented: Whether it stands in the OpenAPI document; pages of the console do not.
        direct: Whether it is called so often that it is answered past Starlette's router; its path
            has no parameters, and it raises no HTTPException.
    """

    method: str
    path: str
    access: Access
    endpoint: Endpoint
    about: str
    parameters: tuple[Parameter, ...] = ()
    body: Mapping[str, Schema] = field(default_factory=dict)
    answers: Mapping[HTTPStatus, Answer] = field(
        default_factory=lambda: {HTTPStatus.OK: Answer("Done.")}
    )
    problems: tuple[HTTPStatus, ...] = ()
    refused: Refusal = problem_answer
    documented: bool = True
    direct: bool = False
