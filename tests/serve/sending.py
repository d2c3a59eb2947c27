"""Sends tables to a service as users do: in every format, out of order, some of it twice."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

if TYPE_CHECKING:
    from starlette.testclient import TestClient

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
