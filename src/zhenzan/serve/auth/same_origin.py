"""Requests that change something must come from the service's own pages."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from zhenzan.serve.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_same_origin(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a request may act with the cookies it carries.

    Browsers say where a request comes from in ``Sec-Fetch-Site``; those that do not, in
    ``Origin``. A page cannot forge either. A request that says neither is refused, since every
    browser of the last years says one of them on a POST.

    Args:
        method: The HTTP method; those that change nothing pass.
        headers: The request's headers, case-insensitive or with lower-case names.
    """
    if method in SAFE_METHODS:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    host = headers.get("host")
    return bool(origin and host) and urlsplit(origin).netloc == host


def check_same_origin(request: Request) -> None:
    """Refuse a request that would change something and that another site sent.

    Raises:
        ProblemError: 403.
    """
    if not is_same_origin(request.method, request.headers):
        raise ProblemError(
            HTTPStatus.FORBIDDEN,
            "This request did not come from a page of this service.",
            "Open the page here and do it again.",
        )
