"""Runs the application in this process until it is told to stop."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

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
    uvicorn.run(
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
