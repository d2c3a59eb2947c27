"""`zhenzan policy`: what it prints, and its exit statuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.enforcement.policies import policy_text, rule
from tests.enforcement.scans import write_scan

from zhenzan import ledger
from zhenzan.cli import run

if TYPE_CHECKING:
    from pathlib import Path


class Command:
    """Calls of `zhenzan policy` in one folder."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capture = capture
        self.file = folder / "policy.toml"
        self.scan = write_scan(folder / "scan")
        self.data = folder / "data"
        self.write()

    def write(self, *rules: str, **parts: str) -> None:
        self.file.write_text(
            policy_text(
                *rules,
                caps=parts.get("caps", ""),
                breaker=parts.get("breaker", "most_share = 1.0"),
                top=parts.get("top", "sample = 1.0"),
            )
        )

    def call(self, *words: str, status: int = 0) -> str:
        found = run(["policy", *words])
        shown = self.capture.readouterr()
        assert found == status, shown.err
        return shown.out if not status else shown.err

    def read(self, *words: str, status: int = 0) -> Any:
        found = run(["policy", *words, "--json"])
        shown = self.capture.readouterr()
        assert found == status, shown.err
        return json.loads(shown.out)

    def preview(self, *words: str) -> tuple[str, ...]:
        return ("preview", str(self.file), "--scan", str(self.scan), *words)

    def apply(self, *words: str) -> tuple[str, ...]:
        data = ("--scan", str(self.scan), "--data", str(self.data))
        return ("apply", str(self.file), *data, "--by", "amy", *words)

    def undo(self, *words: str) -> tuple[str, ...]:
        return ("undo", "--data", str(self.data), *words)


@pytest.fixture
def policy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(tmp_path, capsys)


def test_check(policy: Command) -> None:
    assert policy.call("check", str(policy.file)).endswith("1 rules, all well.\n")
    assert policy.read("check", str(policy.file))["rules"] == ["all"]
    policy.write(rule("scor > 1"))
    error = policy.call("check", str(policy.file), status=2)
    assert "no column 'scor'" in error
    assert "Did you mean score?" in error


def test_preview(policy: Command) -> None:
    told = policy.call(*policy.preview())
    assert "Would hit 60 of 267 accounts; probably honest: 3." in told
    assert "protected beneficiary: 5" in told
    assert told.count("For example") == 5
    found = policy.read(*policy.preview("--days", "3"))
    assert (found["matched"], found["days"], found["live_version"]) == (60, 3, None)
    assert "There is no ledger" in policy.call(*policy.preview("--data", "none"), status=2)


def test_apply_step_by_step_and_undo(policy: Command) -> None:
    assert "0.1% of accounts" in policy.call(*policy.apply())
    assert "leave out a stage" in policy.call(*policy.apply("--canary", "100"), status=2)
    assert "no stage" in policy.call(*policy.apply("--canary", "50"), status=2)
    for percent in ("1", "10", "100"):
        outcome = policy.read(*policy.apply("--canary", percent))
    assert outcome["share_percent"] == 100
    told = policy.call(*policy.preview("--data", str(policy.data)))
    assert "passed over already under an action: 60" in told
    assert "Against the live version" in told
    version = policy.read("check", str(policy.file))["version"]
    assert "Would reverse 60 actions" in policy.call(
        *policy.undo("--version", version, "--pretend")
    )
    assert len(policy.read(*policy.undo("--account", "farm-000"))["actions"]) == 1
    assert "Reversed 59 actions; 59 cases" in policy.call(*policy.undo("--version", version))
    assert "Reversed 0 actions" in policy.call(*policy.undo("--since", "2020-01-01"))
    assert "Nothing says which" in policy.call(*policy.undo(), status=2)
    assert "is no time" in policy.call(*policy.undo("--until", "soon"), status=2)
    assert ledger.verify(policy.data).is_intact


