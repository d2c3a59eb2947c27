"""What a user may choose for the service, with the defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenzan.errors import CallError
from zhenzan.settings import LEAST_RETENTION_DAYS, ScanSettings

if TYPE_CHECKING:
    from zhenzan.serve.auth.roles import UserRole


@dataclass(frozen=True)
class ServeSettings:
    """Choices for one service.

    Attributes:
        scan: The settings of each scan of the stored events.
        ledger_url: Where the ledger is, such as ``postgresql://…``; None: in the data folder.
        score_every_s: Seconds from the start of one scan to the start of the next; 0: never.
        kept_scans: How many scans stay on disk.
        keep_days: Days that stored events stay and are scanned; 0: for ever.
        most_body_bytes: The largest body of a request.
        most_rows: The most events in one request.
        most_waiting_bytes: Bodies waiting to be stored, together; beyond it requests are shed.
        most_waiting_s: How long the oldest may have waited before requests are shed.
        idempotency_hours: How long an Idempotency-Key is remembered.
        remembered_events: Of how many newest events a repeat is noticed at once (older repeats
            are noticed by the next scan).
        counter_cells: Cells of each row of a live counter; a power of two.
        private_webhooks: Whether webhooks may go to private addresses.
        factor_roles: Whoever has one of these roles signs in with a second factor too.
    """

    scan: ScanSettings = field(default_factory=ScanSettings)
    ledger_url: str | None = None
    score_every_s: float = 300.0
    kept_scans: int = 3
    keep_days: int = LEAST_RETENTION_DAYS["events"]
    most_body_bytes: int = 8 * 2**20
    most_rows: int = 10_000
    most_waiting_bytes: int = 64 * 2**20
    most_waiting_s: float = 1.0
    idempotency_hours: float = 24.0
    remembered_events: int = 2**20
    counter_cells: int = 2**18
    private_webhooks: bool = False
    factor_roles: tuple[UserRole, ...] = ()

    def __post_init__(self) -> None:
        if self.score_every_s < 0:
            raise CallError(
                "The time between scans is negative.", "Say --score-every 0 for no scans."
            )
        if self.kept_scans < 1:
            raise CallError("At least one scan has to be kept.", "Raise --keep-scans.")
        if self.keep_days < 0:
            raise CallError(
                "The days that events stay are negative.", "Say --keep-days 0 to keep them."
            )
        for name in ("remembered_events", "counter_cells"):
            size = getattr(self, name)
            if size < 2 or size & (size - 1):
                raise ValueError(f"{name} is no power of two: {size}")
