"""How many events the service stores and decides on, how soon, and at what cost.

The service runs as a process of its own and is spoken to over loopback by one client process. The
floor is the same bodies sent to a service that only decodes them: raw body and msgspec, no checks,
no disk. On a busy machine wall times say more of the neighbours than of the code; the ratio of CPU
to the floor, measured in the same run, is what can be compared. What the client itself takes of the
processors stands beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httptools
import msgspec
import pyarrow as pa

PORT = 18_765
CLOCK_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
FLOOR = """
import sys, msgspec, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

class Event(msgspec.Struct):
    event_id: str; ts: str; event_type: str; account_id: str; content_id: str
    device_id: str; ip: str; session_id: str; watch_ms: int; progress: float; source: str

decoder = msgspec.json.Decoder(list[Event])
async def events(request):
    return Response(str(len(decoder.decode(await request.body()))))
app = Starlette(routes=[Route("/v1/events", events, methods=["POST"]),
                        Route("/healthz", lambda r: Response("ok"))])
uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", log_level="warning",
            access_log=False)
"""


@dataclass(frozen=True)
class Load:
    """One way of sending events.

    Attributes:
        name: What it is called in the table.
        rows: Events in a request.
        senders: Connections, each with one request at a time.
        per_s: Events a second to offer; None: as many as are taken.
        arrow: Whether bodies are Arrow streams.
    """

    name: str
    rows: int
    senders: int
    per_s: float | None = None
    arrow: bool = False


def event(number: int) -> dict[str, Any]:
    """One event; one in five is a like."""
    return {
        "event_id": f"e{number:010}",
        "ts": f"2026-01-{number // 3_600_000 % 28 + 1:02}T{number // 60_000 % 24:02}:"
        f"{number // 1000 % 60:02}:{number // 17 % 60:02}.{number % 1000:03}Z",
        "event_type": "view" if number % 5 else "like",
        "account_id": f"u{number * 7919 % 100_003}",
        "content_id": f"c{number * 104_729 % 20_011}",
        "device_id": f"d{number * 7919 % 100_003:012}",
        "ip": f"10.{number * 31 % 199}.{number * 7 % 251}.{number * 3 % 253}",
        "session_id": f"s{number // 12:010}",
        "watch_ms": number * 13 % 60_000,
        "progress": number % 101 / 100,
        "source": ("recommend", "follow", "search")[number % 3],
    }


def body(load: Load, first: int) -> bytes:
    """One request's body."""
    rows = [event(n) for n in range(first, first + load.rows)]
    if not load.arrow:
        return msgspec.json.encode(rows)
    table = pa.Table.from_pylist(rows)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection that sends one request after the other."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._answered: asyncio.Future[int] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered and not self._answered.done():
            self._answered.set_exception(exc or ConnectionError("closed"))

    def on_message_complete(self) -> None:
        answered, self._answered = self._answered, None
        if answered and not answered.done():
            answered.set_result(self._parser.get_status_code())
        self._parser = httptools.HttpResponseParser(self)

    async def send(self, request: bytes) -> int:
        """Send a whole request, and give the status of its answer."""
        assert self._transport
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answered


