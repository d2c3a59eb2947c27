"""What the evidence of whole scans adds up to, for likes, accounts and contents."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.rings.scans import MARKETS, scanned

from zhenzan.model import LEAST_FAKE_MILLIBITS
from zhenzan.reasons import REASONS
from zhenzan.verdicts.decide import FEWEST_LIKES, score_of

if TYPE_CHECKING:
    from tests.rings.scans import Scanned

NAMES = {
    "like": ("likes", "event_id"),
    "account": ("accounts", "account_id"),
    "content": ("contents", "content_id"),
    "ring": ("rings", "ring_id"),
}
CALLED = {"fake", "suspect"}


@pytest.fixture(params=sorted(MARKETS))
def scan(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    return scanned(request.param, tmp_path_factory)


@pytest.fixture(params=["rack", "careful", "bare", "once"])
def bought(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    return scanned(request.param, tmp_path_factory)


@pytest.fixture
def careful(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    return scanned("careful", tmp_path_factory)


def millibits(scan: Scanned, entity_type: str) -> dict[str, int]:
    """Prior and signals of every entity of a kind, as ``signals.parquet`` has them."""
    found: dict[str, int] = defaultdict(
        lambda: round(1000 * scan.summary["prior_bits"][entity_type])
    )
    for row in scan.rows("signals"):
        if row["entity_type"] == entity_type:
            found[row["entity_id"]] += round(1000 * row["weight"])
    return found


def sold(scan: Scanned, row: dict[str, Any]) -> bool:
    return (row["account_id"], row["content_id"]) in scan.market.sold


@pytest.mark.parametrize("entity_type", sorted(NAMES))
def test_a_score_is_the_prior_and_its_signals_and_nothing_else(
    scan: Scanned, entity_type: str
) -> None:
    table, key = NAMES[entity_type]
    totals = millibits(scan, entity_type)
    for row in scan.rows(table):
        expected = float(score_of(np.array([totals[row[key]]]))[0])
        assert row["score"] == pytest.approx(expected, abs=1e-6), row


@pytest.mark.parametrize("entity_type", ["like", "account", "content"])
def test_reasons_are_what_speaks_against_strongest_first(scan: Scanned, entity_type: str) -> None:
    table, key = NAMES[entity_type]
    weights: dict[str, Counter[str]] = defaultdict(Counter)
    for row in scan.rows("signals"):
        if row["entity_type"] == entity_type and row["weight"] > 0:
            known = weights[row["entity_id"]]
            known[row["reason_code"]] = max(known[row["reason_code"]], row["weight"])
    for row in scan.rows(table):
        of = weights[row[key]]
        assert row["reasons"] == sorted(of, key=lambda code: (-of[code], code)), row


def test_every_signal_has_a_reason_for_its_kind_of_entity(scan: Scanned) -> None:
    for row in scan.rows("signals"):
        assert REASONS[row["reason_code"]].entity == row["entity_type"]


@pytest.mark.parametrize("entity_type", ["like", "account"])
def test_verdicts_follow_from_scores(scan: Scanned, entity_type: str) -> None:
    table, key = NAMES[entity_type]
    totals = millibits(scan, entity_type)
    known = {r["entity_id"] for r in scan.rows("signals") if r["entity_type"] == entity_type}
    fake = {totals[row[key]] for row in scan.rows(table) if row["verdict"] == "fake"}
    least = min(fake, default=10**9)
    assert least >= LEAST_FAKE_MILLIBITS
    for row in scan.rows(table):
        total = totals[row[key]]
        words = {"genuine", "unknown"} if total < 0 else {"suspect"} if total < least else {"fake"}
        assert row["verdict"] in words, row
        if row["verdict"] == "unknown":
            assert row[key] not in known, "unknown means that nothing is known"


def test_unknown_is_who_did_little(scan: Scanned) -> None:
    unknown = {r["account_id"] for r in scan.rows("accounts") if r["verdict"] == "unknown"}
    for row in scan.rows("accounts"):
        assert row["likes"] < FEWEST_LIKES or row["account_id"] not in unknown
    for row in scan.rows("likes"):
        assert row["verdict"] != "unknown" or row["account_id"] in unknown


def test_contents_are_called_boosted_of_19_to_1(scan: Scanned) -> None:
    totals = millibits(scan, "content")
    for row in scan.rows("contents"):
        total = totals[row["content_id"]]
        if total >= LEAST_FAKE_MILLIBITS:
            assert row["verdict"] == "boosted"
        else:
            assert row["verdict"] in ({"suspect"} if total >= 0 else {"clean", "unknown"})


def test_sold_likes_are_found(bought: Scanned) -> None:
    likes = [row for row in bought.rows("likes") if sold(bought, row)]
    assert sum(row["verdict"] in CALLED for row in likes) >= 0.9 * len(likes)
    boosted = {r["content_id"] for r in bought.rows("contents") if r["verdict"] == "boosted"}
    assert boosted == bought.market.orders


def test_likes_of_a_phone_rack_are_fake_without_a_doubt(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    rack = scanned("rack", tmp_path_factory)
    likes = [row for row in rack.rows("likes") if sold(rack, row)]
    assert sum(row["verdict"] == "fake" for row in likes) >= 0.9 * len(likes)
    accounts = [r for r in rack.rows("accounts") if r["account_id"] in rack.market.pool]
    assert {(row["verdict"], row["role"]) for row in accounts} == {("fake", "supplier")}


def test_no_honest_like_or_account_is_accused(scan: Scanned) -> None:
    pool = scan.market.pool
    for table in ("likes", "accounts"):
        accused = [r for r in scan.rows(table) if r["verdict"] in CALLED]
        assert {row["account_id"] for row in accused} <= pool
    suspect = {r["content_id"] for r in scan.rows("contents") if r["verdict"] == "boosted"}
    assert suspect <= scan.market.orders


def test_a_sellers_likes_of_its_own_accord_stay_genuine(careful: Scanned) -> None:
    """Thirty people sold nineteen likes each; their other likes are their own."""
    own = [
        row
        for row in careful.rows("likes")
        if row["account_id"] in careful.market.pool and not sold(careful, row)
    ]
    assert len(own) > 500
    assert {row["verdict"] for row in own} == {"genuine"}
    assert {row["ring_id"] for row in own} == {None}
    accounts = {row["account_id"]: row for row in careful.rows("accounts")}
    for name in careful.market.pool:
        assert accounts[name]["fake_likes"] <= accounts[name]["likes"] - 10


def test_what_nurtured_accounts_like_besides_is_cover(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The same thirty, all registered in one week: whether they are people is the question."""
    nurtured = scanned("nurtured", tmp_path_factory)
    for row in nurtured.rows("likes"):
        if row["account_id"] not in nurtured.market.pool:
            assert row["verdict"] not in CALLED
        elif not sold(nurtured, row):
            assert row["verdict"] in {"suspect", "fake"}
            assert "like_of_staged_account" in row["reasons"]


