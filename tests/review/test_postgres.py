"""A whole case on a ledger in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.enforcement.policies import make_live, policy, rule
from tests.enforcement.scans import Crowd, write_scan

from zhenzan import enforcement, ledger, review

if TYPE_CHECKING:
    from pathlib import Path


def test_a_whole_case(empty_postgres_url: str, tmp_path: Path) -> None:
    read = policy(rule(severity=6), top="sample = 0.0")
    scan = write_scan(tmp_path / "scan", [Crowd("farm", 3, ring="r-farm")])
    matched = enforcement.match(read, scan)
    keys = tmp_path / "keys"
    with ledger.open(empty_postgres_url, keys=keys) as opened:
        make_live(opened, read)
        with opened.transaction() as tx:
            assert review.enforce(tx, read, matched, by="amy").cases == {"severe": 3}
        with opened.transaction() as tx:
            claimed = review.claim(tx, "severe", "ben")
            assert len(claimed) == 3
            for case in claimed:
                review.decide(tx, case.case_id, "ben", "uphold", "evidence_holds")
            (action, *_) = enforcement.active_actions(tx, "farm-000")
            way = review.token(tx, action.action_id)
            assert review.appeal(tx, way, "不是我 \x00", lang="zh").state == "received"
            assert review.claim(tx, "appeal", "ben") == []
            (appealed,) = review.claim(tx, "appeal", "cho")
            review.decide(tx, appealed.case_id, "cho", "overturn", "hijacked")
            assert review.appeal_status(tx, way).state == "overturned"
            assert [queue.open for queue in review.queues(tx)] == [0, 0, 0]
            assert [entry["kind"] for entry in review.history(tx, appealed.case_id)][-1] == "label"
        with opened.reading() as tx:
            assert enforcement.preview(read, scan, days=7, tx=tx).passed
        head = opened.sign_head()
        with opened.reading() as tx:
            assert review.check_pack(review.pack(tx, appealed.case_id, head, scan)) == []
        with opened.transaction() as tx:
            undone = enforcement.undo(
                tx, enforcement.Selection(version=read.version), by="amy", why="over"
            )
        assert len(undone.actions) == 2
    found = ledger.verify(empty_postgres_url, keys=keys)
    assert found.is_intact, found.problems
