"""Which of several rows with one identifier stays: against a slow twin."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.ingest.duplicates import keep_first

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "made": st.booleans(),
            "event_id": st.sampled_from("ab"),
            "ts": st.integers(0, 2),
            "account_id": st.sampled_from("xy"),
            "device": st.sampled_from([None, 1, 2]),
            "ip": st.just(None),
            "session": st.sampled_from([None, 7]),
        }
    ),
    min_size=1,
    max_size=12,
)


def least(row: dict[str, Any]) -> tuple[Any, ...]:
    """The order in which rows of one identifier stand: by content, nulls last."""
    return tuple((row[c] is None, row[c] or 0) for c in ("ts", "device", "ip", "session"))


def keep_slowly(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Slow twin: (event_id, ts, account_id, device, session) of the rows that stay."""
    groups: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["event_id"], row["made"]), []).append(row)
    kept = []
    for (event_id, made), group in groups.items():
        origins = [(r["device"], r["ip"], r["session"]) if made else () for r in group]
        ranked = sorted(set(origins), key=lambda o: [(x is None, x or 0) for x in o])
        for rank, origin in enumerate(ranked, 1):
            same = [r for r, o in zip(group, origins, strict=True) if o == origin]
            first = min(same, key=lambda r: (r["ts"], r["account_id"], least(r)))
            name = event_id if rank == 1 else f"{event_id}-{rank}"
            kept.append((name, first["ts"], first["account_id"], first["device"], first["session"]))
    return kept


@given(ROWS)
def test_the_first_by_content_stays(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        # An identifier made here is a hash, so it never meets one of the user's.
        row["event_id"] = ("made-" if row["made"] else "own-") + row["event_id"]
    table = pa.Table.from_pylist(
        [
            {
                **row,
                "file": 0,
                "row": number,
                "event_type": 2,
                "content_id": "v",
                "watch_ms": None,
                "progress": None,
                "source": None,
                "fingerprint": 5,
            }
            for number, row in enumerate(rows, 1)
        ],
        schema=pa.schema(
            [
                ("file", pa.int32()),
                ("row", pa.int64()),
                ("made", pa.bool_()),
                ("event_id", pa.string()),
                ("ts", pa.int64()),
                ("event_type", pa.int16()),
                ("account_id", pa.string()),
                ("content_id", pa.string()),
                ("device", pa.int64()),
                ("ip", pa.int64()),
                ("session", pa.int64()),
                ("watch_ms", pa.int64()),
                ("progress", pa.int64()),
                ("source", pa.string()),
                ("fingerprint", pa.int64()),
            ]
        ),
    )
    with duckdb.connect() as connection:
        connection.register("events_read", table)
        left_out = keep_first(connection, "events")
        found = connection.execute(
            "SELECT event_id, ts, account_id, device, session FROM events_kept"
        ).fetchall()
    expected = keep_slowly(rows)
    assert left_out == len(rows) - len(expected)
    assert sorted(map(repr, found)) == sorted(map(repr, expected))
