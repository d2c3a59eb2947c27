"""Errors as HTTP says them: application/problem+json (RFC 9457), with the sentence and the hint."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from zhenzan.errors import CallError, InputError, LimitError, ZhenzanError

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def problem_of(error: ZhenzanError) -> JSONResponse:
    """The answer for an error that was raised on purpose."""
    if isinstance(error, ProblemError):
        return problem(error.status, error.sentence, error.hint, error.headers)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if isinstance(error, CallError | InputError):
        status = HTTPStatus.BAD_REQUEST
    elif isinstance(error, LimitError):
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return problem(status, error.sentence, error.hint)