def test_shadow(policy: Command) -> None:
    assert "Would act on 60 of 60" in policy.call(*policy.apply("--shadow"))
    assert "Reversed 0 actions" in policy.call(*policy.undo("--since", "2020-01-01"))


def test_activate_shows_first_whom_it_would_hit(policy: Command) -> None:
    where = ("--scan", str(policy.scan), "--data", str(policy.data), "--by", "amy")
    told = policy.call("activate", str(policy.file), *where)
    assert "Would hit 60 of 267 accounts" in told
    assert "Nothing was changed" in told
    assert "leave out a stage" in policy.call(
        "activate", str(policy.file), *where, "--yes", "--canary", "10", status=2
    )
    told = policy.call("activate", str(policy.file), *where, "--yes")
    assert "applied to 0.1% of accounts after each scan" in told
    told = policy.call("activate", str(policy.file), *where, "--yes", "--shadow")
    assert "counted in the shadow after each scan" in told
    told = policy.call("deactivate", str(policy.file), "--data", str(policy.data))
    assert "no longer applies" in told
    with ledger.open_existing(policy.data) as opened, opened.reading() as tx:
        modes = [entry.body["mode"] for entry in tx.entries(kinds=["policy_mode"])]
    assert modes == ["live", "shadow", "off"]


def test_stop_and_resume(policy: Command) -> None:
    controls = policy.folder / "controls.txt"
    controls.write_text("staff-1\n\nfarm-000\n")
    error = policy.call(*policy.apply("--controls", str(controls)), status=1)
    assert "it would hit 1 control account" in error
    assert "--resume and --note" in error
    assert "is stopped" in policy.call(*policy.apply(), status=2)
    assert "Why is the policy resumed?" in policy.call(*policy.apply("--resume"), status=2)
    policy.write(rule("role <> 'supplier'"))
    assert "Acted on" in policy.call(*policy.apply("--resume", "--note", "left suppliers out"))
    policy.write(breaker="most_share = 0.1")
    found = policy.read(*policy.apply(), status=1)
    assert found["stopped"].startswith("it would hit 1 control")
    (policy.folder / "bad").write_bytes(b"\xff")
    bad = str(policy.folder / "bad")
    assert "cannot be read" in policy.call(*policy.apply("--controls", bad), status=2)


def test_a_scan_that_is_none(policy: Command) -> None:
    policy.scan = policy.folder
    assert "is not a scan directory" in policy.call(*policy.preview(), status=2)
    assert "is not a scan directory" in policy.call(*policy.apply(), status=2)
    assert not policy.data.exists()


def test_pack_and_erase(policy: Command) -> None:
    for percent in ("0.1", "1", "10", "100"):
        policy.call(*policy.apply("--canary", percent))
    with ledger.open(policy.data) as opened, opened.reading() as tx:
        subject = tx.find_subject("account", "farm-000")
        row = tx.row("SELECT action_id FROM actions WHERE subject = ?", (subject,))
        assert row
    data, out = str(policy.data), str(policy.folder / "pack.zip")
    about = ["--about", row["action_id"], "--out", out, "--scan", str(policy.scan)]
    assert run(["audit", "pack", data, *about]) == 0
    assert run(["audit", "verify", out]) == 0
    assert (
        run(["audit", "verify", out, "--head", str(policy.data / "keys" / "heads.jsonl"), "--json"])
        == 0
    )
    (policy.folder / "broken.zip").write_bytes(b"PK")
    assert run(["audit", "verify", str(policy.folder / "broken.zip")]) == 1
    assert run(["audit", "verify", str(policy.folder / "none.zip")]) == 2
    erase = ["audit", "erase", data, "--account", "farm-000", "--why", "request 7"]
    assert run(erase) == 2  # its action still holds
    policy.call(*policy.undo("--account", "farm-000"))
    assert run(erase) == 0
    assert run(erase) == 2  # nothing is left
    assert run(["audit", "expire", data]) == 0
    assert run(["audit", "verify", data]) == 0
    assert "Keys destroyed: 0" in policy.capture.readouterr().out
