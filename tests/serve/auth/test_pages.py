"""Signing in at an identity provider, over the pages that browsers see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from starlette.testclient import TestClient
from tests.serve.conftest import SMALL

from zhenzan.serve.app import build
from zhenzan.serve.auth.oidc import STATE_COOKIE, OidcProvider
from zhenzan.serve.auth.sessions import COOKIE
from zhenzan.serve.data_folder import DataFolder

from .conftest import Clock
from .provider import NOW_S, FakeProvider
from .test_oidc import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def fake() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
def client(tmp_path: Path, fake: FakeProvider) -> Iterator[TestClient]:
    app = build(DataFolder(tmp_path / "data"), SMALL, log=None)
    with TestClient(app, "https://zhenzan.example", follow_redirects=False) as opened:
        auth = cast("Any", app).state.service.auth
        clock = Clock(NOW_S * 1_000_000)
        auth.provider = OidcProvider(SETTINGS, auth._database, fake.transport, clock)
        yield opened


def test_a_person_comes_in_and_back_to_the_page(client: TestClient, fake: FakeProvider) -> None:
    asked = client.get("/cases/c-1")
    assert asked.headers["location"] == "/sign-in?next=%2Fcases%2Fc-1"
    assert "/sign-in/elsewhere?next=/cases/c-1" in client.get(asked.headers["location"]).text
    left = client.get("/sign-in/elsewhere?next=/cases/c-1")
    assert left.headers["location"].startswith("https://id.example/authorize?")
    answer = fake.sign_in(left.headers["location"])
    came = client.get("/sign-in/back", params=answer)
    assert came.status_code == 303
    assert came.headers["location"] == "/cases/c-1"
    assert STATE_COOKIE not in client.cookies
    assert client.cookies[COOKIE]
    assert came.headers["strict-transport-security"]
    assert "lin" in client.get("/queues").text
    assert client.get("/users").status_code == 403


def test_another_browser_cannot_end_a_sign_in(client: TestClient, fake: FakeProvider) -> None:
    left = client.get("/sign-in/elsewhere")
    answer = fake.sign_in(left.headers["location"])
    client.cookies.clear()
    came = client.get("/sign-in/back", params=answer)
    assert came.status_code == 400
    assert COOKIE not in client.cookies


def test_signing_out_ends_the_session(client: TestClient, fake: FakeProvider) -> None:
    left = client.get("/sign-in/elsewhere")
    client.get("/sign-in/back", params=fake.sign_in(left.headers["location"]))
    kept = client.cookies[COOKIE]
    out = client.post("/sign-out", headers={"Sec-Fetch-Site": "same-origin"})
    assert out.headers["clear-site-data"]
    assert COOKIE not in client.cookies
    assert client.get("/queues", headers={"Cookie": f"{COOKIE}={kept}"}).status_code == 303
