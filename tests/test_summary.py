"""The figures of ``summary.json`` balance with the tables beside it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from tests.rings.scans import MARKETS, scanned

from zhenzan.model import ContentVerdict, Provenance, RingKind, Role, Verdict

if TYPE_CHECKING:
    from tests.rings.scans import Scanned

COUNTED = (
    ("likes", "by_verdict", "likes", "verdict", Verdict),
    ("likes", "by_provenance", "likes", "provenance", Provenance),
    ("accounts", "by_verdict", "accounts", "verdict", Verdict),
    ("accounts", "by_role", "accounts", "role", Role),
    ("contents", "by_verdict", "contents", "verdict", ContentVerdict),
    ("rings", "by_kind", "rings", "kind", RingKind),
)


@pytest.fixture(params=sorted(MARKETS))
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    return scanned(request.param, tmp_path_factory)


@pytest.mark.parametrize("counted", COUNTED, ids=lambda counted: f"{counted[0]}-{counted[1]}")
def test_counts_are_those_of_the_tables(done: Scanned, counted: tuple[Any, ...]) -> None:
    section, figure, table, column, words = counted
    found = done.summary[section]
    assert found[figure] == Counter(row[column] for row in done.rows(table))
    assert found["total"] == sum(found[figure].values()) == len(done.rows(table))
    assert set(found[figure]) <= set(words)


def test_rows_in_are_accepted_duplicate_or_quarantined(done: Scanned) -> None:
    rows = done.summary["rows"]
    assert rows["in"] == rows["accepted"] + rows["duplicate"] + rows["quarantined"]
    assert rows["accepted"] == sum(done.summary["events_by_type"].values())
    assert rows["quarantined"] == len(done.rows("quarantine"))
    for other in done.summary["other_rows"].values():
        counts = (other["accepted"], other["duplicate"], other["quarantined"])
        assert other["rows_in"] == sum(counts)


def test_detectors_count_their_signals(done: Scanned) -> None:
    written = Counter(row["detector"] for row in done.rows("signals"))
    for row in done.summary["detectors"]["run"]:
        assert row["signals"] >= written[row["id"]]
        if row["id"] not in {"coaction", "lockstep"}:  # of pairs only the strongest are written
            assert row["signals"] == written[row["id"]]


def test_the_period_is_that_of_the_events(done: Scanned) -> None:
    first, last = (datetime.fromisoformat(t) for t in done.summary["period"].values())
    times = [row["ts"] for row in done.rows("likes")]
    assert first <= min(times) <= max(times) <= last
    assert first.tzinfo == last.tzinfo == UTC


def test_thresholds_are_least_scores(done: Scanned) -> None:
    for table, entity_type in (("likes", "like"), ("accounts", "account")):
        least = done.summary["thresholds"][entity_type]
        fake = [row["score"] for row in done.rows(table) if row["verdict"] == "fake"]
        assert all(score >= least - 1e-6 for score in fake)
    honest = [1.0 - r["score"] for r in done.rows("accounts") if r["verdict"] == "fake"]
    assert done.summary["expected_false_accounts"] == pytest.approx(sum(honest), abs=1e-3)


def test_it_says_how_it_was_made(done: Scanned) -> None:
    on_disk = json.loads((done.directory / "summary.json").read_text(encoding="utf-8"))
    assert on_disk == json.loads(json.dumps(done.summary))
    assert {"zhenzan", "input_digest", "settings", "versions", "stages"} <= set(on_disk)
    assert on_disk["settings"]["false_per_10k"] == 1.0
    assert on_disk["settings"]["engine"] == "duckdb"
    for stage in on_disk["stages"]:
        assert stage["seconds"] >= 0.0
        assert stage["peak_memory_bytes"] > 10**7
