"""The page says what the results say, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from benchmark.quality import page
from benchmark.quality.compare import beaten, lines
from benchmark.quality.judge import Truth, judge
from benchmark.quality.real import LOGS
from benchmark.quality.results import Results
from tests.benchmark.logs import lay_out

if TYPE_CHECKING:
    from pathlib import Path

KIND = "clumsy sellers"
SETTING = {
    "accounts": 3,
    "days": 1,
    "seeds": [5],
    "commit": "abc",
    "cores": 2,
    "python": "3.11",
    "date": "2026-01-01",
}


def figures(folder: Path, threshold: float, cpu_s: float, **more: Any) -> dict[str, Any]:
    """Of a detector whose score is the number of the like, of which the last two are fake."""
    truth = Truth.read(folder)
    score = truth.event_id.astype(float)
    found = judge(truth, score, score >= threshold, None)
    cost = {"wall_s": 1.0, "cpu_s": cpu_s, "peak_mb": 100.0}
    counts = {"likes": 6, "likes_called": 2, "accounts": 3, "accounts_called": 1}
    return {"lacks": [], "cost": cost, "counts": counts, "more": more, **found}


@pytest.fixture
def results(tmp_path: Path) -> Results:
    events = [("like", i, who, "x", "d") for i, who in enumerate("aabbcc")]
    folder = lay_out(tmp_path / "log", events, sold=["c"])
    kept = Results(SETTING, {}, tmp_path / "kept.json")
    ours = {"accounts_by_verdict": {"suspect": 7}, "rings": 2}
    worse = figures(folder, 9, 20.0, **ours)
    worse["ap"], worse["budget"]["recall"], worse["calibration_error"] = 0.4, 0.5, 0.0123
    kept.keep(KIND, 5, "zhenzan", worse)
    kept.keep(KIND, 5, "degree", figures(folder, 4, 2.0))
    kept.keep(KIND, 5, "trees", figures(folder, 2, 30.0))
    kept.keep(KIND, 5, "no_view", {"lacks": ["watch_ms"]})
    kept.keep(LOGS[0].name, None, "zhenzan", {**worse, "ap": None})
    return kept


def test_a_row_says_what_was_measured(results: Results) -> None:
    written = page.text(results, [])
    # AP, both budgets; out of the box: all found, one in two called is fake; best F1; cost.
    assert (
        "| boosted trees, given labels | 1.000 | 100.0 | 100.0 | 100.0 | 50.0 | 5,000.0 "
        "| 100.0 | 100.0 | 0.0 | – | 30.0 | 100 |"
    ) in written
    assert "| **Zhenzan** | 0.400 | 50.0 |" in written
    assert "calibration error 0.012" in written
    assert "like without a view |" not in written.partition("## The detectors")[0]


def test_where_a_peer_is_better_is_said(results: Results) -> None:
    name = "account's number of likes 1.000"
    assert f"| average precision | 0.400 | {name} | boosted trees, given labels 1.000 |" in (
        page.text(results, [])
    )
    first = beaten(lines(results, KIND))[0]
    assert (first.measure, first.peers) == (
        "average precision",
        (("account's number of likes", 1.0),),
    )
    assert "1 of 2 peers take less CPU than our 20.0 s" in page.text(results, [])


def test_whom_we_wrong_is_said_world_by_world(results: Results) -> None:
    assert "accuse anybody honest" in page.text(results, [])
    mine = results.of(KIND, "zhenzan")[0]
    wrong = {**mine["usual"], "honest_accused": 1, "honest_accused_per_10k": 2.05}
    results.keep(KIND, 6, "zhenzan", {**mine, "usual": wrong})
    written = page.text(results, [])
    assert "truth: 1. 1 on clumsy sellers, seed 6 (2.0 in ten thousand)" in written.replace(
        "\n", " "
    )


def test_where_none_is_better_that_is_said(results: Results, tmp_path: Path) -> None:
    alone = Results(SETTING, {}, tmp_path / "alone.json")
    alone.keep(KIND, 5, "zhenzan", results.of(KIND, "degree")[0])
    assert "**Clumsy sellers**: no peer, by none of these measures." in page.text(alone, [])


def test_logs_without_truth_have_counts_and_no_quality(results: Results) -> None:
    section = page.text(results, []).partition("## Public logs")[2].partition("\n## ")[0]
    assert "1 (33.3%); 7 suspect, 2 rings" in section
    assert "0.400" not in section


def test_a_family_has_one_row(results: Results) -> None:
    good = results.of(KIND, "degree")[0]
    results.keep(KIND, 5, "ecod", {**good, "ap": 0.2})
    results.keep(KIND, 5, "knn", {**good, "ap": 0.3})
    assert [x.id for x in lines(results, KIND)] == ["zhenzan", "degree", "trees", "knn"]


def test_results_are_kept_and_read(results: Results, tmp_path: Path) -> None:
    again = Results.read(tmp_path / "kept.json")
    assert page.text(again, []) == page.text(results, [])
    assert again.thresholds(KIND, 5) == {"zhenzan": 4.0, "degree": 4.0, "trees": 4.0}
    assert Results.read(tmp_path / "nothing.json").of(KIND, "degree") == []


def test_some_are_measured_again_only_on_the_same_worlds(results: Results) -> None:
    assert results.again(SETTING, everything=False).of(KIND, "degree")
    assert not results.again(SETTING, everything=True).of(KIND, "degree")
    with pytest.raises(SystemExit, match="other worlds"):
        results.again({**SETTING, "seeds": [6]}, everything=False)


def test_page_and_pictures_are_written(results: Results, tmp_path: Path) -> None:
    page.write(results, tmp_path)
    written = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    for name in ("trade.svg", "budget.svg"):
        picture = tmp_path / "images" / "benchmarks" / name
        assert f"](images/benchmarks/{name})" in written
        assert "Zhenzan" in picture.read_text(encoding="utf-8")
