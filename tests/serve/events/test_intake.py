"""What becomes of rows that are sent: receipts, repeats, retries, quarantine, overload."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhenzan.errors import LimitError
from zhenzan.serve.events.store import EventStore

from ..conftest import SMALL, serving
from ..stored import stored_ids

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from starlette.testclient import TestClient

    from zhenzan.serve.data_folder import DataFolder

TS = 1_760_000_000
HOSTILE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            *("'; DROP TABLE batches; --", '"', "\x00", "\u202e", "{{7*7}}", "=cmd|' /C calc'!A0"),
            *("<script>alert(1)</script>", "../../etc/passwd", "%00", "\ud83d\ude00", "x" * 600),
        ]
    ),
)


def row(event_id: str, **other: Any) -> dict[str, Any]:
    return {"event_id": event_id, "ts": TS, "account_id": "u", "content_id": "c", **other}


def test_a_repeat_is_stored_once_and_answered_alike(client: TestClient, data: DataFolder) -> None:
    first = client.post("/v1/events", json=[row("a"), row("b"), row("a")]).json()
    assert (first["accepted"], first["duplicate"]) == (2, 1)
    again = client.post("/v1/events", json=[row("b"), row("c")]).json()
    assert (again["accepted"], again["duplicate"]) == (1, 1)
    assert [d["event_id"] for d in again["decisions"]] == ["b", "c"]
    assert sorted(stored_ids(data)) == ["a", "b", "c"]


def test_one_id_with_two_contents_is_kept_for_the_scan_to_decide(
    client: TestClient, data: DataFolder
) -> None:
    told = client.post("/v1/events", json=[row("a"), row("a", content_id="d")]).json()
    assert (told["accepted"], told["duplicate"]) == (1, 1)
    assert stored_ids(data) == ["a", "a"]


def test_events_without_id_are_the_same_only_if_origin_is_too(
    client: TestClient, data: DataFolder
) -> None:
    rows = [{"ts": TS, "account_id": "u", "content_id": "c", "device_id": d} for d in "xyx"]
    told = client.post("/v1/events", json=rows).json()
    assert (told["accepted"], told["duplicate"]) == (2, 1)


def test_an_idempotency_key(client: TestClient, data: DataFolder) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = client.post("/v1/events", json=[row("a")], headers=headers)
    assert client.post("/v1/events", json=[row("a")], headers=headers).content == first.content
    assert client.post("/v1/events", json=[row("b")], headers=headers).status_code == 409
    assert client.post("/v1/contents", json=[row("a")], headers=headers).status_code == 409
    other = client.post("/v1/events", json=[row("a")], headers={"Idempotency-Key": "k-2"})
    assert other.json()["duplicate"] == 1
    for wrong in ("", "a b", "x" * 256):
        sent = client.post("/v1/events", json=[row("a")], headers={"Idempotency-Key": wrong})
        assert sent.status_code == 400
    assert stored_ids(data) == ["a"]


def test_an_idempotency_key_is_forgotten_in_time(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = cast("Any", client.app).state.service.intake._commits
    headers = {"Idempotency-Key": "k"}
    client.post("/v1/events", json=[row("a")], headers=headers)
    monkeypatch.setattr(commits, "_answers_kept_us", -1)
    monkeypatch.setattr(commits, "_forgot_us", 0)
    assert client.post("/v1/events", json=[row("b")], headers=headers).status_code == 200


def test_restarted_it_knows_what_it_knew(data: DataFolder) -> None:
    headers = {"Idempotency-Key": "k"}
    with serving(data) as client:
        told = client.post("/v1/events", json=[row("a")], headers=headers).content
        shown = client.headers["Authorization"]
    with serving(data) as client:
        client.headers["Authorization"] = shown  # an idempotency key is of its principal
        assert client.post("/v1/events", json=[row("a")], headers=headers).content == told
        assert client.post("/v1/events", json=[row("a")]).json()["duplicate"] == 1
    assert stored_ids(data) == ["a"]


def test_forgotten_repeats_are_left_to_the_scan(
    started: Callable[..., TestClient], data: DataFolder
) -> None:
    client = started(replace(SMALL, remembered_events=16))
    client.post("/v1/events", json=[row("old")])
    client.post("/v1/events", json=[row(f"e{n}") for n in range(100)])
    assert client.post("/v1/events", json=[row("old")]).json()["accepted"] == 1
    assert client.post("/v1/events", json=[row("e99")]).json()["duplicate"] == 1
    assert client.post("/v1/scans").status_code == 200
    assert client.get("/v1/scans/latest").json()["rows"]["duplicate"] == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from([*row("a"), "device_id", "ip", "source", "text", "event_type"]),
            HOSTILE,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_hostile_text_in_every_field(client: TestClient, rows: list[dict[str, str]]) -> None:
    kind = {"Content-Type": "application/json"}
    answer = client.post("/v1/events", content=json.dumps(rows), headers=kind)
    assert answer.status_code == 200
    told = answer.json()
    assert told["rows"] == told["accepted"] + told["duplicate"] + told["quarantined"] == len(rows)
    assert [one["row"] for one in told["unread"]] == sorted({o["row"] for o in told["unread"]})
    for decided in told["decisions"]:
        for path in ("likes", "accounts", "contents", "rings"):
            found = client.get(f"/v1/{path}/{decided['event_id']}")
            assert found.status_code in {200, 404, 405}


def test_quarantine_keeps_the_row_and_hides_where_it_came_from(
    client: TestClient, data: DataFolder
) -> None:
    bad = [
        {"ts": "no time", "device_id": "secret-device", "ip": "203.0.113.77"},
        "no row",
        row("a"),
    ]
    told = client.post("/v1/events", json=bad).json()
    assert [(one["row"]) for one in told["unread"]] == [1, 2]
    lines = b'{"ts": 1, "device_id": "secret-device"\n{"ts":'
    kind = {"Content-Type": "application/x-ndjson"}
    assert client.post("/v1/events", content=lines, headers=kind).json()["quarantined"] == 2
    store = EventStore(data.events, read_only=True)
    raw = [
        text
        for batch in store.batches("events", 99)
        for text in batch.rows.column("raw").to_pylist()
        if text
    ]
    store.close()
    assert len(raw) == 4
    assert "no time" in raw[0]
    assert not any("secret-device" in text or "203.0.113.77" in text for text in raw)


def test_bodies_that_are_refused(client: TestClient) -> None:
    assert (
        client.post(
            "/v1/events",
            content=b"x" * (SMALL.most_body_bytes + 1),
            headers={"Content-Type": "application/json"},
        ).status_code
        == 413
    )
    assert client.post("/v1/events", json=[{}] * 10_001).status_code == 413
    for headers in (
        {"Content-Type": "text/csv"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ):
        refused = client.post("/v1/events", content=b"[]", headers=headers)
        assert refused.status_code == 415


def test_overload_is_shed(started: Callable[..., TestClient]) -> None:
    client = started(replace(SMALL, most_waiting_s=0.05, most_waiting_bytes=5_000))
    service = cast("Any", client.app).state.service
    commits, holding = service.intake._commits, threading.Event()
    storing = commits.store

    def slow(group: Any) -> Any:
        holding.wait(30)
        return storing(group)

    commits.store = slow
    results: list[int] = []
    waiting = threading.Thread(
        target=lambda: results.append(client.post("/v1/events", json=[row("a")]).status_code)
    )
    waiting.start()
    while not service.intake.age_s() > 0.1:
        time.sleep(0.01)
    shed = client.post("/v1/events", json=[row("b")])
    holding.set()
    waiting.join()
    assert shed.status_code == 429
    assert int(shed.headers["Retry-After"]) >= 1
    assert results == [200]
    large = client.post("/v1/events", json=[row("c", text="x" * 6_000)])
    assert large.status_code == 429
    assert client.post("/v1/events", json=[row("b")]).status_code == 200


def test_a_full_disk_loses_nothing_and_says_so(
    client: TestClient, data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LimitError("The event store cannot be written.", "Free disk space.")

    with monkeypatch.context() as patch:
        patch.setattr(EventStore, "append", full)
        refused = client.post("/v1/events", json=[row("a")])
        assert refused.status_code == 503
    assert client.post("/v1/events", json=[row("a")]).json()["accepted"] == 1
    assert stored_ids(data) == ["a"]
