"""Findings: what is read of evidence that may be damaged, and odds."""

from __future__ import annotations

import math

import pytest

from zhenzan.report import findings


@pytest.mark.parametrize("text", [None, "", "[]", "3", "{", '{"witnesses": [1, null]}'])
def test_damaged_evidence_is_no_evidence(text: str | None) -> None:
    evidence = findings.ring_evidence(text)
    assert evidence.witnesses == ()
    assert evidence.prior_bits is None
    assert evidence.total_bits == 0


def test_witnesses_come_strongest_first() -> None:
    text = '{"prior_bits": -3, "witnesses": [{"weight": 1}, {"weight": 4, "facts": [1]}]}'
    evidence = findings.ring_evidence(text)
    assert [witness.weight_bits for witness in evidence.witnesses] == [4, 1]
    assert evidence.total_bits == 2
    assert evidence.witnesses[0].facts == {}


@pytest.mark.parametrize("probability", [1e-6, 0.01, 0.5, 0.99, 1 - 1e-9])
def test_odds_and_back(probability: float) -> None:
    assert findings.probability_of(findings.log2_odds_of(probability)) == pytest.approx(probability)


def test_odds_at_the_ends() -> None:
    assert findings.log2_odds_of(0) == -math.inf
    assert findings.log2_odds_of(1) == math.inf
    assert findings.probability_of(-5_000) == 0
    assert findings.probability_of(5_000) == 1


def test_one_in() -> None:
    assert findings.one_in(0) == "2"
    assert findings.one_in(-1) == "3"
    assert findings.one_in(-6.6) == "98"
    assert findings.one_in(-10) == "1,025"