def prepared(load: Load, key: str, requests: int, first: int) -> list[bytes]:
    """Whole requests, made before the clock runs."""
    kind = "vnd.apache.arrow.stream" if load.arrow else "json"
    made = []
    for number in range(requests):
        content = body(load, first + number * load.rows)
        head = (
            f"POST /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/{kind}\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        made.append(head.encode() + content)
    return made


async def offer(load: Load, requests: list[bytes]) -> tuple[float, list[float], int]:
    """Send all requests; gives wall seconds, seconds of each answer, and how many were shed.

    With a rate, an answer's time runs from when its request was due, not from when it was sent: a
    service that falls behind does not hide it.
    """
    loop = asyncio.get_running_loop()
    waiting = iter(enumerate(requests))
    took: list[float] = []
    shed = 0
    started = time.perf_counter()

    async def sender() -> None:
        nonlocal shed
        _, connection = await loop.create_connection(Connection, "127.0.0.1", PORT)
        for number, request in waiting:
            due = started + number * load.rows / load.per_s if load.per_s else time.perf_counter()
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            while (status := await connection.send(request)) == 429:
                shed += 1
                await asyncio.sleep(0.1)
            assert status == 200, status
            took.append(time.perf_counter() - due)

    await asyncio.gather(*(sender() for _ in range(load.senders)))
    return time.perf_counter() - started, took, shed


def usage(process: int) -> tuple[float, float]:
    """CPU seconds and peak resident MB of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    status = Path(f"/proc/{process}/status").read_text()
    peak_kb = int(status.partition("VmHWM:")[2].split()[0])
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS_PER_S, peak_kb / 1000


def measure(command: list[str], loads: list[Load], key: str, seconds: float) -> None:
    """Start a service, offer it each load, print what that took."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        asyncio.run(_ready(process))
        first = 0
        for load in loads:
            requests = max(20, int(seconds * (load.per_s or _GUESS[load.rows > 1]) / load.rows))
            warm = prepared(load, key, 10, first)
            made = prepared(load, key, requests, first + 10 * load.rows)
            first += (10 + requests) * load.rows
            asyncio.run(offer(Load("warm", load.rows, 1), warm))
            cpu_s, _ = usage(process.pid)
            client_s = time.process_time()
            wall_s, took, shed = asyncio.run(offer(load, made))
            cpu_s, peak_mb = usage(process.pid)[0] - cpu_s, usage(process.pid)[1]
            client_s = time.process_time() - client_s
            events = requests * load.rows
            took.sort()
            p50, p99 = (1000 * took[int(q * (len(took) - 1))] for q in (0.5, 0.99))
            print(
                f"{load.name:38}{events / wall_s:>11,.0f}{1e6 * cpu_s / events:>11.2f}"
                f"{1e6 * client_s / events:>11.2f}{p50:>9.1f}{p99:>9.1f}{peak_mb:>9.0f}{shed:>6}",
                flush=True,
            )
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


_GUESS = {False: 1_500.0, True: 60_000.0}
"""Events a second to prepare for, in single events and in batches."""


async def _ready(process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit("the service did not start")
        try:
            await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", PORT)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return
    raise SystemExit("the service did not start in time")


def main() -> None:
    """Measure the floor and the service, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="about how long each load is")
    parser.add_argument("--folder", type=Path, default=Path.cwd(), help="on the disk to measure")
    parser.add_argument("--half", type=float, default=75_000, help="events/s of the paced load")
    given = parser.parse_args()
    loads = [
        Load("JSON, batches of 1,000", 1_000, 8),
        Load("Arrow, batches of 1,000", 1_000, 8, arrow=True),
        Load(f"JSON, batches of 1,000, {given.half:,.0f}/s", 1_000, 16, given.half),
        Load("JSON, single events", 1, 256),
    ]
    print(
        f"{'':38}{'events/s':>11}{'CPU µs/ev':>11}{'client µs':>11}{'p50 ms':>9}{'p99 ms':>9}",
        end="",
    )
    print(f"{'peak MB':>9}{'429':>6}")
    print("floor: decode only")
    measure(
        [sys.executable, "-c", FLOOR, str(PORT)],
        [loads[0], loads[3]],
        "none",
        given.seconds,
    )
    print("zhenzan serve: checked, stored for good, decided")
    zhenzan = str(Path(sys.executable).with_name("zhenzan"))
    with tempfile.TemporaryDirectory(prefix=".benchmark-", dir=given.folder) as folder:
        making = [zhenzan, "serve", "key", "new", "--scope", "events", "--data", folder]
        key = subprocess.run(making, check=True, capture_output=True, text=True).stdout.strip()
        serving = [zhenzan, "serve", "--port", str(PORT), "--data", folder, "--score-every", "0"]
        measure([*serving, "--quiet"], loads, key, given.seconds)
    print(json.dumps({"processors": os.cpu_count(), "load_average": os.getloadavg()}))


if __name__ == "__main__":
    main()
