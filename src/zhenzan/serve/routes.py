"""The table of routes: every path of the service, and who may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.serve import health
from zhenzan.serve.console import routes as console
from zhenzan.serve.events import endpoint as events
from zhenzan.serve.queries import entities, labels, overviews
from zhenzan.serve.webhooks import endpoint as webhooks

if TYPE_CHECKING:
    from zhenzan.serve.route import Route, Schema

# Starlette looks through them in this order, so those that are called most stand first.
ROUTES: tuple[Route, ...] = (
    *events.ROUTES,
    *overviews.ROUTES,
    *entities.ROUTES,
    *labels.ROUTES,
    *webhooks.ROUTES,
    *health.ROUTES,
    *console.ROUTES,
)
SCHEMAS: dict[str, Schema] = {**events.SCHEMAS}
