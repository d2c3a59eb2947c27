"""One line of JSON for each request: which route, how it ended, how long; never an identifier."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from zhenzan.serve.metrics import Metrics

NO_ROUTE = "(none)"


class AccessLog:
    """Writes the line, and counts the request.

    What is logged is the route as it stands in the table (``/v1/accounts/{id}``), not the path:
    paths, queries, bodies and addresses hold identifiers.

    Args:
        app: What answers.
        metrics: Where requests are counted.
        stream: Where lines go; None: nowhere.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, stream: TextIO | None = sys.stderr) -> None:
        self._app = app
        self._metrics = metrics
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the application, then write the line."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        # Of this request alone; what lives as long as the service is in ``app.state``.
        state = scope["state"] = dict(scope.get("state") or {})
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            self._write(scope["method"], state, status, time.perf_counter() - started)

    def _write(self, method: str, state: dict[str, object], status: int, seconds: float) -> None:
        route = str(state.get("route", NO_ROUTE))
        self._metrics.observe(
            "zhenzan_request_seconds",
            "Time to answer a request.",
            seconds,
            route=route,
            status=str(status),
        )
        if self._stream is None:
            return
        line = {
            "ts": round(time.time(), 3),
            "method": method if route != NO_ROUTE else "",
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 2),
            "principal": getattr(state.get("principal"), "name", ""),
        }
        self._stream.write(json.dumps(line) + "\n")
