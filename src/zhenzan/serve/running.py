"""Runs the application in this process until it is told to stop."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import uvicorn

from zhenzan.serve.app import build

if TYPE_CHECKING:
    from zhenzan.serve.data_folder import DataFolder
    from zhenzan.serve.settings import ServeSettings

BACKLOG = 2_048
"""Connections that the system holds for the service."""
STOP_WITHIN_S = 10
SWITCH_EVERY_S = 0.0005
"""How long a thread may keep others from running Python; requests must not wait for the intake."""


def run(data: DataFolder, settings: ServeSettings, host: str, port: int, *, quiet: bool) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        data: The data folder.
        settings: The user's choices.
        host: The address to listen on.
        port: The port to listen on.
        quiet: Whether to write no access log.
    """
    sys.setswitchinterval(SWITCH_EVERY_S)
    server = _Server(
        uvicorn.Config(
            build(data, settings, log=None if quiet else sys.stderr),
            host=host,
            port=port,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            backlog=BACKLOG,
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
    )
    # The signal comes again once the server has stopped for it.
    with suppress(KeyboardInterrupt):
        server.run()


class _Server(uvicorn.Server):
    """A server that is looked through for garbage without what stays as long as it does.

    Such a search stops every request, and most of what it would look through is code and settings.
    """

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
