"""The service as a whole: who may call what, errors, health, figures, log, one process a folder."""

from __future__ import annotations

import io
import json
import stat
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from zhenzan.errors import CallError, InputError, LimitError
from zhenzan.serve.app import build
from zhenzan.serve.principals import ANYBODY, Access, Scope, either
from zhenzan.serve.route import Route
from zhenzan.serve.routes import ROUTES

from .conftest import SMALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from zhenzan.errors import ZhenzanError
    from zhenzan.serve.data_folder import DataFolder


API = [route for route in ROUTES if route.documented]
"""Pages of the console have tests of their own."""


async def hello(_: Request) -> Response:
    return PlainTextResponse("hello")


def path_of(route: Route) -> str:
    return route.path.replace("{id}", "x").replace("{name}", "x")


@pytest.mark.parametrize("route", API, ids=lambda r: f"{r.method} {r.path}")
@pytest.mark.parametrize("scope", Scope)
def test_every_route_and_every_scope(client: TestClient, route: Route, scope: Scope) -> None:
    app = cast("Any", client.app)
    key = app.state.service.auth.keys.make([scope], f"only-{scope}")
    headers = {"Authorization": f"Bearer {key}"}
    status = client.request(route.method, path_of(route), headers=headers).status_code
    allowed = route.access.anybody or scope in route.access.grants
    assert (status not in {401, 403}) == allowed


@pytest.mark.parametrize("route", API, ids=lambda r: f"{r.method} {r.path}")
@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer zz_wrong", "Basic eDp5", "Bearer \xff", "Bearer " + "x" * 9999]
)
def test_nobody_gets_nowhere(client: TestClient, route: Route, shown: str) -> None:
    headers = {"Authorization": shown.encode("latin-1")}
    answer = client.request(route.method, path_of(route), headers=cast("Any", headers))
    if route.access.anybody:
        assert answer.status_code not in {401, 403}
    else:
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_route_says_who_may_call_it_or_the_service_does_not_start(data: DataFolder) -> None:
    route = Route("GET", "/open", cast("Access", None), hello, "")
    with pytest.raises(TypeError, match="who may call"):
        build(data, SMALL, routes=[route])
    with pytest.raises(ValueError, match="names who"):
        Access()
    with pytest.raises(ValueError, match="names who"):
        Access(either(Scope.EVENTS).grants, anybody=True)
    twice = Route("GET", "/open", ANYBODY, hello, "")
    with pytest.raises(ValueError, match="twice"):
        build(data, SMALL, routes=[twice, twice])


def test_a_removed_key_opens_nothing(client: TestClient) -> None:
    keys = cast("Any", client.app).state.service.auth.keys
    key = keys.make([Scope.METRICS], "prometheus")
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get("/metrics", headers=headers).status_code == 200
    keys.remove("prometheus")
    assert client.get("/metrics", headers=headers).status_code == 401
    with pytest.raises(CallError):
        keys.remove("prometheus")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (CallError("Wrong.", "Do it right."), 400),
        (InputError("Unreadable.", ""), 400),
        (LimitError("Too much.", "Less."), 413),
        (RuntimeError("secret"), 500),
    ],
)
def test_errors_are_problems(data: DataFolder, error: ZhenzanError, status: int) -> None:
    async def fail(_: Request) -> Response:
        raise error

    app = build(data, SMALL, routes=[Route("GET", "/fail", ANYBODY, fail, "")], log=None)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/fail")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["title"] == HTTPStatus(status).phrase
    if status == 500:
        assert "secret" not in answer.text
    else:
        assert body["detail"] == error.sentence
        assert body.get("hint", "") == error.hint


def test_what_is_not_there_and_wrong_methods_are_problems(client: TestClient) -> None:
    assert client.get("/nothing").status_code == 404
    assert client.get("/nothing").json()["hint"]
    refused = client.delete("/healthz")
    assert refused.status_code == 405
    assert set(refused.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert client.get("/healthz/").status_code == 404


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}
    cast("Any", client.app).state.service.ready = False
    assert client.get("/readyz").status_code == 503
    assert client.head("/healthz").status_code == 200


def test_figures_count_requests_by_route(client: TestClient) -> None:
    client.get("/healthz")
    client.get("/somewhere/u-secret")
    text = client.get("/metrics").text
    assert 'zhenzan_request_seconds_count{route="/healthz",status="200"} 1' in text
    assert "u-secret" not in text
    for line in text.splitlines():
        assert line.startswith("#") or float(line.rpartition(" ")[2]) >= 0


def test_the_log_names_routes_and_never_what_was_asked(data: DataFolder) -> None:
    log = io.StringIO()
    app = build(data, SMALL, log=log)
    with TestClient(app) as client:
        client.get("/v1/openapi.json?account=u-secret", headers={"X-Forwarded-For": "203.0.113.9"})
        client.get("/v1/u-secret")
        client.request("U-SECRET", "/v1/u-secret")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["route"] for line in lines] == ["/v1/openapi.json", "(none)", "(none)"]
    assert "secret" not in log.getvalue().lower()
    assert "203.0.113.9" not in log.getvalue()


def test_one_process_uses_a_data_folder(
    data: DataFolder, started: Callable[..., TestClient]
) -> None:
    started()
    with pytest.raises(CallError, match="Another zhenzan serve"):
        started()
    assert stat.S_IMODE(data.root.stat().st_mode) == 0o700


def test_settings_that_cannot_be() -> None:
    for wrong in ({"score_every_s": -1.0}, {"kept_scans": 0}):
        with pytest.raises(CallError):
            replace(SMALL, **cast("Any", wrong))
    with pytest.raises(ValueError, match="power of two"):
        replace(SMALL, counter_cells=1000)
