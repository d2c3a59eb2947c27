"""A log that is sent in batches and scanned by the service, and a scan of its file: the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import apsw
from tests.rings.scans import accounts_of, contents_of, events_of

from zhenzan.serve.events.store import EventStore
from zhenzan.serve.scoring.kept import folder_of
from zhenzan.tables import OUT_TABLES

from .conftest import SMALL
from .sending import send

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient
    from tests.rings.scans import Scanned

    from zhenzan.serve.data_folder import DataFolder
    from zhenzan.serve.events.store import StoredBatch


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


def test_a_window_of_a_log_and_a_scan_of_its_rows_agree_to_the_byte(
    data: DataFolder, started: Callable[..., TestClient], bought: Scanned
) -> None:
    client = started()
    old = [
        {"event_id": f"old-{n}", "ts": 1_760_000_000 + n, "account_id": f"o{n}", "content_id": "c"}
        for n in range(50)
    ]
    assert client.post("/v1/events", json=old).json()["accepted"] == 50
    make_older(data, SMALL.keep_days + 1)
    send(client, "accounts", accounts_of(bought.market), seed=1)
    send(client, "events", events_of(bought.market), seed=2)
    send(client, "contents", contents_of(bought.market), seed=3)
    # What no scan has read yet is in the window however old it is; then it has had its scan.
    assert client.post("/v1/scans").json() == {"scan": 1}
    assert client.get("/v1/accounts/o7").status_code == 200
    assert client.post("/v1/scans").json() == {"scan": 2}
    assert client.get("/v1/accounts/o7").status_code == 404
    directory = folder_of(data.scans, 2) / "scan"
    for table in OUT_TABLES:
        file = f"{table.name}.parquet"
        assert (directory / file).read_bytes() == (bought.directory / file).read_bytes(), file
    store = EventStore(data.events, read_only=True)
    names = [name for batch in store.batches("events", 10**6) for name in ids_of(batch)]
    store.close()
    assert not [name for name in names if name.startswith("old-")]


def test_when_nothing_new_comes_what_is_old_still_goes(
    data: DataFolder, started: Callable[..., TestClient]
) -> None:
    client = started()
    row = {"event_id": "e", "ts": 1_760_000_000, "account_id": "a", "content_id": "c"}
    assert client.post("/v1/events", json=[row]).json()["accepted"] == 1
    assert client.post("/v1/scans").json() == {"scan": 1}
    assert client.post("/v1/scans").json() == {"scan": 1}
    make_older(data, SMALL.keep_days + 2)
    assert client.post("/v1/scans").json() == {"scan": 1}
    store = EventStore(data.events, read_only=True)
    assert list(store.batches("events", 10**6)) == []
    store.close()


def ids_of(batch: StoredBatch) -> list[str]:
    found: list[str] = batch.rows.column("event_id").to_pylist()
    return found


def make_older(data: DataFolder, days: int) -> None:
    """As if all that is stored had been stored so many days ago."""
    connection = apsw.Connection(str(data.events))
    connection.execute("UPDATE batches SET stored_us = stored_us - ?", (days * 86_400_000_000,))
    connection.close()


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
