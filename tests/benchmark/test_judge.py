"""The measures, against examples worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from benchmark.quality.judge import (
    Truth,
    best_threshold,
    budget_threshold,
    called,
    judge,
)
from tests.benchmark.logs import lay_out

if TYPE_CHECKING:
    from pathlib import Path

# Accounts 0 and 1 are honest (two likes, four likes), 2 is a seller's (four likes).
TRUTH = Truth(
    event_id=np.array([str(i) for i in range(10)], dtype=object),
    fake=np.array([False] * 6 + [True] * 4),
    mode=np.array([""] * 6 + ["api", "api", "farm", "farm"], dtype=object),
    account=np.array([0, 0, 1, 1, 1, 1, 2, 2, 2, 2]),
    honest=np.array([True, True, False]),
    crowd=np.array(["fans", "", ""], dtype=object),
)
SCORE = np.array([0.9, 0.1, 0.8, 0.3, 0.2, 0.0, 0.7, 0.7, 0.95, 0.85])


def test_what_calling_likes_fake_finds() -> None:
    found = called(TRUTH, SCORE >= 0.75)
    assert found["recall"] == 0.5
    assert found["precision"] == 0.5
    assert found["recall_by_mode"] == {"api": 0.0, "farm": 1.0}
    assert found["false_likes_per_10k"] == pytest.approx(10_000 * 2 / 6)


def test_an_account_is_accused_by_half_of_its_likes() -> None:
    found = called(TRUTH, SCORE >= 0.75)
    assert found["honest_accused"] == 1, "one of two likes is half, one of four is not"
    assert found["honest_accused_per_10k"] == 5_000
    assert called(TRUTH, SCORE >= 0.95)["honest_accused"] == 0
    assert called(TRUTH, SCORE < -1)["precision"] is None


def test_small_crowds_are_not_called_worst() -> None:
    assert called(TRUTH, SCORE >= 0.75)["worst_crowd"] == ""
    many = Truth(
        event_id=np.array([f"{i:03}" for i in range(60)], dtype=object),
        fake=np.zeros(60, dtype=bool),
        mode=np.full(60, "", dtype=object),
        account=np.arange(60),
        honest=np.ones(60, dtype=bool),
        crowd=np.array(["fans"] * 40 + ["niche"] * 20, dtype=object),
    )
    found = called(many, np.arange(60) % 4 == 0)
    assert (found["worst_crowd"], found["worst_crowd_per_10k"]) == ("fans", 2_500)


def test_best_threshold_has_the_highest_f1() -> None:
    # At 0.7: four of four found, two wrong, F1 = 0.8; at 0.95: one of four, F1 = 0.4.
    assert best_threshold(TRUTH, SCORE) == 0.7


def test_the_budget_spares_the_honest() -> None:
    # Fewer than ten thousand genuine likes: none may be called, the highest has 0.9.
    threshold = budget_threshold(TRUTH, SCORE)
    assert 0.9 < threshold < 0.95
    found = called(TRUTH, threshold <= SCORE)
    assert (found["recall"], found["likes_called"], found["honest_accused"]) == (0.25, 1, 0)


def test_the_budget_allows_one_in_ten_thousand() -> None:
    genuine = 20_000
    truth = Truth(
        event_id=np.arange(genuine + 1).astype(str).astype(object),
        fake=np.arange(genuine + 1) == genuine,
        mode=np.where(np.arange(genuine + 1) == genuine, "api", "").astype(object),
        account=np.arange(genuine + 1),
        honest=np.arange(genuine + 1) < genuine,
        crowd=np.full(genuine + 1, "", dtype=object),
    )
    score = np.append(np.arange(genuine), genuine - 2.5)
    found = called(truth, score >= budget_threshold(truth, score))
    assert (found["recall"], found["honest_accused"]) == (1.0, 2)
    score[-1] = genuine - 3.5
    assert called(truth, score >= budget_threshold(truth, score))["recall"] == 0.0


def test_judging_with_and_without_fakes() -> None:
    found = judge(TRUTH, SCORE, SCORE >= 0.75, None)
    # Thresholds 0.95, 0.9, 0.85, 0.8, 0.7: precision 1, ·, 2/3, ·, 4/6 where recall rises.
    assert found["ap"] == pytest.approx(0.25 * 1 + 0.25 * 2 / 3 + 0.5 * 4 / 6)
    assert (found["carried"], found["best"]["threshold"]) == (None, 0.7)
    innocent = Truth(
        TRUTH.event_id[:6],
        TRUTH.fake[:6],
        TRUTH.mode[:6],
        TRUTH.account[:6],
        TRUTH.honest[:2],
        TRUTH.crowd[:2],
    )
    found = judge(innocent, SCORE[:6], SCORE[:6] >= 0.75, 0.85)
    assert (found["ap"], found["best"], found["budget"]) == (None, None, None)
    assert found["usual"]["recall"] is None
    assert found["carried"]["honest_accused"] == 1


def test_truth_is_read_in_order(tmp_path: Path) -> None:
    events = [("like", i, who, "x", "d") for i, who in enumerate("bacabbbbbbbb")]
    truth = Truth.read(lay_out(tmp_path / "log", events, sold=["a"]))
    assert truth.event_id.tolist() == sorted(map(str, range(12)))
    by_id = dict(zip(truth.event_id.tolist(), truth.fake.tolist(), strict=True))
    assert [by_id[str(i)] for i in range(4)] == [False, True, False, True]
    assert truth.honest.tolist() == [False, True, True]
    assert truth.account[truth.fake].tolist() == [0, 0]
