"""Every page of the console, and who may see it."""

from __future__ import annotations

from zhenzan.serve.console import administration, assets, sign_in

ROUTES = (*sign_in.ROUTES, *administration.ROUTES, *assets.ROUTES)
