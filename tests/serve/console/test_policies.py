"""A policy made live in the console: seen first, by a policy author, applied by the service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.enforcement.policies import policy_text
from tests.serve.conftest import serving
from tests.serve.enforcing.test_enforcing import keep_scan, service_of, wait_until_done

from zhenzan import enforcement
from zhenzan.serve.auth.roles import UserRole
from zhenzan.serve.auth.sessions import COOKIE

from .conftest import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from zhenzan.serve.data_folder import DataFolder

TEXT = policy_text().replace("\n", "\r\n")  # as a browser sends it
VERSION = enforcement.parse_policy(TEXT).version


@pytest.fixture
def author(data: DataFolder) -> Iterator[TestClient]:
    keep_scan(data)
    with serving(data) as client:
        auth = service_of(client).auth
        user = auth.users.add("author", UserRole.POLICY_AUTHOR, PASSWORD)
        del client.headers["Authorization"]
        client.headers.update(
            {
                "Cookie": f"{COOKIE}={auth.sessions.open(user)}",
                "Sec-Fetch-Site": "same-origin",
            }
        )
        client.follow_redirects = False
        yield client


def modes(client: TestClient) -> list[dict[str, object]]:
    with service_of(client).ledger.reading() as tx:
        return tx.rows("SELECT version, mode FROM activations")


def test_seen_first_then_live_then_no_longer(author: TestClient, data: DataFolder) -> None:
    live = {"text": TEXT, "mode": "live", "share": "0.1"}
    refused = author.post("/policies/activate", data=live)
    assert refused.status_code == 400
    assert "Nobody has seen yet" in refused.text
    shown = author.post("/policies/preview", data={"text": TEXT})
    assert "Would hit 60 of 267 accounts" in shown.text
    assert "farm-0" not in shown.text  # no identifier of the platform
    skipped = author.post("/policies/activate", data=live | {"share": "10"})
    assert "would leave out a stage" in skipped.text
    assert modes(author) == []
    done = author.post("/policies/activate", data=live)
    assert done.headers["location"] == f"/policies/{VERSION}"
    assert modes(author) == [{"version": VERSION, "mode": "live"}]
    wait_until_done(service_of(author), data.scans / "00000001" / "scan")
    page = author.get(f"/policies/{VERSION}", params={"lang": "zh"}).text
    assert "每次扫描后 正式" in page
    assert page.count("run-") == 1
    author.post("/policies/activate", data={"version": VERSION, "mode": "off"})
    assert modes(author) == []


def test_why_somebody_is_spared_is_said_in_chinese(author: TestClient) -> None:
    asked = {"text": TEXT}
    english = spared(author.post("/policies/preview", params={"lang": "en"}, data=asked).text)
    chinese = spared(author.post("/policies/preview", params={"lang": "zh"}, data=asked).text)
    assert len(chinese) == len(english) > 0
    # The scan has an account with a role that nobody knows, which stands for itself.
    assert [why for why in chinese if why in english] == ["emperor"]


def spared(page: str) -> list[str]:
    """Why rules that describe an account do not hit it."""
    tables = re.findall(r"<table><caption>(?:Passed over|Protected|跳过|受保护).*?</table>", page)
    return [why for table in tables for why in re.findall(r'<th scope="row">(.*?)</th>', table)]


def test_nonsense_is_refused(author: TestClient) -> None:
    assert author.post("/policies/preview", data={"text": "name = 1"}).status_code == 400
    long = {"text": "#" * 60_000}
    assert author.post("/policies/preview", data=long).status_code == 400
    assert author.post("/policies/activate", data={"mode": "soon"}).status_code == 400
    unknown = {"mode": "live", "version": "0" * 64}
    assert author.post("/policies/activate", data=unknown).status_code == 400
