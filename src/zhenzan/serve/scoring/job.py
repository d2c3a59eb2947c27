"""What the process that scans is told."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Job:
    """What is to be scanned.

    Attributes:
        store: The event store.
        scans: The folder of scans.
        number: The number of this scan.
        after: Events of later batches only; those up to it may go once they were scanned.
        upto: The last batch to read.
        settings: The settings of the scan, as plain values.
    """

    store: str
    scans: str
    number: int
    after: int
    upto: int
    settings: dict[str, object]

    def to_json(self) -> str:
        """The job as text."""
        return json.dumps(asdict(self))
