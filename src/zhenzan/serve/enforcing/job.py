"""What the process that applies policies is told."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Job:
    """Where everything is.

    Attributes:
        scan: The scan directory.
        ledger: The data folder or the URL of the ledger.
        keys: The folder of its key.
    """

    scan: str
    ledger: str
    keys: str

    def to_json(self) -> str:
        """The job as text."""
        return json.dumps(asdict(self))
