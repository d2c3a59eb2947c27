"""Whom a policy hits, and whom none can hit whatever it says."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.enforcement.policies import policy, rule
from tests.enforcement.scans import FARM, MAY_BE_HIT, MILDLY, NEVER, names
from tests.enforcement.test_conditions import conditions

from zhenzan.enforcement import Policy, Step, match
from zhenzan.enforcement.planning import plan
from zhenzan.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

ADVERSARIAL = [
    *((on, "true") for on in ("accounts", "likes", "contents", "rings")),
    ("accounts", "verdict = 'genuine'"),
    ("accounts", "NOT verdict = 'fake'"),
    ("accounts", "role = 'beneficiary' OR role IS NULL OR true"),
    ("accounts", "coalesce(ring_id, 'r') = 'r' OR 1 = 1 --"),
    ("likes", "verdict = 'genuine' /* and nothing else */"),
    ("likes", "provenance = 'courtesy'"),
    ("contents", "verdict <> 'clean' OR score < 0.5"),
    ("rings", "kind = 'courtesy'"),
]


def hit_names(read: Policy, scan: Path) -> set[str]:
    return {hit.account_id for hit in match(read, scan).hits}


@pytest.mark.parametrize(("on", "when"), ADVERSARIAL)
def test_no_policy_hits_whom_nothing_speaks_against(on: str, when: str, scan: Path) -> None:
    read = policy(rule(when, on, severity=100))
    matched = match(read, scan)
    assert not {hit.account_id for hit in matched.hits} & names(NEVER)
    for planned in plan(None, read, matched):
        if planned.hit.account_id in names(MILDLY) and planned.rung:
            assert planned.rung.step is Step.DISCOUNT_LIKES


@settings(max_examples=30)
@given(data=st.data())
def test_no_condition_whatever_hits_them(scan: Path, data: st.DataObject) -> None:
    on = data.draw(st.sampled_from(["accounts", "likes", "contents", "rings"]))
    read = policy(rule(data.draw(conditions(on)), on, severity=data.draw(st.integers(1, 100))))
    found = hit_names(read, scan)
    assert not found & names(NEVER)
    assert found <= names((*MAY_BE_HIT, *MILDLY))


def test_everybody_else_can_be_hit(scan: Path) -> None:
    matched = match(policy(), scan)
    assert {hit.account_id for hit in matched.hits} == names((*MAY_BE_HIT, *MILDLY))
    assert sum(matched.protected.values()) == len(names(NEVER))
    assert matched.protected["beneficiary"] == 5
    assert matched.protected["courtesy"] == 5
    assert matched.judged == len(names((*MAY_BE_HIT, *MILDLY, *NEVER)))


def test_each_table_hits_accounts(scan: Path) -> None:
    assert hit_names(policy(rule("kind = 'farm'", "rings")), scan) == names([FARM, MILDLY[1]])
    assert hit_names(
        policy(rule("score > 0.99 AND verdict = 'fake'", "likes", more="at_least = 4")), scan
    ) == names(MAY_BE_HIT[:2])
    # A content's author is never hit, only who gave it fake likes.
    found = hit_names(policy(rule("verdict = 'boosted'", "contents", more="at_least = 3")), scan)
    assert found == names(MAY_BE_HIT)


def test_the_severest_rule_counts(scan: Path) -> None:
    read = policy(rule(severity=1, name="mild"), rule("role = 'member'", severity=4, name="harsh"))
    rules = {hit.account_id: hit.rule.id for hit in match(read, scan).hits}
    assert rules["mutual-000"] == "harsh"
    assert rules["farm-000"] == "mild"


def test_the_past_days_alone(scan: Path) -> None:
    assert len(match(policy(), scan, days=1).hits) == len(match(policy(), scan).hits)
    late = match(policy(), scan, days=0).hits
    assert not late  # an honest account liked last


def test_evidence_is_kept(scan: Path) -> None:
    evidence = match(policy(), scan).evidence["farm-003"]
    assert evidence["signals"][0]["reason_code"] == "account_likes_unseen"
    assert evidence["ring"]["kind"] == "farm"
    assert evidence["score"] == 0.999


def test_what_is_no_scan_is_told(tmp_path: Path, scan: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(scan, broken)
    shutil.copy(scan / "rings.parquet", broken / "accounts.parquet")
    with pytest.raises(InputError, match="not those of a scan"):
        match(policy(), broken)
