"""Old events go while new ones come in: all that must go, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw
import httpx
import pytest

from zhenzan.serve.data_folder import DataFolder

from .served import Served
from .stored import stored_ids
from .test_kill import Sender, wait_for_more

if TYPE_CHECKING:
    from pathlib import Path

LONG_AGO_US = 300 * 86_400_000_000
"""Older than the 183 days that events are kept by default."""
OLD_BATCHES = 50


def scan(served: Served) -> None:
    """Scan what is stored; the scan after it removes what this one read and is too old."""
    answer = httpx.post(
        f"http://127.0.0.1:{served.port}/v1/scans",
        headers={"Authorization": f"Bearer {served.key}"},
        timeout=300,
        trust_env=False,
    )
    assert answer.status_code == 200, answer.text


def sent(sender: Sender, batches: int) -> list[str]:
    while len(sender.acknowledged) < batches * 40:
        wait_for_more([sender])
    sender.stopping.set()
    sender.join(60)
    assert not sender.is_alive()
    return sender.acknowledged


@pytest.mark.slow
def test_what_is_old_goes_and_all_else_stays(tmp_path: Path) -> None:
    served = Served(DataFolder(tmp_path / "data"))
    try:
        first = Sender(served, "old", keyed=False)
        first.start()
        old = sent(first, OLD_BATCHES)
        connection = apsw.Connection(str(served.data.events))
        connection.execute("UPDATE batches SET stored_us = stored_us - ?", (LONG_AGO_US,))
        connection.close()
        senders = [Sender(served, f"new{n}", keyed=n % 2 == 0) for n in range(2)]
        for sender in senders:
            sender.start()
        wait_for_more(senders)
        scan(served)
        # What no scan had read stayed for the first.
        assert set(old) <= set(stored_ids(served.data))
        wait_for_more(senders)
        scan(served)
        assert not set(old) & set(stored_ids(served.data)), "still there"
        new = [event_id for sender in senders for event_id in sent(sender, 1)]
        kept = stored_ids(served.data)
        assert sorted(kept) == sorted(new)
        served.kill_and_start()
        assert sorted(stored_ids(served.data)) == sorted(new)
    finally:
        served.stop()
