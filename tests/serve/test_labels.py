"""Judgements as labels: for training only once a senior says so, and readable by a scan."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.enforcement.policies import policy
from tests.enforcement.scans import FARM, names
from tests.serve.conftest import serving
from tests.serve.enforcing.test_enforcing import for_all, keep_scan, service_of, wait_until_done

from zhenzan import review
from zhenzan.ingest.fields import FIELDS
from zhenzan.serve.auth.roles import UserRole
from zhenzan.serve.auth.sessions import COOKIE

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from zhenzan.serve.data_folder import DataFolder

SECRET = "marble tuesday fennel oar"  # noqa: S105  a password of the tests


def read(client: TestClient, **asked: str) -> list[dict[str, str]]:
    answer = client.get("/v1/labels", params=asked)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


def test_from_a_decision_to_a_label_for_training(data: DataFolder) -> None:
    scan = keep_scan(data)
    for_all(data, policy(top="sample = 1.0"), scan)
    with serving(data) as client:
        service = service_of(client)
        wait_until_done(service, scan)
        with service.ledger.transaction() as tx:
            [case] = [
                one
                for one in review.cases(tx, queue="sample")
                if (review.evidence(tx, one.case_id) or {})["account_id"] == "farm-007"
            ]
            review.claim_case(tx, case.case_id, "ben")
            review.decide(tx, case.case_id, "ben", "overturn", "genuine", "")
        assert read(client) == []
        [label] = read(client, use="every")
        assert label.keys() == {field.name for field in FIELDS["labels"]}
        assert (label["entity_id"], label["label"]) == ("farm-007", "genuine")
        assert client.get("/v1/labels", params={"use": "none"}).status_code == 400

        user = service.auth.users.add("senior", UserRole.SENIOR, SECRET)
        person = {
            "Cookie": f"{COOKIE}={service.auth.sessions.open(user)}",
            "Sec-Fetch-Site": "same-origin",
        }
        key = client.headers.pop("Authorization")
        page = client.get("/labels", headers=person)
        assert "1 labels, 0 of them for training" in page.text
        assert not [name for name in names([FARM]) if name in page.text]
        with service.ledger.reading() as tx:
            label_id = review.labels(tx)[0].label_id
        client.post(f"/labels/{label_id}", data={"use": "yes"}, headers=person)
        client.headers["Authorization"] = key
        assert read(client) == [label]
        client.headers.pop("Authorization")
        client.post(f"/labels/{label_id}", data={"use": "no"}, headers=person)
        client.headers["Authorization"] = key
        assert read(client) == []
