"""True likes, engagement, health, credit and provenance of whole scans: ranges and sums."""

from __future__ import annotations

import itertools
import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest
from tests.rings.scans import MARKETS, scanned

from zhenzan.model import Provenance, Role
from zhenzan.scores.hours import FEWEST_LIKES

if TYPE_CHECKING:
    from tests.rings.scans import Scanned

HOUR_S = 3_600


@pytest.fixture(params=sorted(MARKETS))
def scan(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    return scanned(request.param, tmp_path_factory)


@pytest.fixture
def rack(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    return scanned("rack", tmp_path_factory)


def likes_of(scan: Scanned, key: str, verdict: str = "") -> Counter[str]:
    """Likes by account or content."""
    rows = scan.rows("likes")
    return Counter(row[key] for row in rows if verdict in ("", row["verdict"]))


def test_true_likes_lie_in_their_interval_and_below_the_count(scan: Scanned) -> None:
    likes = likes_of(scan, "content_id")
    assert {row["content_id"] for row in scan.rows("contents")} == set(likes)
    for row in scan.rows("contents"):
        assert row["likes"] == likes[row["content_id"]]
        assert 0 <= row["true_likes_low"] <= row["true_likes"] <= row["true_likes_high"]
        assert row["true_likes_high"] <= row["likes"]


def test_true_likes_are_what_likes_are_worth_less_what_was_missed(scan: Scanned) -> None:
    worth: dict[str, float] = defaultdict(float)
    for row in scan.rows("likes"):
        worth[row["content_id"]] += 1.0 - row["score"]
    for row in scan.rows("contents"):
        if row["verdict"] in ("boosted", "suspect"):
            assert row["true_likes"] <= worth[row["content_id"]] + 2e-3
        else:
            assert row["true_likes"] == pytest.approx(worth[row["content_id"]], abs=2e-3)
    total, real = scan.summary["likes"], [row["true_likes"] for row in scan.rows("contents")]
    assert total["true_likes"] == pytest.approx(sum(real), abs=0.1 + 0.001 * len(real))
    assert total["true_likes_low"] <= total["true_likes"] <= total["true_likes_high"]
    assert total["true_likes_high"] <= total["total"] == len(scan.rows("likes"))


def test_of_a_bought_post_the_true_likes_are_left(rack: Scanned) -> None:
    sold = Counter(content for _, content in rack.market.sold)
    sold.update(content for account, content in rack.market.sold if account in ("s00", "s01"))
    for row in rack.rows("contents"):
        if row["content_id"] in rack.market.orders:
            honest = row["likes"] - sold[row["content_id"]]
            assert abs(row["true_likes"] - honest) <= 2.0
            assert row["true_likes"] < 0.6 * row["likes"]


def test_what_a_ring_gave_is_true_or_false_together(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A ring that may be honest makes the interval of what it hit wide, not narrow."""
    scan = scanned("bare", tmp_path_factory)
    assert all(0.5 <= ring["score"] < 0.999 for ring in scan.rows("rings"))
    for row in scan.rows("contents"):
        width = row["true_likes_high"] - row["true_likes_low"]
        if row["content_id"] in scan.market.orders:
            assert width > 5.0
        else:
            assert width <= 3.0 + 0.25 * row["likes"]


def test_health_keeps_its_range(scan: Scanned) -> None:
    for table in ("contents", "authors"):
        for row in scan.rows(table):
            assert 0.0 <= row["health"] <= 100.0


def test_a_count_without_fake_likes_is_healthier_than_one_with(rack: Scanned) -> None:
    orders = rack.market.orders
    rows = rack.rows("contents")
    bought = [r["health"] for r in rows if r["content_id"] in orders]
    honest = [r["health"] for r in rows if r["content_id"] not in orders]
    assert max(bought) < 75.0
    assert sum(honest) / len(honest) > 95.0


def test_what_was_watched_alone_makes_no_engagement_score(scan: Scanned) -> None:
    """No comment, share, favourite or follow is logged in these markets: too little is known."""
    for row in scan.rows("contents"):
        assert row["engagement_score"] is None
        assert row["engagement_parts"] is None
        assert row["exposure"] is None


def test_who_liked_what_when_makes_no_score(tmp_path_factory: pytest.TempPathFactory) -> None:
    scan = scanned("bare", tmp_path_factory)
    for row in scan.rows("contents"):
        assert row["health_parts"] == json.dumps(
            {"provenance": row["health"]}, separators=(",", ":")
        )
        assert (row["timely_likes"], row["deep_likes"]) == (None, None)
    for row in scan.rows("engagement"):
        assert {value for name, value in row.items() if name != "content_id"} == {None}
    for table in ("retention", "peers", "authors"):
        assert not scan.rows(table)
    assert {row["source"] for row in scan.rows("sources")} == {"unlogged"}


def test_accounts_count_their_likes(scan: Scanned) -> None:
    likes, fake = likes_of(scan, "account_id"), likes_of(scan, "account_id", "fake")
    for row in scan.rows("accounts"):
        assert row["likes"] == likes[row["account_id"]]
        assert row["fake_likes"] == fake[row["account_id"]]
    authors = {scan.market.authors[row["content_id"]] for row in scan.rows("contents")}
    judged = {row["account_id"] for row in scan.rows("accounts")}
    assert judged == set(likes) | (authors if scan.rows("contents")[0]["author_id"] else set())


def test_credit_is_lost_by_what_an_account_gave(scan: Scanned) -> None:
    fake = likes_of(scan, "account_id", "fake")
    for row in scan.rows("accounts"):
        assert 0 <= row["credit"] <= 100
        if row["verdict"] == "fake":
            assert row["credit"] < 75
        elif not fake[row["account_id"]]:
            assert row["credit"] == 100


def test_sources_add_up(scan: Scanned) -> None:
    likes: Counter[str] = Counter()
    fake: Counter[str] = Counter()
    views: Counter[str] = Counter()
    for row in scan.rows("sources"):
        likes[row["content_id"]] += row["likes"]
        fake[row["content_id"]] += row["fake_likes"]
        views[row["content_id"]] += row["views"]
    assert likes == likes_of(scan, "content_id")
    assert +fake == likes_of(scan, "content_id", "fake")
    told = {row["content_id"]: row["views"] or 0 for row in scan.rows("engagement")}
    assert dict(views) == told


def test_fewer_and_fewer_viewers_get_further(scan: Scanned) -> None:
    left: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for row in scan.rows("retention"):
        told = (row["tenth"], row["viewers"], row["genuine_viewers"])
        left[row["content_id"]].append(told)
    for rows in left.values():
        assert [tenth for tenth, _, _ in rows] == list(range(11))
        assert rows[0][1] >= 20
        for before, after in itertools.pairwise(rows):
            assert before[1] >= after[1] >= after[2]
            assert before[2] >= after[2]


def test_authors_add_up_their_contents(scan: Scanned) -> None:
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for row in scan.rows("contents"):
        if row["author_id"] is not None:
            names = ("likes", "discounted_likes", "removed_likes")
            totals[row["author_id"]].update({name: row[name] for name in names})
            totals[row["author_id"]].update({"contents": 1, row["verdict"]: 1})
    assert {row["author_id"] for row in scan.rows("authors")} == set(totals)
    accounts = {row["account_id"]: row for row in scan.rows("accounts")}
    for row in scan.rows("authors"):
        told = totals[row["author_id"]]
        assert all(row[name] == told[name] for name in ("contents", "likes", "removed_likes"))
        assert all(row[name] == told[name] for name in ("clean", "suspect", "boosted", "unknown"))
        assert row["true_likes_low"] <= row["true_likes"] <= row["true_likes_high"] <= row["likes"]
        for name in ("role", "credit", "verdict"):
            assert row[name] == accounts[row["author_id"]][name]


def test_roles(scan: Scanned) -> None:
    rings = {row["ring_id"]: row["kind"] for row in scan.rows("rings")}
    of = {row["account_id"]: row["ring_id"] for row in scan.rows("ring_members")}
    for row in scan.rows("accounts"):
        assert row["role"] in set(Role)
        assert row["ring_id"] == of.get(row["account_id"])
        if row["ring_id"]:
            assert row["role"] in {"supplier", "member"}
        if row["role"] == "none":
            assert row["verdict"] != "fake"
    for row in scan.rows("ring_members"):
        mutual = rings[row["ring_id"]] in {"mutual", "exchange"}
        assert row["role"] == ("member" if mutual else "supplier")


def test_members_have_their_accounts_score(scan: Scanned) -> None:
    scores = {row["account_id"]: row["score"] for row in scan.rows("accounts")}
    for row in scan.rows("ring_members"):
        assert row["score"] == scores[row["account_id"]]


def test_provenance_uses_the_words_of_the_contract(scan: Scanned) -> None:
    kinds = {row["ring_id"]: row["kind"] for row in scan.rows("rings")}
    for row in scan.rows("likes"):
        assert row["provenance"] in set(Provenance)
        assert (row["provenance"] == "genuine") == (row["verdict"] == "genuine")
        if row["verdict"] in {"genuine", "unknown"}:
            assert row["ring_id"] is None
        elif row["ring_id"]:
            kind = kinds[row["ring_id"]]
            assert row["provenance"] == ("unknown" if kind == "lockstep" else kind)
        else:
            assert row["provenance"] == "unknown"


def test_curves_tell_the_hours_of_contents(scan: Scanned) -> None:
    likes: Counter[str] = Counter()
    fake: Counter[str] = Counter()
    for row in scan.rows("curves"):
        assert row["ts"].timestamp() % HOUR_S == 0
        assert 0 <= row["fake_likes"] <= row["likes"]
        assert (row["views"] is None) == (row["expected_likes"] is None)
        likes[row["content_id"]] += row["likes"]
        fake[row["content_id"]] += row["fake_likes"]
    drawn = {
        row["content_id"]: row["likes"]
        for row in scan.rows("contents")
        if row["likes"] >= FEWEST_LIKES or row["verdict"] in {"suspect", "boosted"}
    }
    assert likes == drawn
    called = likes_of(scan, "content_id", "fake")
    assert all(fake[content] == called[content] for content in drawn)


def test_without_a_view_log_nothing_is_said_of_views(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    curves = scanned("bare", tmp_path_factory).rows("curves")
    assert curves
    assert {row["views"] for row in curves} == {None}
