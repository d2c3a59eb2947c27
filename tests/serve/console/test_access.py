"""Who may see and do what: every page and every role, from the table of routes; deny by default."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
from starlette.testclient import TestClient
from tests.serve.conftest import SMALL

from zhenzan import review
from zhenzan.report.wording import visible
from zhenzan.serve.app import build
from zhenzan.serve.auth import request_limits
from zhenzan.serve.auth.rate_limits import Rate
from zhenzan.serve.auth.roles import GRANTS, UserRole
from zhenzan.serve.auth.security_headers import PAGE_HEADERS
from zhenzan.serve.auth.sessions import COOKIE
from zhenzan.serve.console.routes import ROUTES
from zhenzan.serve.data_folder import DataFolder
from zhenzan.serve.principals import Scope
from zhenzan.serve.routes import ROUTES as ALL_ROUTES

from .conftest import PASSWORD, user_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zhenzan.serve.route import Route
    from zhenzan.serve.service import Service

    from .conftest import Town

SAME = {"Sec-Fetch-Site": "same-origin"}
CLOSED = [route for route in ALL_ROUTES if not route.access.anybody]


def path_of(route: Route) -> str:
    return re.sub(r"\{\w+\}", "x", route.path)


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, patches: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """A service with users and nothing else."""
    for name in ("PER_PERSON", "PER_ADDRESS"):
        patches.setattr(request_limits, name, Rate(burst=1e9, per_second=1e9))
    data = DataFolder(tmp_path_factory.mktemp("access") / "data")
    with TestClient(build(data, SMALL, log=None), follow_redirects=False) as opened:
        for role in UserRole:
            service_of(opened).auth.users.add(user_name(role), role, PASSWORD)
        yield opened


def service_of(client: TestClient) -> Service:
    service: Service = cast("Any", client.app).state.service
    return service


@pytest.fixture
def client(service: TestClient) -> TestClient:
    service.cookies.clear()
    return service


@pytest.fixture(scope="module")
def cookies(service: TestClient) -> dict[UserRole, str]:
    return cookies_of(service_of(service))


def cookies_of(service: Service) -> dict[UserRole, str]:
    auth = service.auth
    return {role: auth.sessions.open(auth.users.named(user_name(role))) for role in UserRole}


@pytest.mark.parametrize("route", CLOSED, ids=named)
@pytest.mark.parametrize("role", UserRole)
def test_every_route_and_every_role(
    client: TestClient, cookies: dict[UserRole, str], route: Route, role: UserRole
) -> None:
    headers = SAME | {"Cookie": f"{COOKIE}={cookies[role]}"}
    answer = client.request(route.method, path_of(route), headers=headers)
    assert answer.status_code not in {401, 429}
    assert (answer.status_code != 403) == bool(route.access.grants & GRANTS[role])


def test_only_these_are_open_to_anybody() -> None:
    assert {named(route) for route in ROUTES if route.access.anybody} == {
        "GET /sign-in",
        "POST /sign-in",
        "GET /sign-in/code",
        "POST /sign-in/code",
        "GET /sign-in/elsewhere",
        "GET /sign-in/back",
        "POST /sign-out",
        "GET /appeal/{token}",
        "POST /appeal/{token}",
        "GET /assets/{version}/{name}",
    }


@pytest.mark.parametrize("route", CLOSED, ids=named)
def test_nobody_gets_nowhere(client: TestClient, route: Route) -> None:
    for cookie in ("", "x", "' OR 1=1 --"):
        headers = SAME | {"Cookie": f"{COOKIE}={cookie}"}
        answer = client.request(route.method, path_of(route), headers=headers)
        if route.documented:
            assert answer.status_code == 401
        else:
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("route", [r for r in ROUTES if not r.access.anybody], ids=named)
def test_no_key_opens_a_page(client: TestClient, route: Route) -> None:
    key = service_of(client).auth.keys.make(list(Scope), days=1)
    headers = SAME | {"Authorization": f"Bearer {key}"}
    assert client.request(route.method, path_of(route), headers=headers).status_code == 403


@pytest.mark.parametrize("route", [r for r in ROUTES if r.method != "GET"], ids=named)
@pytest.mark.parametrize(
    "foreign",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
    ids=str,
)
def test_other_sites_change_nothing(
    client: TestClient,
    cookies: dict[UserRole, str],
    route: Route,
    foreign: dict[str, str],
) -> None:
    before = entries(service_of(client))
    for role in UserRole:
        headers = foreign | {"Cookie": f"{COOKIE}={cookies[role]}"}
        answer = client.request(route.method, path_of(route), headers=headers)
        assert answer.status_code == 403
    assert entries(service_of(client)) == before


def entries(service: Service) -> int:
    with service.ledger.reading() as tx:
        return tx.last_seq


@pytest.mark.parametrize("path", ["/sign-in", "/queues", "/nothing", "/appeal/x", "/cases/x"])
def test_every_page_protects_itself(
    client: TestClient, cookies: dict[UserRole, str], path: str
) -> None:
    headers = {"Cookie": f"{COOKIE}={cookies[UserRole.SENIOR]}", "Accept": "text/html"}
    answer = client.get(path, headers=headers)
    for name, value in PAGE_HEADERS.items():
        assert answer.headers[name] == value
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script>" not in answer.text
    assert not re.search(r"\son\w+=|\sstyle=|<style", answer.text)


def test_signing_in_by_form_changes_the_cookie_and_comes_back(client: TestClient) -> None:
    form = {"name": "viewer-user", "password": "marble tuesday fennel oar", "next": "/figures"}
    planted = {"Cookie": f"{COOKIE}=planted"}
    answer = client.post("/sign-in", data=form, headers=SAME | planted)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/figures"
    assert answer.headers["set-cookie"].startswith(f"{COOKIE}=")
    assert "planted" not in answer.headers["set-cookie"]
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:1"):
        answer = client.post("/sign-in", data=form | {"next": elsewhere}, headers=SAME)
        assert answer.headers["location"] == "/"


def test_a_wrong_password_says_no_more_than_that(client: TestClient) -> None:
    texts = set()
    for name in ("viewer-user", "nobody-at-all"):
        form = {"name": name, "password": "wrong wrong wrong wrong", "next": "/"}
        answer = client.post("/sign-in", data=form, headers=SAME)
        assert answer.status_code == 401
        texts.add(answer.text)
    assert len(texts) == 1


def test_a_form_that_is_too_large_is_refused(
    client: TestClient, cookies: dict[UserRole, str]
) -> None:
    headers = SAME | {"Cookie": f"{COOKIE}={cookies[UserRole.SENIOR]}"}
    answer = client.post("/searches", data={"name": "x" * 300_000}, headers=headers)
    assert answer.status_code == 413
    answer = client.post("/searches", content="&".join(["a=1"] * 3_000), headers=headers)
    assert answer.status_code == 400


def test_reading_a_case_is_recorded_and_the_identifier_is_shown_once_with_a_reason(
    town: Town,
) -> None:
    case = town.cases(queue="sample")[0]
    headers = SAME | {"Cookie": f"{COOKIE}={cookies_of(town.service)[UserRole.SENIOR]}"}
    before = entries(town.service)
    path = f"/cases/{case.case_id}"
    with httpx.Client(base_url=town.address, headers=headers, timeout=60) as senior:
        assert senior.get(path).status_code == 200
        assert senior.post(f"{path}/reveal", data={"why": " "}).status_code == 400
        shown = senior.post(f"{path}/reveal", data={"why": "ticket 7"})
    assert shown.status_code == 200
    with town.service.ledger.reading() as tx:
        new = list(tx.entries(after_seq=before, kinds=["access"], thing=case.subject))
        assert [(e.body["by"], e.body["what"]) for e in new] == [
            ("senior-user", "case"),
            ("senior-user", "reveal"),
        ]
        assert tx.personal(new[1]) == {"why": "ticket 7"}
        evidence = review.evidence(tx, case.case_id)
    assert evidence is not None
    assert visible(evidence["account_id"]) in html.unescape(shown.text)


def test_too_many_requests_are_told_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_limits, "PER_ADDRESS", Rate(burst=3, per_second=0.1))
    monkeypatch.setattr(request_limits, "PER_PERSON", Rate(burst=2, per_second=0.1))
    app = build(DataFolder(tmp_path / "data"), SMALL, log=None)
    with TestClient(app, follow_redirects=False) as client:
        user = service_of(client).auth.users.add("lin", UserRole.VIEWER, PASSWORD)
        cookie = {"Cookie": f"{COOKIE}={service_of(client).auth.sessions.open(user)}"}
        answers = [client.get("/sign-in") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 10
        mine = [client.get("/figures", headers=cookie).status_code for _ in range(3)]
        assert mine == [200, 200, 429]
