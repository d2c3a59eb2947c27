"""One large log from copies of simulated worlds, each with accounts, contents and addresses apart.

``python -m benchmark.beside.copies --worlds W1 W2 --count 7 --out LOG`` takes the worlds in turn. A
copy's events are one file of ``LOG/events``; ``zhenzan simulate`` itself holds a world in memory.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

EVENTS = """
COPY (
    SELECT event_id * 10 + {copy} AS event_id, ts, event_type,
           account_id || '-{copy}' AS account_id, content_id || '-{copy}' AS content_id,
           device_id || '-{copy}' AS device_id,
           CASE WHEN contains(ip, '.')
                THEN concat((CAST(split_part(ip, '.', 1) AS INT) + {copy} * 31) % 223 + 1,
                            substr(ip, strpos(ip, '.')))
                ELSE concat('{copy}', ip) END AS ip,
           session_id || '-{copy}' AS session_id, watch_ms, progress, source, text
    FROM '{world}/events.parquet'
) TO '{out}/events/{copy}.parquet' (FORMAT parquet)
"""
ACCOUNTS = """
SELECT * REPLACE (account_id || '-{copy}' AS account_id,
                  organization_id || '-{copy}' AS organization_id)
FROM '{world}/accounts.parquet'
"""
CONTENTS = """
SELECT * REPLACE (content_id || '-{copy}' AS content_id, author_id || '-{copy}' AS author_id)
FROM '{world}/contents.parquet'
"""


def main() -> None:
    """Write the copies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=Path, nargs="+", required=True)
    parser.add_argument("--count", type=int, default=7, help="of copies; at most 10")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    (given.out / "events").mkdir(parents=True)
    connection = duckdb.connect(config={"threads": 1, "memory_limit": "2GB"})
    worlds = [given.worlds[copy % len(given.worlds)] for copy in range(given.count)]
    for copy, world in enumerate(worlds):
        connection.execute(EVENTS.format(copy=copy, world=world, out=given.out))
    for name, query in (("accounts", ACCOUNTS), ("contents", CONTENTS)):
        parts = (query.format(copy=copy, world=world) for copy, world in enumerate(worlds))
        place = given.out / f"{name}.parquet"
        connection.execute(f"COPY ({' UNION ALL '.join(parts)}) TO '{place}'")


if __name__ == "__main__":
    main()
