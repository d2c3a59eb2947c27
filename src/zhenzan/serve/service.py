"""What lives as long as the service: its data, its figures, and what works in the background."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from zhenzan.serve.auth.auth import Auth
from zhenzan.serve.metrics import Metrics

if TYPE_CHECKING:
    from starlette.requests import Request

    from zhenzan.serve.data_folder import DataFolder
    from zhenzan.serve.principals import Principal
    from zhenzan.serve.settings import ServeSettings


class Service:
    """The parts of one service, started and stopped together.

    Args:
        data: The data folder.
        settings: The user's choices.

    Attributes:
        data: The data folder.
        settings: The user's choices.
        auth: Who may come in; from the start on.
        metrics: The service's own figures.
        ready: Whether it takes events.
    """

    def __init__(self, data: DataFolder, settings: ServeSettings) -> None:
        self.data = data
        self.settings = settings
        self.auth: Auth
        self.metrics = Metrics()
        self.ready = False
        self._lock: IO[bytes] | None = None

    async def start(self) -> None:
        """Take the data folder, and start what works in the background.

        Raises:
            CallError: The folder cannot be used.
        """
        self.data.make()
        self._lock = self.data.lock()
        self.auth = Auth(self.data)
        self.ready = True

    async def authenticate(self, request: Request) -> Principal | None:
        """Who sends a request."""
        return await self.auth.authenticate(request)

    async def stop(self) -> None:
        """Finish what was taken, and let go of the data folder."""
        self.ready = False
        if self._lock:
            self.auth.close()
            self._lock.close()
