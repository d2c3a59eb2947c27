"""A log that is sent in batches and scanned by the service, and a scan of its file: the same."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pytest
from starlette.testclient import TestClient
from tests.rings.scans import accounts_of, contents_of, events_of, scanned

from zhenzan.serve.app import build
from zhenzan.serve.data_folder import DataFolder
from zhenzan.serve.events.store import EventStore
from zhenzan.serve.principals import Scope
from zhenzan.serve.scoring.kept import folder_of
from zhenzan.tables import OUT_TABLES

from .conftest import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.rings.scans import Scanned

ARROW = {"Content-Type": "application/vnd.apache.arrow.stream"}
JSON_LINES = {"Content-Type": "application/x-ndjson"}


def as_arrow(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return cast("bytes", sink.getvalue().to_pybytes())


def as_json_rows(table: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pylist()
    for row in rows:
        for name, value in row.items():
            row[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return rows


def send(client: TestClient, source: str, table: pa.Table, seed: int) -> None:
    """In batches of uneven sizes, out of order, in every format, some of them twice."""
    draw = random.Random(seed)
    order = list(range(table.num_rows))
    draw.shuffle(order)
    table = table.take(pa.array(order))
    start = 0
    while start < table.num_rows:
        size = draw.choice([1, 3, 700, 2_000, 5_000])
        part = table.slice(start, size)
        start += size
        for _ in range(draw.choice([1, 1, 1, 2])):
            path, kind = f"/v1/{source}", draw.choice(["json", "lines", "arrow"])
            if kind == "json":
                answer = client.post(path, json=as_json_rows(part))
            elif kind == "lines":
                lines = "\n".join(json.dumps(row) for row in as_json_rows(part))
                answer = client.post(path, content=lines, headers=JSON_LINES)
            else:
                answer = client.post(path, content=as_arrow(part), headers=ARROW)
            assert answer.status_code == 200, answer.text
            assert answer.json()["quarantined"] == 0


@pytest.fixture(scope="module")
def bought(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """A log in which likes were bought, and the scan of it."""
    return scanned("rack", tmp_path_factory)


@pytest.fixture(scope="module")
def replayed(
    bought: Scanned, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, DataFolder]]:
    """A service that got the same log, and scanned it once."""
    data = DataFolder(tmp_path_factory.mktemp("replay") / "data")
    app = build(data, SMALL, log=None)
    with TestClient(app) as client:
        key = app.state.service.keys.make(list(Scope))
        client.headers["Authorization"] = f"Bearer {key}"
        send(client, "accounts", accounts_of(bought.market), seed=1)
        send(client, "events", events_of(bought.market), seed=2)
        send(client, "contents", contents_of(bought.market), seed=3)
        assert client.post("/v1/scans").json() == {"scan": 1}
        yield client, data


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
