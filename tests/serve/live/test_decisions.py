"""Decisions: what a scan said; counters that only ever hold, and only where that is justified."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from zhenzan.serve.live.counters import COUNTED, Counters, Thresholds
from zhenzan.serve.live.decisions import LiveDecisions
from zhenzan.serve.live.learned import learn, read_thresholds, write_thresholds
from zhenzan.serve.live.standing import Standing

if TYPE_CHECKING:
    from pathlib import Path

KEY = bytes(range(16))
NOW_US = 1_760_000_000_000_000
LIKE, VIEW = 2, 1
STANDING = Standing(
    {"fake": "fake", "doubtful": "suspect", "both": "suspect"},
    {"member": frozenset({"r1"}), "maybe": frozenset({"r2"}), "both": frozenset({"r1"})},
    {"target": frozenset({"r1", "r2"})},
    frozenset({"r1"}),
)


def rows(accounts: list[str], content: str = "c", event_type: int | None = LIKE) -> pa.Table:
    count = len(accounts)
    return pa.table(
        {
            "file": pa.array([0] * count, pa.int32()),
            "event_id": [f"e{n}" for n in range(count)],
            "event_type": pa.array([event_type] * count, pa.int16()),
            "ts": pa.array([NOW_US] * count, pa.int64()),
            "account_id": accounts,
            "content_id": [content] * count,
            "device": pa.nulls(count, pa.int64()),
            "ip": pa.nulls(count, pa.int64()),
            "reason": pa.nulls(count, pa.string()),
        }
    )


def live(thresholds: Thresholds | None = None) -> LiveDecisions:
    decisions = LiveDecisions(["like"], Counters(2**12, KEY))
    decisions.standing, decisions.thresholds = STANDING, thresholds
    return decisions


def decided(decisions: LiveDecisions, table: pa.Table, *, new: bool = True) -> list[str]:
    found = decisions.decide(table, np.full(table.num_rows, new), NOW_US)
    return [f"{d} {r}".strip() for d, r in zip(found.decisions, found.reasons, strict=True)]


@pytest.mark.parametrize(
    ("account", "content", "expected"),
    [
        ("somebody", "target", "count"),
        ("fake", "c", "discount account"),
        ("doubtful", "c", "hold account"),
        ("member", "target", "discount group"),
        ("member", "c", "count"),
        ("maybe", "target", "hold group"),
        ("both", "target", "discount group"),
        ("both", "c", "hold account"),
    ],
)
def test_by_standing(account: str, content: str, expected: str) -> None:
    assert decided(live(), rows([account], content)) == [expected]


def test_only_likes_are_decided() -> None:
    assert decided(live(), rows(["fake"], event_type=VIEW)) == []
    assert decided(live(), rows(["fake"], event_type=None)) == []
    untyped = rows(["fake"], event_type=None).set_column(0, "file", pa.array([1], pa.int32()))
    assert decided(live(), untyped) == ["discount account"]
    unread = rows(["fake"]).set_column(8, "reason", pa.array(["ts is empty"]))
    assert decided(live(), unread) == []


def test_without_thresholds_nothing_is_held() -> None:
    assert set(decided(live(), rows(["one"] * 5_000))) == {"count"}
    assert set(decided(live(Thresholds({})), rows(["one"] * 5_000))) == {"count"}


def test_counters_hold_and_never_discount() -> None:
    decisions = live(Thresholds({"account": 10.0}))
    found = decided(decisions, rows(["one"] * 30))
    assert found[:10] == ["count"] * 10
    assert set(found[12:]) == {"hold rate"}
    assert decided(decisions, rows(["another"])) == ["count"]


def test_a_repeat_is_not_counted_again() -> None:
    decisions = live(Thresholds({"account": 10.0}))
    for _ in range(10):
        assert set(decided(decisions, rows(["one"] * 8), new=False)) == {"count"}


def test_a_far_future_stops_no_clock() -> None:
    decisions = live(Thresholds({"account": 10.0}))
    future = rows(["one"] * 9)
    future = future.set_column(3, "ts", pa.array([4 * 10**15] * 9, pa.int64()))
    decided(decisions, future)
    day_later = rows(["one"] * 9)
    later_us = NOW_US + 86_400_000_000
    day_later = day_later.set_column(3, "ts", pa.array([later_us] * 9, pa.int64()))
    found = decisions.decide(day_later, np.full(9, True), later_us)
    assert set(found.decisions) == {"count"}


def write_scan(folder: Path, accounts: int, busy: int) -> tuple[Path, Path]:
    """Each account likes twice in an hour; one likes ``busy`` times."""
    likes = [(f"u{n}", k) for n in range(accounts) for k in range(2)]
    likes += [("u0", k) for k in range(2, busy)]
    ids = [f"e{n}" for n in range(len(likes))]
    table = pa.table(
        {
            "event_id": ids,
            "ts": pa.array([NOW_US + k for _, k in likes], pa.timestamp("us", "UTC")),
            "account_id": [account for account, _ in likes],
            "content_id": ["c"] * len(likes),
            "verdict": ["genuine"] * len(likes),
        }
    )
    parquet.write_table(table, folder / "likes.parquet")
    verdicts = {"account_id": [f"u{n}" for n in range(accounts)], "verdict": ["genuine"] * accounts}
    parquet.write_table(pa.table(verdicts), folder / "accounts.parquet")
    parquet.write_table(
        pa.table({"content_id": ["c"], "verdict": ["clean"]}), folder / "contents.parquet"
    )
    origins = pa.table(
        {"event_id": ids, "device": pa.nulls(len(ids), pa.int64()), "ip": list(range(len(ids)))}
    )
    parquet.write_table(origins, folder / "origins.parquet")
    return folder, folder / "origins.parquet"


def test_thresholds_come_from_honest_entities_and_the_budget(tmp_path: Path) -> None:
    scan = write_scan(tmp_path, accounts=400, busy=50)
    strict = learn(*scan, false_per_10k=1)
    assert "account" not in strict.least, "400 accounts cannot say what 1 in 10,000 does"
    learned = learn(*scan, false_per_10k=25)
    assert learned.least["account"] == pytest.approx(2.0, abs=0.01)
    assert "content" not in learned.least
    assert "device" not in learned.least
    assert learned.least.keys() <= COUNTED.keys()
    write_thresholds(learned, tmp_path / "t.json")
    assert read_thresholds(tmp_path / "t.json") == learned
    assert read_thresholds(tmp_path / "none.json") == Thresholds({})
