"""A tiny log with a truth: who does what can be counted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Event = tuple[str, int, str, str, str]
"""Type, seconds, account, content, device."""


def lay_out(folder: Path, events: Sequence[Event], sold: Sequence[str] = ()) -> Path:
    """Write ``events.parquet`` and a truth in which the accounts ``sold`` gave only fake likes."""
    (folder / "truth").mkdir(parents=True)
    db = duckdb.connect()
    db.execute("""
        CREATE TABLE events (event_id BIGINT, ts TIMESTAMPTZ, event_type VARCHAR,
            account_id VARCHAR, content_id VARCHAR, device_id VARCHAR, watch_ms BIGINT)
    """)
    for number, (kind, second, account, content, device) in enumerate(events):
        db.execute(
            "INSERT INTO events VALUES (?, to_timestamp(?), ?, ?, ?, ?, NULL)",
            [number, second, kind, account, content, device],
        )
    db.execute("CREATE TABLE sold (account_id VARCHAR)")
    for account in sold:
        db.execute("INSERT INTO sold VALUES (?)", [account])
    tables = {
        "events": "FROM events",
        "truth/likes": """
            SELECT event_id, account_id IN (FROM sold) AS fake,
                   CASE WHEN account_id IN (FROM sold) THEN 'api' END AS mode
            FROM events WHERE event_type = 'like'
        """,
        "truth/accounts": """
            SELECT DISTINCT account_id,
                   CASE WHEN account_id IN (FROM sold) THEN 'supplier' ELSE 'honest' END AS role,
                   'fans' AS hard
            FROM events
        """,
    }
    for name, query in tables.items():
        db.execute(f"COPY ({query}) TO '{folder / name}.parquet' (FORMAT parquet)")
    return folder
