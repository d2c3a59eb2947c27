"""Many enforcers at once never exceed a cap by one; one that dies leaves nothing half done."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.enforcement.policies import make_live, policy, policy_text
from tests.enforcement.scans import Crowd, write_scan

from zhenzan import enforcement, ledger, review

ENFORCER = Path(__file__).with_name("enforcer.py")
CAPS = "per_hour = 37\nper_cohort = 11\ncohort = 'role'"


def crowd(number: int, count: int = 30) -> list[Crowd]:
    """Accounts of their own for each enforcer, so that all of them want to act."""
    roles = ("supplier", "member", "none")
    return [Crowd(f"e{number}{role}", count // 3, role=role) for role in roles]


def audited(where: str | Path, keys: Path) -> dict[str, int]:
    """How many actions in each cohort; after an audit, and with a statement for each."""
    found = ledger.verify(where, keys=keys)
    assert found.is_intact, found.problems
    with ledger.open(where, keys=keys) as opened, opened.reading() as tx:
        statements = tx.rows("SELECT action_id FROM statements ORDER BY action_id")
        assert statements == tx.rows("SELECT action_id FROM actions ORDER BY action_id")
        rows = tx.rows("SELECT cohort, count(*) AS n FROM actions GROUP BY cohort")
        return {row["cohort"]: int(row["n"]) for row in rows}


def test_32_threads(tmp_path: Path) -> None:
    read = policy(caps=CAPS)
    with ledger.open(tmp_path / "data") as opened:
        make_live(opened, read)
        scans = [write_scan(tmp_path / f"scan{n}", crowd(n), digest=f"d{n}") for n in range(32)]
        matches = [enforcement.match(read, scan) for scan in scans]

        def enforce(matched: enforcement.Matched) -> int:
            with opened.transaction() as tx:
                return review.enforce(tx, read, matched, by="amy").acted.total()

        with ThreadPoolExecutor(32) as threads:
            assert sum(threads.map(enforce, matches)) == 33
    assert audited(tmp_path / "data", tmp_path / "data" / "keys") == {
        "supplier": 11,
        "member": 11,
        "none": 11,
    }


def start(where: str, keys: Path, folder: Path, number: int) -> subprocess.Popen[str]:
    scan = write_scan(folder / f"scan{number}", crowd(number), digest=f"d{number}")
    command = [sys.executable, str(ENFORCER), where, str(keys), str(folder / "p.toml"), str(scan)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def end(process: subprocess.Popen[str]) -> int:
    process.communicate()
    return process.returncode


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_32_processes(tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> None:
    keys = tmp_path / "data"
    where = str(keys) if kind == "sqlite" else str(request.getfixturevalue("empty_postgres_url"))
    (tmp_path / "p.toml").write_text(policy_text(caps=CAPS))
    with ledger.open(where, keys=keys) as opened:
        make_live(opened, policy(caps=CAPS))
    enforcers = [start(where, keys, tmp_path, number) for number in range(32)]
    for process in enforcers:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in enforcers:
        go(process)
    assert [end(process) for process in enforcers] == [0] * 32
    assert audited(where, keys) == {"supplier": 11, "member": 11, "none": 11}


@pytest.mark.slow
def test_killed_at_random_points(tmp_path: Path) -> None:
    """What is there is whole; and whoever comes after does the rest, once."""
    keys = tmp_path / "data"
    caps = "per_hour = 100000\nper_cohort = 100000"
    (tmp_path / "p.toml").write_text(policy_text(caps=caps, top="sample = 0.5"))
    with ledger.open(keys) as opened:
        make_live(opened, enforcement.read_policy(tmp_path / "p.toml"))
    draw = random.Random(5)
    done = killed = 0
    for number in range(25):
        process = start(str(keys), keys, tmp_path, number)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        go(process)
        time.sleep(draw.random() * 0.05)
        process.kill()
        code = end(process)
        after = sum(audited(keys, keys).values())
        assert after - done in {0, 30}, "a run is there whole or not at all"
        killed += code != 0
        done = after
    assert killed
    for number in range(25):
        process = start(str(keys), keys, tmp_path, number)
        go(process)
        assert end(process) == 0
    assert sum(audited(keys, keys).values()) == 25 * 30
