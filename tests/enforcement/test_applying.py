"""Applying a policy: stages, caps, the breaker, people for severe steps, the way up the ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.enforcement.policies import make_live, policy, rule
from tests.enforcement.scans import FARM, Crowd, names, write_scan

from zhenzan import enforcement
from zhenzan.errors import CallError, LimitError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.enforcement.conftest import Clock

    from zhenzan.enforcement import Outcome, Policy
    from zhenzan.ledger import Ledger

STAGES = (1_000, 10_000, 100_000, 1_000_000)


def apply(
    opened: Ledger,
    read: Policy,
    scan: Path,
    share_ppm: int | None = None,
    *,
    shadow: bool = False,
    resumed: bool = False,
) -> Outcome:
    matched = enforcement.match(read, scan)
    with opened.transaction() as tx:
        return enforcement.apply(
            tx, read, matched, by="amy", share_ppm=share_ppm, shadow=shadow, resumed=resumed
        )


def apply_to_all(opened: Ledger, read: Policy, scan: Path) -> Outcome:
    make_live(opened, read)
    return apply(opened, read, scan)


def steps(opened: Ledger) -> dict[str, str]:
    with opened.reading() as tx:
        found = {}
        for account in sorted(names([FARM])):
            for action in enforcement.active_actions(tx, account):
                assert account not in found
                found[account] = action.step.value
    return found


def cases(opened: Ledger) -> int:
    with opened.reading() as tx:
        return len(tx.rows("SELECT 1 AS found FROM cases WHERE queue = 'severe'"))


def test_stages_are_nested_stable_and_never_left_out(opened: Ledger, scan: Path) -> None:
    read = policy()
    with pytest.raises(CallError, match="would leave out a stage") as error:
        apply(opened, read, scan, 1_000_000)
    assert "--canary 0.1" in error.value.hint
    reached = []
    for share in STAGES:
        outcome = apply(opened, read, scan, share)
        reached.append(outcome.passed["outside the canary"])
        assert apply(opened, read, scan).acted.total() == 0  # nobody twice, the stage stays
    assert reached == sorted(reached, reverse=True)
    assert reached[-1] == 0
    with opened.transaction() as tx:
        slices = enforcement.versions.Slices(tx, read.name)
        places = {name: slices.place_ppm(name) for name in (f"u{i}" for i in range(2_000))}
        again = enforcement.versions.Slices(tx, read.name)
        assert places == {name: again.place_ppm(name) for name in places}
        assert 140 < sum(place < 100_000 for place in places.values()) < 260


def test_the_live_version_leaves_its_slice_to_the_canary(opened: Ledger, scan: Path) -> None:
    live, canary = policy(), policy(rule(severity=4))
    apply_to_all(opened, live, scan)
    with opened.transaction() as tx:
        enforcement.undo(tx, enforcement.Selection(account_id="farm-000"), by="amy", why="")
    for share in STAGES[:3]:
        apply(opened, canary, scan, share)
    outcome = apply(opened, live, scan)
    with opened.reading() as tx:
        place = enforcement.versions.Slices(tx, "test").place_ppm("farm-000")
    assert outcome.acted.total() == (1 if place >= 100_000 else 0)
    apply(opened, canary, scan, STAGES[3])
    with opened.reading() as tx:
        assert enforcement.live_policy(tx, "test") == canary
    assert apply(opened, live, scan, STAGES[3]).share_ppm == STAGES[3]  # back in one step


@pytest.mark.parametrize(
    ("caps", "acted", "why"),
    [
        ("per_hour = 7", 7, "cap per_hour"),
        ("per_policy = 9", 9, "cap per_policy"),
        ("per_cohort = 3", 3 + 3 + 3, "cap per_cohort"),
        ("per_cohort = 2\ncohort = 'role'", 3 * 2, "cap per_cohort"),
        ("per_hour = 0", 0, "cap per_hour"),
    ],
)
def test_caps_hold(
    opened: Ledger, scan: Path, clock: Clock, caps: str, acted: int, why: str
) -> None:
    read = policy(caps=caps)
    outcome = apply_to_all(opened, read, scan)
    assert outcome.acted.total() == acted
    assert outcome.passed[why] == 60 - acted
    clock.pass_days(0.01)
    assert apply(opened, read, scan).acted.total() == 0
    clock.pass_days(0.05)
    assert apply(opened, read, scan).acted.total() == (7 if why == "cap per_hour" and acted else 0)


def test_the_surest_come_first(opened: Ledger, scan: Path) -> None:
    apply_to_all(opened, policy(caps="per_policy = 30\nper_cohort = 30"), scan)
    assert steps(opened)
    with opened.reading() as tx:
        low = tx.row("SELECT min(score_ppm) AS low FROM actions")
        assert low == {"low": 999_000}


def test_a_severe_step_waits_for_a_person(opened: Ledger, scan: Path) -> None:
    read = policy(rule("role = 'supplier' AND fake_likes > 3", severity=10))
    assert not apply_to_all(opened, read, scan).acted
    assert cases(opened) == 30
    assert not steps(opened)
    again = apply(opened, read, scan)
    assert again.passed == {"already waiting for a decision": 30}
    with opened.transaction() as tx:
        case = tx.rows("SELECT * FROM cases ORDER BY case_id")[0]
        action_id = enforcement.act_on_case(tx, case, by="ben", evidence={"account_id": "x"})
        row = tx.row("SELECT * FROM actions WHERE action_id = ?", (action_id,))
        assert row
        assert (row["step"], row["decided_by"]) == ("suspend_account", "ben")


def test_a_person_does_not_exceed_a_cap_either(opened: Ledger, scan: Path, clock: Clock) -> None:
    read = policy(rule("role = 'supplier' AND fake_likes > 3", severity=10), caps="per_hour = 2")
    make_live(opened, read)
    for _ in range(2):
        apply(opened, read, scan)
        clock.pass_days(1)
    with opened.transaction() as tx:
        rows = tx.rows("SELECT * FROM cases ORDER BY case_id")
        assert len(rows) >= 3
        for row in rows[:2]:
            enforcement.act_on_case(tx, row, by="ben", evidence={})
        with pytest.raises(LimitError, match="cap per_hour"):
            enforcement.act_on_case(tx, rows[2], by="ben", evidence={})


def test_points_climb_and_decay(opened: Ledger, tmp_path: Path, clock: Clock) -> None:
    """2 points: limit. A second time after half of them are gone: 3, still limit; soon: 4."""
    crowd = Crowd("farm", 2, ring="r-farm", role="supplier")
    read = policy(top="sample = 0.0\nhalf_life_days = 8")
    first = write_scan(tmp_path / "first", [crowd], day=0)
    apply_to_all(opened, read, first)
    assert set(steps(opened).values()) == {"limit_liking"}
    clock.pass_days(8)  # the action has ended, half of its points are left
    assert not steps(opened)
    assert apply(opened, read, first).passed == {"nothing new since the last decision": 2}
    second = write_scan(tmp_path / "second", [crowd], day=8)
    assert apply(opened, read, second).acted == {"limit_liking": 2}
    clock.pass_days(7.01)
    third = write_scan(tmp_path / "third", [crowd], day=16)
    assert apply(opened, read, third).acted == {"limit_liking": 2}  # 2 + 1.09 + 0.54
    sooner = policy(top="sample = 0.0\nhalf_life_days = 80")
    clock.pass_days(7.01)
    fourth = write_scan(tmp_path / "fourth", [crowd], day=24)
    apply_to_all(opened, sooner, fourth)
    assert cases(opened) == 2  # 2 + 3 times nearly 2: above 6


def test_after_an_undo_the_same_likes_count_again(opened: Ledger, scan: Path) -> None:
    read = policy()
    done = apply_to_all(opened, read, scan)
    with opened.transaction() as tx:
        enforcement.undo(tx, enforcement.Selection(version=read.version), by="amy", why="wrong")
    assert not steps(opened)
    assert apply(opened, read, scan, STAGES[3]).acted == done.acted


def test_control_accounts_stop_a_policy_for_good(opened: Ledger, scan: Path) -> None:
    read = policy()
    with opened.transaction() as tx:
        assert enforcement.add_controls(tx, ["farm-000", "u1"], by="amy") == 2
        assert enforcement.add_controls(tx, ["farm-000"], by="amy") == 0
    outcome = apply(opened, read, scan)
    assert outcome.stopped.startswith("it would hit 1 control account")
    with pytest.raises(CallError, match="is stopped: it would hit"):
        apply(opened, read, scan)
    with opened.transaction() as tx:
        enforcement.resume(tx, "test", by="amy", why="looked into it")
    assert apply(opened, read, scan, resumed=True).stopped


def test_the_breaker_stops_too_many(opened: Ledger, scan: Path) -> None:
    read = policy(breaker="most_share = 0.1")
    outcome = apply(opened, read, scan)
    assert "it matches 60 of 267 accounts (22.5%), more than 10.0%" in outcome.stopped
    assert not outcome.acted
    with opened.transaction() as tx:
        assert tx.rows("SELECT most_ppm FROM policies") == [{"most_ppm": 0}]  # no stage reached
        enforcement.resume(tx, "test", by="amy", why="a real wave")
        with pytest.raises(CallError, match="is not stopped"):
            enforcement.resume(tx, "test", by="amy", why="again")
    assert not apply(opened, read, scan, resumed=True).stopped


def test_the_breaker_stops_a_jump(opened: Ledger, scan: Path, tmp_path: Path) -> None:
    usual = [Crowd("farm", 4, ring="r-farm"), Crowd("honest", 200, "genuine", "none", fake=0)]
    read = policy()
    calm = write_scan(tmp_path / "calm", usual)
    for _ in range(3):
        assert not apply(opened, read, calm).stopped
    assert "more than 3 times the usual 1.96%" in apply(opened, read, scan).stopped


def test_the_shadow_does_nothing(opened: Ledger, scan: Path) -> None:
    outcome = apply(opened, policy(), scan, shadow=True)
    assert outcome.acted.total() == 60
    assert not steps(opened)
    with opened.reading() as tx:
        assert tx.rows("SELECT mode, acted FROM runs") == [{"mode": "shadow", "acted": 60}]
        assert tx.rows("SELECT share_ppm FROM policies") == [{"share_ppm": 0}]


def test_a_sample_becomes_cases(opened: Ledger, scan: Path) -> None:
    apply_to_all(opened, policy(top="sample = 0.3"), scan)
    with opened.reading() as tx:
        rows = tx.rows("SELECT queue, action_id FROM cases")
    assert {row["queue"] for row in rows} == {"sample"}
    assert 5 < len(rows) < 35
    assert all(row["action_id"] for row in rows)


def test_what_is_kept_with_an_action(opened: Ledger, scan: Path) -> None:
    apply_to_all(opened, policy(), scan)
    with opened.reading() as tx:
        subject = tx.find_subject("account", "farm-000")
        entry = next(tx.entries(kinds=["action"], thing=subject))
        personal = tx.personal(entry) or {}
    assert personal["signals"][0]["reason_code"] == "account_likes_unseen"
    assert "farm-000" not in entry.text
    assert entry.body["version"] == policy().version
