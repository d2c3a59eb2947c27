"""What a service has stored, read beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.serve.events.store import EventStore

if TYPE_CHECKING:
    from zhenzan.serve.data_folder import DataFolder


def stored_ids(data: DataFolder) -> list[str]:
    """The ``event_id`` of every stored event, in the order of arrival."""
    store = EventStore(data.events, read_only=True)
    found = [
        event_id
        for batch in store.batches("events", store.last_batch())
        for event_id in batch.rows.column("event_id").to_pylist()
    ]
    store.close()
    return found
