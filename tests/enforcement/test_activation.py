"""What the service has to apply to a scan: once each, by stages, and not when it is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.enforcement.policies import policy, rule
from tests.enforcement.scans import write_scan

from zhenzan import enforcement, review
from zhenzan.enforcement import Mode
from zhenzan.errors import CallError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.enforcement.conftest import Clock

    from zhenzan.enforcement import Due, Outcome, Policy
    from zhenzan.ledger import Ledger


def activate(opened: Ledger, read: Policy, mode: Mode, scan: Path, share: str = "") -> int:
    with opened.transaction() as tx:
        found = enforcement.preview(read, scan, days=7, tx=tx)
        enforcement.assess(tx, found, enforcement.scan_name(scan), by="amy")
        share_ppm = enforcement.parse_share(share) if share else None
        return enforcement.activate(tx, read, mode, by="amy", share_ppm=share_ppm)


def due(opened: Ledger, scan: Path) -> list[Due]:
    with opened.reading() as tx:
        return enforcement.due(tx, enforcement.scan_name(scan))


def apply_due(opened: Ledger, scan: Path) -> list[Outcome]:
    outcomes = []
    for one in due(opened, scan):
        with opened.transaction() as tx:
            read = enforcement.policy_of(tx, one.version)
            matched = enforcement.match(read, scan)
            outcomes.append(
                review.enforce(
                    tx, read, matched, by="service", shadow=one.shadow, resumed=one.resumed
                )
            )
    return outcomes


def test_nothing_is_active_that_nobody_has_previewed(opened: Ledger, scan: Path) -> None:
    read = policy()
    with (
        opened.transaction() as tx,
        pytest.raises(CallError, match="Nobody has seen yet") as error,
    ):
        enforcement.activate(tx, read, Mode.LIVE, by="amy")
    assert "Preview" in error.value.hint
    assert due(opened, scan) == []
    assert activate(opened, read, Mode.LIVE, scan) == 1_000


def test_each_scan_and_each_stage_once(opened: Ledger, scan: Path, tmp_path: Path) -> None:
    read = policy()
    activate(opened, read, Mode.LIVE, scan)
    acted = []
    for share in ("", "1", "10", "100"):
        activate(opened, read, Mode.LIVE, scan, share)
        [outcome] = apply_due(opened, scan)
        acted.append(outcome.acted.total())
        assert due(opened, scan) == []
    assert sum(acted) == 60
    later = write_scan(tmp_path / "later", day=1, digest="d1")
    assert [one.version for one in due(opened, later)] == [read.version]


def test_the_shadow_counts_once_beside_the_live_one(opened: Ledger, scan: Path) -> None:
    live, shadow = policy(), policy(rule(severity=4))
    for share in ("0.1", "1", "10", "100"):
        activate(opened, live, Mode.LIVE, scan, share)
    activate(opened, shadow, Mode.SHADOW, scan)
    outcomes = {one.version: one for one in apply_due(opened, scan)}
    assert outcomes[shadow.version].shadow
    assert not outcomes[live.version].shadow
    assert due(opened, scan) == []
    with opened.reading() as tx:
        row = tx.row("SELECT count(*) AS n FROM actions WHERE version = ?", (shadow.version,))
        assert row == {"n": 0}


def test_a_new_version_for_all_takes_the_place_of_the_old_one(opened: Ledger, scan: Path) -> None:
    old, new = policy(), policy(rule(severity=4))
    for read in (old, new):
        for share in ("0.1", "1", "10", "100"):
            activate(opened, read, Mode.LIVE, scan, share)
    assert [one.version for one in due(opened, scan)] == [new.version]


def test_what_is_undone_or_deactivated_is_not_due(opened: Ledger, scan: Path) -> None:
    first, second = policy(), policy(rule(severity=4))
    for read in (first, second):
        activate(opened, read, Mode.LIVE, scan)
    with opened.transaction() as tx:
        enforcement.undo(tx, enforcement.Selection(version=first.version), by="amy", why="wrong")
        enforcement.activate(tx, second, Mode.OFF, by="amy")
    assert due(opened, scan) == []


def test_a_stopped_policy_waits_for_a_person_and_then_acts_once_more(
    opened: Ledger, scan: Path, clock: Clock, tmp_path: Path
) -> None:
    read = policy(breaker="most_share = 0.01")
    activate(opened, read, Mode.LIVE, scan)
    [outcome] = apply_due(opened, scan)
    assert "more than 1.0%" in outcome.stopped
    assert due(opened, scan) == []
    clock.pass_days(0.1)
    with opened.transaction() as tx:
        enforcement.resume(tx, read.name, by="amy", why="a real wave")
    assert [one.resumed for one in due(opened, scan)] == [True]
    clock.pass_days(0.1)
    [outcome] = apply_due(opened, scan)
    assert not outcome.stopped
    later = write_scan(tmp_path / "later", day=1, digest="d1")
    assert [one.resumed for one in due(opened, later)] == [False]
