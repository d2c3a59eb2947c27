"""Policies that the service applies by itself: once to each scan, whatever is killed meanwhile."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from tests.enforcement.policies import policy, rule
from tests.enforcement.scans import FARM, names, write_scan
from tests.enforcement.test_activation import activate
from tests.serve.conftest import serving

from zhenzan import enforcement, ledger
from zhenzan.enforcement import Mode
from zhenzan.serve.enforcing.job import Job
from zhenzan.serve.live.counters import Thresholds
from zhenzan.serve.live.learned import write_thresholds
from zhenzan.serve.scoring.kept import THRESHOLDS, folder_of, write_facts
from zhenzan.serve.webhooks.outbox import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from zhenzan.enforcement import Policy
    from zhenzan.serve.data_folder import DataFolder
    from zhenzan.serve.service import Service

SHARES = ("0.1", "1", "10", "100")
PATIENCE_S = 60.0
DAY_US = 86_400_000_000


def keep_scan(data: DataFolder, number: int = 1, **other: int | str) -> Path:
    """A finished scan in the data folder, as the service takes it up when it starts."""
    data.make()
    folder = folder_of(data.scans, number)
    write_scan(folder / "scan", **other)  # type: ignore[arg-type]  # day and digest
    write_thresholds(Thresholds({}), folder / THRESHOLDS)
    write_facts(folder, number, {"rows": {}})
    return folder / "scan"


def for_all(data: DataFolder, read: Policy, scan: Path) -> None:
    with ledger.open(data.root) as opened:
        for share in SHARES:
            activate(opened, read, Mode.LIVE, scan, share)


def service_of(client: TestClient) -> Service:
    service: Service = client.app.state.service  # type: ignore[attr-defined]  # Starlette's own attribute
    return service


def rows(data: DataFolder, query: str) -> list[dict[str, object]]:
    with ledger.open(data.root) as opened, opened.reading() as tx:
        return tx.rows(query)


def wait_until_done(service: Service, scan: Path) -> None:
    name = enforcement.scan_name(scan)
    for _ in range(int(PATIENCE_S / 0.05)):
        with service.ledger.reading() as tx:
            if not enforcement.due(tx, name):
                return
        time.sleep(0.05)
    raise AssertionError("the policies were not applied")


def test_the_service_applies_what_is_active(data: DataFolder) -> None:
    scan = keep_scan(data)
    for_all(data, policy(), scan)
    with serving(data) as client:
        wait_until_done(service_of(client), scan)
        for _ in range(200):
            shown = client.get("/metrics").text
            if "zhenzan_policy_runs_total" in shown:
                break
            time.sleep(0.05)
        assert 'zhenzan_policy_runs_total{mode="live"} 1' in shown
        assert 'zhenzan_actions_total{step="limit_liking"}' in shown
    assert rows(data, "SELECT count(*) AS n FROM actions") == [{"n": 60}]
    assert rows(data, "SELECT count(*) AS n FROM statements") == [{"n": 60}]
    with serving(data) as client:  # started again: nothing is done twice
        wait_until_done(service_of(client), scan)
    assert rows(data, "SELECT count(*) AS n FROM runs") == [{"n": 1}]
    assert ledger.verify(data.root).is_intact


def test_a_severe_step_only_opens_a_case(data: DataFolder) -> None:
    scan = keep_scan(data)
    for_all(data, policy(rule("role = 'supplier' AND fake_likes > 3", severity=10)), scan)
    with serving(data) as client:
        wait_until_done(service_of(client), scan)
    assert rows(data, "SELECT count(*) AS n FROM actions") == [{"n": 0}]
    assert rows(data, "SELECT count(*) AS n FROM cases WHERE queue = 'severe'") == [{"n": 30}]


def test_a_breaker_that_trips_is_told_everywhere(data: DataFolder) -> None:
    scan = keep_scan(data)
    for_all(data, policy(breaker="most_share = 0.01"), scan)
    with serving(data) as client:
        service = service_of(client)
        service.outbox.add_endpoint("https://hook.invalid/", [Kind.POLICY_STOPPED])
        wait_until_done(service, scan)
        for _ in range(400):
            shown = client.get("/metrics").text
            told = service.outbox.due(time.time_ns() // 1_000 + DAY_US, 9)
            if "zhenzan_policies_stopped 1" in shown and told:
                break
            time.sleep(0.05)
        assert "zhenzan_policies_stopped 1" in shown
        assert 'zhenzan_policy_runs_total{mode="stopped"} 1' in shown
        [message] = told
        assert b"policy.stopped" in message.body
        assert b"more than 1.0%" in message.body
        assert not any(name.encode() in message.body for name in names([FARM]))
    assert rows(data, "SELECT count(*) AS n FROM actions") == [{"n": 0}]


@pytest.mark.parametrize("kills", [1, 3])
def test_killed_at_any_moment_and_two_at_once_nobody_is_hit_twice(
    data: DataFolder, kills: int
) -> None:
    scan = keep_scan(data)
    for_all(data, policy(), scan)
    job = Job(str(scan), str(data.root), str(ledger.keys_folder(data.root))).to_json()

    def begin() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "zhenzan.serve.enforcing.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        assert process.stdin
        process.stdin.write(job.encode())
        process.stdin.close()
        return process

    for kill in range(kills):
        process = begin()
        time.sleep(0.8 + 0.35 * kill)  # the import takes most of a second, the work the next
        process.kill()
        process.wait()
    last = [begin(), begin()]
    assert [process.wait(60) for process in last] == [0, 0]
    with ledger.open(data.root) as opened, opened.reading() as tx:
        actions = tx.rows("SELECT subject FROM actions")
        runs = tx.rows("SELECT run_id FROM runs WHERE mode = 'live'")
    assert len(actions) == len({row["subject"] for row in actions}) == 60
    assert len(runs) == 1
    assert ledger.verify(data.root).is_intact


def test_a_scan_that_cannot_be_read_is_counted_and_tried_again_later(data: DataFolder) -> None:
    scan = keep_scan(data)
    for_all(data, policy(), scan)
    (scan / "signals.parquet").write_bytes(b"")
    with serving(data) as client:
        for _ in range(400):
            shown = client.get("/metrics").text
            if "zhenzan_failed_policy_runs_total" in shown:
                break
            time.sleep(0.05)
        assert "zhenzan_failed_policy_runs_total 1" in shown
    assert rows(data, "SELECT count(*) AS n FROM actions") == [{"n": 0}]
