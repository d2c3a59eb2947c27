"""Errors as HTTP says them: application/problem+json (RFC 9457), with the sentence and the hint."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from zhenzan.errors import CallError, InputError, LimitError, UnavailableError, ZhenzanError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

PROBLEM = "application/problem+json"


class ProblemError(ZhenzanError):
    """An error that knows its HTTP status.

    Args:
        status: The status.
        sentence: What is wrong.
        hint: What to do about it.
        headers: Headers of the answer, such as ``Retry-After``.
    """

    def __init__(
        self,
        status: HTTPStatus,
        sentence: str,
        hint: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence, hint)
        self.status = status
        self.headers = dict(headers or {})


def problem(
    status: HTTPStatus, sentence: str, hint: str = "", headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The answer that says what is wrong."""
    body = {"type": "about:blank", "title": status.phrase, "status": status, "detail": sentence}
    if hint:
        body["hint"] = hint
    return JSONResponse(body, status, headers, PROBLEM)


def status_of(error: ZhenzanError) -> HTTPStatus:
    """The HTTP status of an error that was raised on purpose."""
    if isinstance(error, ProblemError):
        return error.status
    if isinstance(error, CallError | InputError):
        return HTTPStatus.BAD_REQUEST
    if isinstance(error, UnavailableError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(error, LimitError):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return HTTPStatus.INTERNAL_SERVER_ERROR


def problem_answer(_: Request, error: ZhenzanError) -> JSONResponse:
    """The answer for an error that was raised on purpose."""
    headers = error.headers if isinstance(error, ProblemError) else {}
    return problem(status_of(error), error.sentence, error.hint, headers)
