"""The ten rules are a policy, and hits are the same only if all of them are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.beside import rules
from benchmark.beside.ten_rules import RULES, answer, feature, osprey, policy
from tests.enforcement.scans import FARM, MILDLY, NEVER, write_scan

from zhenzan.enforcement.reading import parse_policy

if TYPE_CHECKING:
    from pathlib import Path


def test_the_ten_rules_are_read_as_a_policy() -> None:
    read = parse_policy(policy()).rules
    assert [rule.id for rule in read] == [rule.name for rule in RULES]
    assert len({rule.sql for rule in read}) == 10
    for rule in RULES:
        assert f"{feature(rule.name)} = Rule(when_all=[{rule.when_all}]" in osprey()


def test_whom_a_rule_describes_is_asked_of_the_scan(tmp_path: Path) -> None:
    crowds = (FARM, *MILDLY, *NEVER)
    hits = rules.ours(write_scan(tmp_path / "scan", crowds)).answer["hits"]
    machines = [c for c in crowds if c.fake and c.provenance == "farm" and c.score >= 0.95]
    assert set(machines) & set(NEVER)  # whom no policy can touch is described all the same
    assert hits["machine"] == sum(crowd.count for crowd in machines)
    assert hits["suspect"] == sum(crowd.count for crowd in MILDLY if crowd.verdict == "suspect")
    assert hits["traded"] == 0


def test_hits_differ_in_one_account_and_not_in_their_order() -> None:
    known = answer({"sure": ["a", "b", "b"], "ring": []})
    assert known == answer({"ring": [], "sure": ["b", "a"]})
    assert known["hits"] == {"sure": 2, "ring": 0}
    assert known["sha256"] != answer({"sure": ["a", "c"], "ring": []})["sha256"]


def test_some_likes_of_a_scan_are_laid_out_for_both(tmp_path: Path) -> None:
    scan = write_scan(tmp_path / "scan", (FARM,))
    (tmp_path / "both").mkdir()
    total = rules.lay_out(scan, tmp_path / "both", 40)
    lines = (tmp_path / "both" / "some" / "events.jsonl").read_text().splitlines()
    assert (total, len(lines)) == (FARM.count * FARM.fake, 40)
