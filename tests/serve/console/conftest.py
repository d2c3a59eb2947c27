"""A running service with events, a scan, actions and cases; and a browser that is signed in."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import uvicorn
from tests.browsers import opened_browser
from tests.rings.scans import MARKETS, accounts_of, contents_of, events_of
from tests.serve.conftest import SMALL

from zhenzan import enforcement, review
from zhenzan.serve.app import build
from zhenzan.serve.auth import request_limits
from zhenzan.serve.auth.rate_limits import Rate
from zhenzan.serve.auth.roles import UserRole
from zhenzan.serve.data_folder import DataFolder
from zhenzan.serve.principals import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page
    from starlette.applications import Starlette

    from zhenzan.serve.service import Service

PASSWORD = "marble tuesday fennel oar"  # noqa: S105  a password of the tests
HOSTILE = "<img src=x onerror=alert(1)>\"'&{{7*7}}\u202e\x1b=cmd|'/c calc'!A0"
"""Behind every identifier that the platform sends."""
POLICY = """
name = "{name}"
sample = {sample}
[basis]
en = "Likes must be given freely. <b>No pay.</b>"
zh = "点赞须出自真实意愿。<b>不得有偿。</b>"
[[rules]]
id = "supplier"
on = "accounts"
when = "verdict = 'fake' AND role IN ('supplier', 'member')"
severity = {severity}
[ladder]
limit_liking = {{ points = 2, days = 7 }}
suspend_account = {{ points = 10, days = 90 }}
"""
STAGES_PPM = (1_000, 10_000, 100_000, 1_000_000)
PATIENCE_MS = 10_000
JSON_LINES = {"Content-Type": "application/x-ndjson"}


@dataclass
class Town:
    """A running service.

    Attributes:
        address: Where it is.
        app: The application.
        log: What it logged.
        identifiers: The platform's own identifiers, each hostile.
    """

    address: str
    app: Starlette
    log: list[str] = field(default_factory=list)
    identifiers: frozenset[str] = frozenset()

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    def cases(self, **wanted: Any) -> list[review.Case]:
        with self.service.ledger.reading() as tx:
            return review.cases(tx, **wanted)

    def case(self, case_id: str) -> review.Case:
        with self.service.ledger.reading() as tx:
            return review.case(tx, case_id)


class Log:
    """What the service logs, line by line."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, text: str) -> int:
        self.lines.append(text)
        return len(text)


def user_name(role: UserRole) -> str:
    return f"{role.value.replace('_', '-')}-user"


@pytest.fixture(scope="session")
def patches() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patched:
        yield patched


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, patches: pytest.MonkeyPatch) -> Iterator[Town]:
    data, log = DataFolder(tmp_path_factory.mktemp("town") / "data"), Log()
    # A test asks faster than people do; limits have tests of their own.
    for name in ("PER_PERSON", "PER_ADDRESS"):
        patches.setattr(request_limits, name, Rate(burst=1e9, per_second=1e9))
    app = build(data, SMALL, log=log)  # type: ignore[arg-type]  # all it needs of a stream
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, ws="none", log_config=None))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    # Browsers take cookies with Secure from http://localhost, though not from 127.0.0.1.
    town = Town(f"http://localhost:{port}", app, log.lines)
    for role in UserRole:
        town.service.auth.users.add(user_name(role), role, PASSWORD)
    town.service.auth.users.add("second-senior", UserRole.SENIOR, PASSWORD)
    _send_market(town)
    _enforce(town)
    yield town
    server.should_exit = True
    thread.join()


def _send_market(town: Town) -> None:
    market = MARKETS["rack"]()
    key = town.service.auth.keys.make(list(Scope))
    tables = {"accounts": accounts_of, "events": events_of, "contents": contents_of}
    identifiers: set[str] = set()
    with httpx.Client(base_url=town.address, timeout=120) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        for source, read in tables.items():
            table = _hostile(read(market))
            for start in range(0, table.num_rows, 5_000):
                part = table.slice(start, 5_000)
                answer = client.post(f"/v1/{source}", content=_lines(part), headers=JSON_LINES)
                assert answer.status_code == 200, answer.text
                assert answer.json()["quarantined"] == 0
            for name in {"account_id", "content_id"} & set(table.column_names):
                identifiers |= set(table.column(name).to_pylist())
        assert client.post("/v1/scans").json() == {"scan": 1}
    town.identifiers = frozenset(identifiers)


def _hostile(table: pa.Table) -> pa.Table:
    for n, name in enumerate(table.column_names):
        if name in {"account_id", "content_id", "author_id", "organization_id"}:
            text = table.column(name).cast(pa.string())
            table = table.set_column(n, name, pc.binary_join_element_wise(text, HOSTILE, "~"))
    return table


def _lines(table: pa.Table) -> str:
    rows: list[dict[str, Any]] = table.to_pylist()
    return "\n".join(json.dumps(row, default=lambda value: value.isoformat()) for row in rows)


def _enforce(town: Town) -> None:
    scan = town.service.schedule.latest
    assert scan is not None
    for name, severity, sample in (("limits", 2, 1.0), ("farms", 10, 0.0)):
        text = POLICY.format(name=name, severity=severity, sample=sample)
        policy = enforcement.parse_policy(text)
        matched = enforcement.match(policy, scan.directory)
        assert matched.hits
        for share in STAGES_PPM:
            with town.service.ledger.transaction() as tx:
                outcome = review.enforce(tx, policy, matched, by="tests", share_ppm=share)
            assert not outcome.stopped, outcome.stopped


@pytest.fixture(scope="package")  # its event loop would be in the way of other tests
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened


class Visitor:
    """A browser of its own, in which nothing may go wrong unseen, breaches of the CSP included."""

    def __init__(self, browser: Browser, town: Town, lang: str, width: int) -> None:
        self.complaints: list[str] = []
        self._context = browser.new_context(
            base_url=town.address,
            locale="zh-CN" if lang == "zh" else "en-GB",
            viewport={"width": width, "height": 900},
        )
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.on("request", lambda request: self._asked(request.url, town.address))

    def _asked(self, url: str, address: str) -> None:
        if not url.startswith(address):
            self.complaints.append(url)

    def sign_in(self, name: str) -> Page:
        self.page.goto("/sign-in")
        self.page.fill("[name=name]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)
        return self.page

    def close(self) -> None:
        self._context.close()


@pytest.fixture
def visitors(browser: Browser, town: Town) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors; in the end none may have anything to complain of."""
    made: list[Visitor] = []

    def visit(lang: str = "en", width: int = 1280) -> Visitor:
        made.append(Visitor(browser, town, lang, width))
        return made[-1]

    yield visit
    for visitor in made:
        visitor.close()
    assert [visitor.complaints for visitor in made if visitor.complaints] == []
