"""Accounts, contents and labels beside the events: codes, repeats, and what cannot be read."""

from __future__ import annotations

import pyarrow as pa
from tests.ingest.loading import run

T0 = 1_709_294_400
"""2024-03-01T12:00:00Z, seconds since 1970."""
US = 10**6
EVENTS = pa.table(
    {
        "event_id": ["e0", "e1"],
        "ts": [T0, T0],
        "account_id": ["u0", "u1"],
        "content_id": ["v0", "v1"],
    }
)


def test_side_tables_join_by_code() -> None:
    accounts = pa.table(
        {
            "account_id": ["u1", "zz", "u1", "u0", ""],
            "created_at": ["2020-01-01", None, "2019-01-01", "never", "2020-01-01"],
            "followers": [5, 6, 7, 8, 9],
        }
    )
    contents = pa.table(
        {
            "content_id": ["v0", "v9"],
            "author_id": ["writer", None],
            "published_at": [T0, T0 + 1],
            "topic": ["cats", None],
        }
    )
    labels = pa.table(
        {
            "entity_type": ["Account", "account", "account", "pair", "like"],
            "entity_id": ["u1", "u1", "u2", "u1|u2", ""],
            "label": ["fake", "genuine", "FAKE", "fake", "fake"],
            "source": ["ann", "ann", "ann", "ann", "ann"],
            "ts": [T0, T0 + 1, T0, T0, T0],
        }
    )
    loaded = run(EVENTS, accounts=accounts, contents=contents, labels=labels)
    assert [a["account_id"] for a in loaded.accounts_in] == ["u0", "u1", "writer", "zz"]
    assert [a["account"] for a in loaded.accounts_in] == [0, 1, 2, 3]
    assert loaded.accounts_in[1]["created_at"] == 1_546_300_800 * US
    assert loaded.accounts_in[1]["followers"] == 7
    assert loaded.contents_in[0]["author"] == 2
    assert loaded.contents_in[0]["published_at"] == T0 * US
    assert [c["content_id"] for c in loaded.contents_in] == ["v0", "v1", "v9"]
    assert loaded.labels_in is not None
    assert [(x["entity_id"], x["label"], x["ts"]) for x in loaded.labels_in] == [
        ("u1", "genuine", (T0 + 1) * US),
        ("u2", "fake", T0 * US),
    ]
    report = loaded.report
    assert report.other_rows["accounts"] == {
        "rows_in": 5,
        "accepted": 2,
        "duplicate": 1,
        "quarantined": 2,
    }
    assert report.other_rows["labels"]["duplicate"] == 1
    assert report.other_rows["labels"]["quarantined"] == 2
    assert report.columns_present == {
        "accounts.created_at",
        "accounts.followers",
        "contents.author_id",
        "contents.published_at",
        "contents.topic",
        "labels.label",
        "labels.source",
        "labels.ts",
    }
    reasons = {(q["source"], q["row"]): q["reason"] for q in loaded.quarantine}
    assert "created_at: 'never' is not a time" in reasons["accounts", 4]
    assert "entity_type: 'pair' is none of" in reasons["labels", 4]
