"""What labels do to a whole scan: to what was judged and to its ring; they convict nobody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.rings import markets
from tests.rings.scans import (
    accounts_of,
    contents_of,
    events_of,
    labels_of,
    labels_table,
    scan,
)

from zhenzan.ingest import Sources
from zhenzan.tables import OUT_TABLES
from zhenzan.verdicts.labelled import LABEL_MILLIBITS, RING_MILLIBITS

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from tests.rings.markets import Market
    from tests.rings.scans import Scanned

STRANGER = "p007"
SELLERS = [f"s{n:02}" for n in range(30)]


@pytest.fixture(scope="module")
def market() -> Market:
    """A rack of thirty phones, and people; thirty more sell so little that nobody can be sure."""
    return markets.people(150) + markets.niche() + markets.pool()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("labelled")


@pytest.fixture(scope="module")
def bare(market: Market, folder: Path) -> Scanned:
    return labelled(market, folder, "bare", None)


def labelled(market: Market, folder: Path, name: str, labels: pa.Table | None) -> Scanned:
    sources = Sources(events_of(market), accounts_of(market), contents_of(market), labels)
    return scan(sources, folder / name, market)


def account(found: Scanned, name: str) -> dict[str, Any]:
    return next(row for row in found.rows("accounts") if row["account_id"] == name)


def bits(found: Scanned, entity_id: str, code: str) -> float:
    weights: list[float] = [
        row["weight"]
        for row in found.rows("signals")
        if (row["entity_id"], row["reason_code"]) == (entity_id, code)
    ]
    return sum(weights)


def called(found: Scanned, table: str, key: str) -> set[str]:
    return {row[key] for row in found.rows(table) if row["verdict"] == "fake"}


def test_labels_of_nothing_in_the_log_change_no_byte(
    market: Market, folder: Path, bare: Scanned
) -> None:
    labels = labels_table([("account", "nobody", True), ("like", "none", False)])
    found = labelled(market, folder, "nothing", labels)
    for table in OUT_TABLES:
        name = f"{table.name}.parquet"
        assert (found.directory / name).read_bytes() == (bare.directory / name).read_bytes(), name
    assert found.summary["labels"] == {"judged": {}, "moved_bits": {"like": [], "account": []}}
    assert "labels" not in bare.summary


def test_who_was_judged_is_told_so(market: Market, folder: Path, bare: Scanned) -> None:
    like = next(r for r in bare.rows("likes") if r["account_id"] == STRANGER)["event_id"]
    content = next(r for r in bare.rows("contents") if r["verdict"] == "boosted")["content_id"]
    labels = [("account", STRANGER, True), ("account", "s00", False)]
    labels += [("like", like, True), ("content", content, False)]
    found = labelled(market, folder, "judged", labels_table(labels))
    assert bits(found, STRANGER, "account_judged_fake") == LABEL_MILLIBITS / 1000
    assert bits(found, like, "like_judged_fake") == LABEL_MILLIBITS / 1000
    assert "account_judged_fake" in account(found, STRANGER)["reasons"]
    assert account(found, STRANGER)["score"] > account(bare, STRANGER)["score"]
    # One word convicts nobody whom nothing speaks against, and whoever was heard is acquitted.
    assert account(found, STRANGER)["verdict"] == "genuine"
    assert account(bare, "s00")["verdict"] == "fake"
    assert account(found, "s00")["verdict"] == "suspect"
    verdict = {row["content_id"]: row["verdict"] for row in found.rows("contents")}
    assert verdict[content] == "suspect"
    strangers = {row["account_id"]: row for row in bare.rows("accounts")}
    for row in found.rows("accounts"):
        if row["account_id"] not in {STRANGER, *SELLERS}:
            assert row["verdict"] == strangers[row["account_id"]]["verdict"]


def test_a_ring_hears_of_its_members_and_not_much(
    market: Market, folder: Path, bare: Scanned
) -> None:
    """A dozen liars who win their appeals do not free the other eighteen."""
    liars = SELLERS[:12]
    labels = labels_table([("account", name, False) for name in liars])
    found = labelled(market, folder, "liars", labels)
    ring = account(bare, "s00")["ring_id"]
    assert bits(found, ring, "ring_judged") == -RING_MILLIBITS / 1000 * 12 / 15
    assert {account(found, name)["verdict"] for name in liars} == {"suspect"}
    assert {account(found, name)["verdict"] for name in SELLERS[12:]} == {"fake"}
    evidence = next(r["evidence"] for r in found.rows("rings") if r["ring_id"] == ring)
    witness = {w["reason_code"]: w for w in json.loads(evidence)["witnesses"]}["ring_judged"]
    assert witness["facts"] == {"fake": 0, "genuine": 12}
    assert witness["family"] == "judgement"


def hostile(market: Market, found: Scanned) -> pa.Table:
    """All of it wrong: everybody honest is fake, and every seller is genuine."""
    rows = [("account", r["account_id"], r["account_id"] not in market.pool)
            for r in found.rows("accounts")]  # fmt: skip
    rows += [
        ("like", r["event_id"], (r["account_id"], r["content_id"]) not in market.sold)
        for r in found.rows("likes")
    ]
    return labels_table(rows)


@pytest.mark.parametrize("kind", ["right", "hostile", "all fake", "all genuine"])
def test_no_label_makes_anything_fake(
    kind: str, market: Market, folder: Path, bare: Scanned
) -> None:
    if kind == "right":
        labels = labels_of(market)
    elif kind == "hostile":
        labels = hostile(market, bare)
    else:
        names = [("account", r["account_id"]) for r in bare.rows("accounts")]
        names += [("like", r["event_id"]) for r in bare.rows("likes")]
        labels = labels_table([(*name, kind == "all fake") for name in names])
    found = labelled(market, folder, kind, labels)
    for table, key in (("accounts", "account_id"), ("likes", "event_id")):
        assert called(found, table, key) <= called(bare, table, key)
    if kind == "right":
        judged = {row["entity_id"] for row in labels.to_pylist() if row["label"] == "genuine"}
        assert called(found, "likes", "event_id") >= called(bare, "likes", "event_id") - judged
        assert called(found, "accounts", "account_id") == called(bare, "accounts", "account_id")
    if kind == "hostile":
        honest = [r for r in found.rows("accounts") if r["account_id"] not in market.pool]
        assert {row["verdict"] for row in honest} <= {"genuine", "suspect", "unknown"}


def test_where_reviewers_disagree_nobody_has_spoken(
    market: Market, folder: Path, bare: Scanned
) -> None:
    labels = labels_table([("account", STRANGER, True), ("account", STRANGER, False)])
    labels = labels.append_column("source", [["one", "other"]])
    found = labelled(market, folder, "torn", labels)
    assert found.rows("accounts") == bare.rows("accounts")
