"""A log that is sent in batches and scanned by the service, and a scan of its file: the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.rings.scans import events_of

from zhenzan.serve.events.store import EventStore
from zhenzan.serve.scoring.kept import folder_of
from zhenzan.tables import OUT_TABLES

if TYPE_CHECKING:
    from starlette.testclient import TestClient
    from tests.rings.scans import Scanned

    from zhenzan.serve.data_folder import DataFolder


def test_a_replayed_log_and_a_scan_of_it_agree_to_the_byte(
    replayed: tuple[TestClient, DataFolder], bought: Scanned
) -> None:
    directory = folder_of(replayed[1].scans, 1) / "scan"
    for table in OUT_TABLES:
        file = f"{table.name}.parquet"
        assert (directory / file).read_bytes() == (bought.directory / file).read_bytes(), file
    summary = json.loads((directory / "summary.json").read_text())
    for name in ("digest", "period", "likes", "accounts", "contents", "expected_false_accounts"):
        assert summary.get(name) == bought.summary.get(name)
    assert summary["rows"]["accepted"] == bought.summary["rows"]["accepted"]
    assert bought.rows("rings")


def test_no_raw_device_or_address_is_on_disk(
    replayed: tuple[TestClient, DataFolder], bought: Scanned
) -> None:
    events = events_of(bought.market)
    secrets = [
        str(value).encode()
        for name in ("device_id", "ip")
        for value in sorted(set(events.column(name).drop_null().to_pylist()))[:200]
    ]
    assert len(secrets) > 100
    files = [file for file in replayed[1].root.rglob("*") if file.is_file()]
    assert len(files) > 5
    for file in files:
        held = file.read_bytes()
        assert not any(secret in held for secret in secrets), file
    for batch in EventStore(replayed[1].events, read_only=True).batches("events", 10**6):
        held = str(batch.rows.to_pydict()).encode()
        assert not any(secret in held for secret in secrets)


def test_likes_are_decided_by_the_newest_scan(
    replayed: tuple[TestClient, DataFolder], bought: Scanned
) -> None:
    client, _ = replayed
    verdicts = {row["account_id"]: row["verdict"] for row in bought.rows("accounts")}
    supplier = next(a for a in sorted(bought.market.pool) if verdicts[a] == "fake")
    person = next(a for a, v in verdicts.items() if v == "genuine")
    rows = [
        {"event_id": f"live-{a}", "ts": 1_760_000_000, "account_id": a, "content_id": "c-new"}
        for a in (supplier, person, "nobody-knows")
    ]
    decisions = client.post("/v1/events", json=rows).json()["decisions"]
    assert decisions == [
        {"event_id": f"live-{supplier}", "decision": "discount", "reason": "account"},
        {"event_id": f"live-{person}", "decision": "count"},
        {"event_id": "live-nobody-knows", "decision": "count"},
    ]
