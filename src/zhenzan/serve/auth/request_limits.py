"""How often each caller may ask: programs a lot, people as much as people can, others little."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING

from zhenzan.serve.auth.rate_limits import Rate, TokenBuckets, address_key
from zhenzan.serve.problems import ProblemError

if TYPE_CHECKING:
    from starlette.requests import Request

    from zhenzan.serve.principals import Principal

PER_PROGRAM = Rate(burst=20_000, per_second=10_000)
"""Above what one process can take; the queue of events sheds before, by its age."""
PER_PERSON = Rate(burst=200, per_second=20)
PER_ADDRESS = Rate(burst=120, per_second=10)
"""Of requests by nobody in particular: signing in, appeals, files of style and script."""


class RequestLimits:
    """Limits requests, by who sends them, or else by the address they come from."""

    def __init__(self) -> None:
        self._programs = TokenBuckets(PER_PROGRAM)
        self._persons = TokenBuckets(PER_PERSON)
        self._addresses = TokenBuckets(PER_ADDRESS)

    def check(self, request: Request, principal: Principal | None) -> None:
        """Count one request.

        Raises:
            ProblemError: 429, with the seconds to wait: it was one too many.
        """
        if principal is None:
            host = request.client.host if request.client else None
            wait = self._addresses.wait_seconds(address_key(host))
        elif principal.is_person:
            wait = self._persons.wait_seconds(principal.name)
        else:
            wait = self._programs.wait_seconds(principal.name)
        if wait:
            raise ProblemError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "That was more than the service takes from one caller.",
                f"Wait {math.ceil(wait)} s and ask less often.",
                {"Retry-After": str(math.ceil(wait))},
            )
