"""Webhooks: signed, retried, at least once, to nobody inside, and of what the ledger got."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from zhenzan import ledger
from zhenzan.errors import InputError
from zhenzan.serve.metrics import Metrics
from zhenzan.serve.problems import ProblemError
from zhenzan.serve.webhooks import outbox as outboxes
from zhenzan.serve.webhooks.news import News
from zhenzan.serve.webhooks.outbox import Kind, Message, Outbox
from zhenzan.serve.webhooks.sending import Sending, address_of, is_public

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient


class Listener:
    """An endpoint that keeps what it is told, and answers as it is said to."""

    def __init__(self) -> None:
        self.status = 200
        self.told: list[tuple[dict[str, str], bytes]] = []
        listener = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.told.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(listener.status)
                self.send_header("Location", f"http://127.0.0.1:{listener.port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Answering)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    made = Outbox(tmp_path / "webhooks.db")
    yield made
    made.close()


def message(name: str, kind: Kind = Kind.SCAN_FINISHED) -> Message:
    return Message(name, kind, "2026-01-01T00:00:00Z", {"scan": 1})


def now_us() -> int:
    return time.time_ns() // 1_000


def send(outbox: Outbox, *, private: bool = True) -> int:
    return asyncio.run(Sending(outbox, Metrics(), private=private).send_due())


def test_what_is_told_is_signed(outbox: Outbox, listener: Listener) -> None:
    _, secret = outbox.add_endpoint(f"http://127.0.0.1:{listener.port}/hook", [Kind.SCAN_FINISHED])
    outbox.add([message("msg-1"), message("msg-2", Kind.ACTION_TAKEN)], now_us())
    assert send(outbox) == 1
    [(headers, body)] = listener.told
    assert json.loads(body)["type"] == "scan.finished"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 600
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert (send(outbox), outbox.waiting()) == (0, 0)


@pytest.mark.parametrize("status", [500, 429, 404, 302])
def test_what_fails_is_tried_again_and_goes_nowhere_else(
    outbox: Outbox, listener: Listener, status: int
) -> None:
    outbox.add_endpoint(f"http://127.0.0.1:{listener.port}/hook", [Kind.SCAN_FINISHED])
    outbox.add([message("msg-1")], now_us())
    listener.status = status
    assert send(outbox) == 1
    assert len(listener.told) == 1
    assert not outbox.due(now_us(), 9)
    later = now_us() + outboxes.RETRY_AFTER_S[0] * 2_000_000
    [again] = outbox.due(later, 9)
    assert (again.message, again.attempts) == ("msg-1", 1)


def test_after_three_days_it_is_given_up(outbox: Outbox) -> None:
    outbox.add_endpoint("http://127.0.0.1:9/", [Kind.SCAN_FINISHED])
    at_us, tries = now_us(), 0
    start_us = at_us
    outbox.add([message("msg-1")], at_us)
    while due := outbox.due(at_us, 9):
        outbox.failed(due[0], at_us)
        tries += 1
        at_us += 2 * 86_400_000_000
    assert tries == len(outboxes.RETRY_AFTER_S) + 1
    assert sum(outboxes.RETRY_AFTER_S) > 3 * 86_400
    assert outbox.waiting() == 0
    assert at_us > start_us


def test_a_message_is_kept_until_it_is_told_even_over_a_crash(tmp_path: Path) -> None:
    first = Outbox(tmp_path / "webhooks.db")
    made, _ = first.add_endpoint("https://example.org/", [Kind.SCAN_FINISHED])
    first.add([message("msg-1")], 5)
    first.add([message("msg-1")], 6)  # known
    again = Outbox(tmp_path / "webhooks.db")
    assert [d.message for d in again.due(now_us(), 9)] == ["msg-1"]
    assert again.remove_endpoint(made.endpoint)
    assert not again.due(now_us(), 9)
    assert not again.remove_endpoint(made.endpoint)
    for _ in range(outboxes.MOST_ENDPOINTS):
        again.add_endpoint("https://example.org/", [Kind.SCAN_FINISHED])
    with pytest.raises(ProblemError, match="already") as refused:
        again.add_endpoint("https://example.org/", [Kind.SCAN_FINISHED])
    assert refused.value.status == HTTPStatus.CONFLICT


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.9", "192.168.1.1", "169.254.169.254", "0.0.0.1"),
        *("::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::"),
        *("224.0.0.1", "255.255.255.255", "100.64.0.1", "ff02::1", "198.18.0.1"),
    ],
)
def test_private_addresses_are_refused(outbox: Outbox, listener: Listener, address: str) -> None:
    assert not is_public(address)
    with pytest.raises(InputError, match="private"):
        asyncio.run(address_of(address, 443, private=False))


def test_nothing_is_sent_to_a_private_address(outbox: Outbox, listener: Listener) -> None:
    for host in ("127.0.0.1", "localhost", "2130706433"):
        outbox.add_endpoint(f"http://{host}:{listener.port}/hook", [Kind.SCAN_FINISHED])
    outbox.add([message("msg-1")], now_us())
    assert send(outbox, private=False) == 3
    assert not listener.told
    assert is_public("1.1.1.1")
    assert is_public("2606:4700::1111")


def test_actions_and_reversals_are_told_of_with_whom_and_nothing_secret(
    tmp_path: Path, outbox: Outbox
) -> None:
    outbox.add_endpoint("https://example.org/", [Kind.ACTION_TAKEN, Kind.ACTION_REVERSED])
    with ledger.Ledger(tmp_path / "ledger") as opened:
        news = News(opened, outbox)
        append_action(opened, "a-before")
        assert news.follow() == 0, "what was there before is no news"
        append_action(opened, "a-1")
        with opened.transaction() as tx:
            subject = tx.subject("account", "u7")
            body = {"action_id": "a-1", "why": "appeal", "by": "reviewer"}
            tx.append("reversal", body, subject=subject)
        assert news.follow() == 2
        assert news.follow() == 0
        assert News(opened, outbox).follow() == 0
    told = [json.loads(delivery.body) for delivery in outbox.due(now_us(), 9)]
    assert [one["type"] for one in told] == ["action.taken", "action.reversed"]
    for one in told:
        assert one["data"]["account_id"] == "u7"
        assert one["data"]["action_id"] == "a-1"
        assert not {"score_ppm", "points_milli", "decided_by", "by"} & one["data"].keys()


def append_action(opened: ledger.Ledger, action_id: str) -> None:
    words = {"policy": "p", "version": "0" * 64, "rule": "r", "run_id": "run", "step": "discount"}
    numbers = {"severity": 1, "points_milli": 5, "score_ppm": 990_000, "until_us": 9}
    body: dict[str, Any] = {
        "action_id": action_id,
        "cohort": "c",
        "reason": "x",
        **words,
        **numbers,
    }
    body |= {"ring_id": None, "evidence_until_us": 9, "decided_by": None}
    with opened.transaction() as tx:
        personal = {"account_id": "u7"}
        tx.append("action", body, subject=tx.subject("account", "u7"), personal=personal)


def test_over_the_api(client: TestClient) -> None:
    made = client.post(
        "/v1/webhooks", json={"url": "https://example.org/hook", "kinds": ["action.taken"]}
    )
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    [listed] = client.get("/v1/webhooks").json()["webhooks"]
    assert "secret" not in listed
    assert client.delete(f"/v1/webhooks/{listed['id']}").status_code == 204
    assert client.delete(f"/v1/webhooks/{listed['id']}").status_code == 404
    for url in ("http://example.org/", "https://u:p@example.org/", "https://example.org/?a=b", ""):
        wrong = client.post("/v1/webhooks", json={"url": url, "kinds": ["action.taken"]})
        assert wrong.status_code == 400
