"""Every page of the console, and who may see it."""

from __future__ import annotations

from zhenzan.serve.console import (
    administration,
    appeal,
    assets,
    bulk,
    case,
    exports,
    figures,
    labels,
    policies,
    queues,
    records,
    second_factor,
    sign_in,
)

ROUTES = (
    *sign_in.ROUTES,
    *second_factor.ROUTES,
    *queues.ROUTES,
    *case.ROUTES,
    *bulk.ROUTES,
    *appeal.ROUTES,
    *figures.ROUTES,
    *labels.ROUTES,
    *policies.ROUTES,
    *records.ROUTES,
    *exports.ROUTES,
    *administration.ROUTES,
    *assets.ROUTES,
)
