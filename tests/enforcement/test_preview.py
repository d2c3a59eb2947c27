"""A preview says what applying does, before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.enforcement.policies import policy, rule
from tests.enforcement.scans import MAY_BE_HIT, MILDLY
from tests.enforcement.test_applying import apply, apply_to_all

from zhenzan import enforcement

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.ledger import Ledger


def test_it_says_what_applying_does(opened: Ledger, scan: Path) -> None:
    read = policy(caps="per_cohort = 20")
    found = enforcement.preview(read, scan, days=7)
    outcome = apply(opened, read, scan, shadow=True)
    assert found.steps == dict(outcome.acted)
    assert found.passed == dict(outcome.passed) == {"cap per_cohort": 15}
    assert sum(found.steps.values()) + 15 == found.matched == 60


def test_honest_by_their_own_scores(scan: Path) -> None:
    found = enforcement.preview(policy(), scan, days=7)
    expected = sum((1 - crowd.score) * crowd.count for crowd in (*MAY_BE_HIT, *MILDLY))
    assert found.expected_honest == pytest.approx(expected, abs=0.001)
    assert found.by_day == {"2026-03-02": 60}


def test_against_the_live_version(opened: Ledger, scan: Path) -> None:
    live = policy(rule("verdict = 'fake'", severity=2))
    apply_to_all(opened, live, scan)
    with opened.reading() as tx:
        same = enforcement.preview(live, scan, days=7, tx=tx)
        other = policy(rule("role IN ('member', 'none')", severity=4))
        changed = enforcement.preview(other, scan, days=7, tx=tx)
    assert (same.added, same.dropped, same.changed) == (0, 0, 0)
    assert same.passed == {"already under an action": 50}
    assert changed.live_version == live.version
    assert (changed.added, changed.dropped, changed.changed) == (10, 35, 15)


def test_samples_are_the_same_each_time(scan: Path) -> None:
    one = enforcement.preview(policy(), scan, days=7)
    assert one.sampled == enforcement.preview(policy(), scan, days=7).sampled
    assert len(one.sampled) == 5
    assert all(case["signals"] and case["step"] for case in one.sampled)


def test_what_would_stop_it_is_told(opened: Ledger, scan: Path) -> None:
    with opened.reading() as tx:
        found = enforcement.preview(policy(breaker="most_share = 0.1"), scan, days=7, tx=tx)
    assert "more than 10.0%" in found.stop
