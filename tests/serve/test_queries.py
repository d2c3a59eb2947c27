"""Questions about the newest scan, answered as its tables say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pyarrow import parquet

if TYPE_CHECKING:
    from starlette.testclient import TestClient
    from tests.rings.scans import Scanned

    from zhenzan.serve.data_folder import DataFolder

KEYS = {
    "likes": "event_id",
    "accounts": "account_id",
    "contents": "content_id",
    "rings": "ring_id",
}


@pytest.mark.parametrize("table", KEYS)
def test_an_entity_is_what_its_table_says(
    replayed: tuple[TestClient, DataFolder], bought: Scanned, table: str
) -> None:
    client, _ = replayed
    rows = parquet.read_table(bought.directory / f"{table}.parquet").to_pylist()
    for row in rows[:: max(1, len(rows) // 3)]:
        told = client.get(f"/v1/{table}/{row[KEYS[table]]}").json()
        assert told["scan"] == 1
        for name, value in row.items():
            if name not in {"evidence", "ts", "first_ts", "last_ts"}:
                assert told[name] == value
            elif name != "evidence":
                assert told[name] == value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if table == "rings":
        members = {
            m["account_id"] for m in client.get(f"/v1/rings/{row['ring_id']}").json()["members"]
        }
        assert members == {
            m["account_id"] for m in bought.rows("ring_members") if m["ring_id"] == row["ring_id"]
        }


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("table", KEYS)
def test_an_explanation_in_both_languages(
    replayed: tuple[TestClient, DataFolder], bought: Scanned, table: str, lang: str
) -> None:
    name = bought.rows(table)[0][KEYS[table]]
    told = replayed[0].get(f"/v1/{table}/{name}/explanation?lang={lang}").json()
    assert told["entity"]["id"] == name
    assert told["text"]
    assert (max(map(ord, told["text"])) > 0x4E00) == (lang == "zh")


@pytest.mark.parametrize(
    "name", ["nobody", "a/b", "%00", "..%2F..%2Fetc", "'", "点赞", "x" * 600, "%F0%9F%92%A9", " "]
)
@pytest.mark.parametrize("table", KEYS)
def test_what_is_not_known_is_404(
    replayed: tuple[TestClient, DataFolder], table: str, name: str
) -> None:
    for end in ("", "/explanation"):
        answer = replayed[0].get(f"/v1/{table}/{name}{end}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


def test_provenance(replayed: tuple[TestClient, DataFolder], bought: Scanned) -> None:
    client, _ = replayed
    likes = bought.rows("likes")
    everything = client.get("/v1/provenance").json()
    assert everything["likes"] == len(likes)
    one = likes[0]
    for name in ("content_id", "account_id"):
        told = client.get("/v1/provenance", params={name: one[name]}).json()
        assert told["likes"] == sum(like[name] == one[name] for like in likes)
    assert client.get("/v1/provenance", params={"account_id": "nobody"}).json()["likes"] == 0


def test_scores_page_by_page(replayed: tuple[TestClient, DataFolder], bought: Scanned) -> None:
    client, _ = replayed
    found: list[dict[str, Any]] = []
    after: dict[str, Any] = {}
    while True:
        page = client.get("/v1/scores", params={"limit": 97, **after}).json()
        found += page["scores"]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    contents = bought.rows("contents")
    assert [row["content_id"] for row in found] == [row["content_id"] for row in contents]
    assert found[0]["true_likes"] == contents[0]["true_likes"]
    since = client.get("/v1/scores", params={"since": 1}).json()
    assert since == {"scan": 1, "complete": False, "scores": [], "next": None}
    assert client.get("/v1/scores", params={"since": 77}).json()["complete"]
    for wrong in ({"limit": 0}, {"limit": "x"}, {"since": -1}, {"limit": 10**9}):
        assert client.get("/v1/scores", params=wrong).status_code == 400


def test_before_the_first_scan_there_is_nothing(client: TestClient) -> None:
    paths = ["/v1/scans/latest", "/v1/scores", "/v1/provenance", "/v1/likes/a"]
    for path in [*paths, "/v1/likes/a/explanation"]:
        assert client.get(path).status_code == 404
    assert client.post("/v1/scans").status_code == 409
