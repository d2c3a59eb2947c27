"""The table of routes: every path of the service, and who may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.serve import health
from zhenzan.serve.console import routes as console

if TYPE_CHECKING:
    from zhenzan.serve.route import Route, Schema

ROUTES: tuple[Route, ...] = (*health.ROUTES, *console.ROUTES)
SCHEMAS: dict[str, Schema] = {}
