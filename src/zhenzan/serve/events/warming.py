"""Compiles or loads what a request of events runs through, so that the first need not wait."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from zhenzan.ingest.admission import enter
from zhenzan.ingest.pseudonyms import Pseudonyms
from zhenzan.kernels.keyed_hash import KEY_BYTES
from zhenzan.serve.events.bodies import JSON, flat_body, open_tables
from zhenzan.serve.events.recent import RecentEvents
from zhenzan.serve.events.store import TYPED
from zhenzan.serve.live.counters import Counters
from zhenzan.serve.live.decisions import LiveDecisions

if TYPE_CHECKING:
    from zhenzan.ingest import Admission

_EVENT = {
    "event_id": "e",
    "ts": "2026-01-01T00:00:00Z",
    "event_type": "like",
    "account_id": "u",
    "content_id": "c",
    "device_id": "d",
    "ip": "2001:db8::1",
    "session_id": "s",
}


def warm(admission: Admission) -> None:
    """Read one event and decide on it, as far as that leaves nothing behind.

    Args:
        admission: Checks rows.
    """
    body = flat_body("events", JSON, msgspec.json.encode([_EVENT]), 1)
    assert body is not None
    secret = bytes(KEY_BYTES)
    entrance = enter("events", TYPED, open_tables([body]), Pseudonyms(secret))
    rows = admission.check([entrance])
    RecentEvents(2, secret).meet(rows)
    live = LiveDecisions(("like",), Counters(2, secret))
    live.decide(rows, np.ones(1, np.bool_), time.time_ns() // 1000)
