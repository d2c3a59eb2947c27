"""Signing in with a second factor, in both languages: set up by role, asked for, removed."""

from __future__ import annotations

import dataclasses
import html
import re
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient
from tests.serve.conftest import SMALL

from zhenzan.serve.app import build
from zhenzan.serve.auth.one_time_codes import STEP_SECONDS, code_at
from zhenzan.serve.auth.roles import UserRole
from zhenzan.serve.auth.sessions import COOKIE
from zhenzan.serve.auth.users import now_us

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response

    from zhenzan.serve.data_folder import DataFolder
    from zhenzan.serve.service import Service

SECRET = "marble tuesday fennel oar"  # noqa: S105  a password of the tests


@pytest.fixture
def client(data: DataFolder) -> Iterator[TestClient]:
    settings = dataclasses.replace(SMALL, factor_roles=(UserRole.SENIOR,))
    app = build(data, settings, log=None)
    with TestClient(app, "https://testserver", follow_redirects=False) as opened:
        opened.headers["Sec-Fetch-Site"] = "same-origin"
        service = service_of(opened)
        service.auth.users.add("senior", UserRole.SENIOR, SECRET)
        service.auth.users.add("viewer", UserRole.VIEWER, SECRET)
        yield opened


def service_of(client: TestClient) -> Service:
    service: Service = client.app.state.service  # type: ignore[attr-defined]  # Starlette has it
    return service


def sign_in(client: TestClient, name: str) -> Response:
    client.cookies.clear()
    form = {"name": name, "password": SECRET, "next": "/figures"}
    answer: Response = client.post("/sign-in", data=form)
    return answer


def secret_of(client: TestClient, name: str) -> bytes:
    """The secret that is being set up, or that is set up."""
    service = service_of(client)
    found = service.auth.factors._secret(
        service.auth._database._database, service.auth.users.named(name)
    )
    assert found is not None
    return found


def code_of(client: TestClient, name: str, later: int = 0) -> str:
    return code_at(secret_of(client, name), now_us() // 1_000_000 // STEP_SECONDS + later)


def is_in(client: TestClient) -> bool:
    return bool(client.get("/figures").status_code == 200)


def test_a_role_that_needs_it_sets_it_up_at_the_first_sign_in(client: TestClient) -> None:
    page = sign_in(client, "senior")
    shown = re.search(r'id="secret">([A-Z2-7 ]+)<', page.text)
    assert shown
    assert not is_in(client)  # the password opens nothing yet
    assert shown[1] in client.get("/sign-in/code", params={"lang": "en"}).text
    wrong = client.post("/sign-in/code", data={"code": "000000", "next": "/figures"})
    assert wrong.status_code == 401
    assert shown[1] in wrong.text
    assert not is_in(client)
    pending = client.cookies[COOKIE]
    first = {"code": code_of(client, "senior"), "next": "/figures"}
    done = client.post("/sign-in/code", data=first)
    codes = re.findall(r"<li><code>([a-z2-7-]{19})<", done.text)
    assert len(codes) == 10
    assert client.cookies[COOKIE] != pending
    assert is_in(client)

    page = sign_in(client, "senior")
    assert 'id="secret"' not in page.text
    assert not is_in(client)
    assert client.post("/sign-in/code", data=first).status_code == 401  # used before
    again = {"code": codes[0], "next": "https://evil.example"}
    assert client.post("/sign-in/code", data=again).headers["location"] == "/"
    assert is_in(client)
    refused = client.post("/account/factor/remove", data={"code": codes[1]})
    assert refused.status_code == 400
    assert "Your role asks" in refused.text
    with service_of(client).ledger.reading() as tx:
        told = [entry.body["what"] for entry in tx.entries(kinds=["account"])]
    assert told == ["second factor set up", "signed in", "signed in"]


def test_by_choice_and_back(client: TestClient) -> None:
    assert sign_in(client, "viewer").headers["location"] == "/figures"
    page = client.get("/account", params={"lang": "zh"}).text
    assert "启用双重验证" in page
    page = client.post("/account/factor/new").text
    assert "身份验证器应用" in page
    form = {"code": code_of(client, "viewer"), "next": "/account"}
    assert "恢复码" in client.post("/account/factor", data=form).text
    assert "起登录需要验证码" in client.get("/account").text
    assert client.post("/account/factor/remove", data={"code": "000000"}).status_code == 400
    later = {"code": code_of(client, "viewer", later=1)}
    assert client.post("/account/factor/remove", data=later).status_code == 303
    assert sign_in(client, "viewer").headers["location"] == "/figures"


def test_the_language_that_was_chosen_is_known_in_another_browser(client: TestClient) -> None:
    sign_in(client, "viewer")
    assert "数据看板" in client.get("/figures", params={"lang": "zh"}).text
    sign_in(client, "viewer")  # without the cookie of the language
    assert "数据看板" in client.get("/figures").text


def test_guessing_codes_is_slowed_down(client: TestClient) -> None:
    sign_in(client, "senior")
    statuses = [
        client.post("/sign-in/code", data={"code": f"{n:06}"}).status_code for n in range(7)
    ]
    assert statuses == [401] * 5 + [429] * 2


def test_a_code_without_a_password_opens_nothing(client: TestClient) -> None:
    sign_in(client, "senior")
    code = code_of(client, "senior")
    client.cookies.clear()
    answer = client.post("/sign-in/code", data={"code": code})
    assert answer.headers["location"] == "/sign-in"
    assert html.escape("Sign in") in client.get("/sign-in").text