def test_who_only_receives_is_a_beneficiary_and_genuine(careful: Scanned) -> None:
    """A rival can buy likes for anybody."""
    authors = {careful.market.authors[content] for content in careful.market.orders}
    for row in careful.rows("accounts"):
        if row["account_id"] in authors:
            assert row["role"] == "beneficiary"
            assert row["verdict"] in {"genuine", "unknown"}
            assert row["credit"] == 100
            assert row["ring_id"] is None
        else:
            assert row["role"] != "beneficiary"


def test_no_like_is_blamed_twice_for_one_thing(scan: Scanned) -> None:
    """A like of a ring is not held against its account once more, not even a repeated one."""
    blamed = Counter(
        row["entity_id"]
        for row in scan.rows("signals")
        if row["reason_code"] in {"ring_target_like", "like_of_fake_account"}
    )
    assert set(blamed.values()) <= {1}


def test_repeated_likes_share_their_fate(tmp_path_factory: pytest.TempPathFactory) -> None:
    scan = scanned("rack", tmp_path_factory)
    fate: dict[tuple[str, str], set[str]] = defaultdict(set)
    times: Counter[tuple[str, str]] = Counter()
    for row in scan.rows("likes"):
        fate[row["account_id"], row["content_id"]].add(row["provenance"])
        times[row["account_id"], row["content_id"]] += 1
    repeated = [pair for pair, count in times.items() if count > 1 and pair in scan.market.sold]
    assert repeated
    assert all(len(fate[pair]) == 1 for pair in repeated)
