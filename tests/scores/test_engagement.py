"""The engagement score: who the peers are, what it takes to be judged, and how wide chance is."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scores.judged import Judged, scored
from tests.scores.streets import CONTENTS, devoted, street, with_rows

from zhenzan.detectors.examples import Row
from zhenzan.scores import engagement, peers
from zhenzan.scores.weights import read_weights

WEIGHTS = read_weights().engagement
COUNTS = st.lists(st.tuples(st.integers(20, 400), st.floats(0, 1)), min_size=2, max_size=40)


def test_groups_are_the_narrowest_that_are_large_enough() -> None:
    topic = np.array([0] * 30 + [1] * 4 + [2] * 30)
    size = np.array([0] * 34 + [1] * 26 + [2] * 4)
    found = peers.group({"topic": topic, "size": size}, [["topic", "size"], ["topic"], []], 64, 20)
    level = np.array(found.level)[found.of]
    assert level.tolist() == [0] * 30 + [2] * 4 + [0] * 26 + [1] * 4
    assert len(found.members[found.of[60]]) == 30, "with all of the topic, not the four left over"
    assert len(found.members[found.of[30]]) == 64


def test_without_enough_peers_there_is_no_group() -> None:
    found = peers.group({}, [[]], 19, 20)
    assert set(found.of.tolist()) == {peers.NO_PEERS}
    assert not found.members


@given(COUNTS, st.data())
def test_an_act_more_raises_its_own_multiple_and_no_other(
    drawn: list[tuple[int, float]], data: st.DataObject
) -> None:
    viewers = np.array([v for v, _ in drawn])
    counts = np.array([int(v * share) for v, share in drawn])
    number = data.draw(st.integers(0, len(drawn) - 1))
    was, _ = peers.relative(counts, viewers, 1, 4)
    acts, newcomers = counts.copy(), data.draw(st.integers(0, 5))
    acts[number] = min(counts[number] + 1, viewers[number])
    for more, came in ((acts, 0), (counts + np.eye(len(drawn), dtype=int)[number] * newcomers,
                                   newcomers)):  # fmt: skip
        seen = viewers + np.eye(len(drawn), dtype=int)[number] * came
        now, _ = peers.relative(more, seen, 1, 4)
        assert now[number] >= was[number]
        others = np.arange(len(drawn)) != number
        assert (now[others] <= was[others] * (1 + 1e-12)).all()


def test_the_slope_of_a_multiple_is_what_one_act_more_changes() -> None:
    counts, viewers = np.array([3, 5, 8]), np.array([30, 40, 50])
    multiple, slope = peers.relative(counts, viewers, 1, 4)
    mean = (counts / viewers).mean()
    assert multiple == pytest.approx((counts + 4) / (viewers * mean + 4), rel=1e-4)
    assert slope == pytest.approx(1 / (viewers * mean + 4), rel=1e-4)


def test_quantiles_count_those_below_and_half_of_the_equal() -> None:
    score, low, high = peers.quantiles(np.array([1, 5, 5, 9, 20]), np.zeros(5))
    assert score.tolist() == [0, 3750, 3750, 7500, 10000]
    assert low.tolist() == [0, 2500, 2500, 7500, 10000]
    assert high.tolist() == [0, 5000, 5000, 7500, 10000]
    _, low, high = peers.quantiles(np.array([1, 5, 9, 20]), np.array([10.0, 0, 0, 0]))
    assert (low[0], high[0]) == (0, 6666)


def test_nine_of_ten_intervals_hold_the_place_that_more_viewers_would_show() -> None:
    """Rates are drawn, then viewers; the place that the rates themselves have is the truth."""
    dice = np.random.default_rng(1)
    weights = {part.name: float(part.weight) for part in WEIGHTS.parts}
    usual = {"completion": 0.35, "dwell": 1.1, "comments": 0.02, "shares": 0.01,
             "arrivals": 0.03, "favorites": 0.012, "follows": 0.005}  # fmt: skip
    many = 10**7
    inside = total = 0
    for _ in range(8):
        rates = {p: usual[p] * dice.gamma(8, 1 / 8, 200) for p in weights}
        rates["completion"] = np.minimum(rates["completion"], 0.95)
        viewers = dice.integers(30, 600, 200)
        acts = {p: dice.poisson(viewers * rates[p]) for p in weights}
        acts["completion"] = dice.binomial(viewers, rates["completion"])
        seen = stand(acts, viewers)
        true = stand({p: (many * rates[p]).astype(int) for p in weights}, np.full(200, many))
        held = (seen["low"] <= true["score"]) & (true["score"] <= seen["high"])
        inside, total = inside + int(held.sum()), total + 200
    assert 0.85 <= inside / total <= 0.99


def stand(counts: dict[str, Any], viewers: Any) -> dict[str, Any]:
    weights = {part.name: float(part.weight) for part in WEIGHTS.parts}
    among = dict.fromkeys(weights, viewers)
    return engagement._stand(counts, among, weights, WEIGHTS.borrowed_acts)


def test_too_few_viewers_or_peers_make_no_score() -> None:
    log = street(0)
    few = replace(
        log,
        rows=tuple(r for r in log.rows if r.content_id != "c00" or r.account_id < "p060"),
    )
    rows = scored(few).contents
    assert rows["c00"]["engagement_score"] is None
    assert rows["c01"]["engagement_score"] is not None
    half = {f"c{n:02}" for n in range(CONTENTS // 2)}
    alone = replace(
        log,
        rows=tuple(r for r in log.rows if r.content_id in half),
        authors={c: a for c, a in log.authors.items() if c in half},
    )
    assert {row["engagement_score"] for row in scored(alone).contents.values()} == {None}


def test_peers_share_the_topic_where_it_has_enough_contents() -> None:
    log = street(1)
    twins = tuple(replace(r, content_id=f"d{r.content_id[1:]}") for r in log.rows)
    topics = dict.fromkeys(log.authors, "cooking")
    both = replace(log, rows=log.rows + twins, topics=topics)
    found = scored(both)
    groups = {name[0]: row["peer_group"] for name, row in found.contents.items()}
    assert json.loads(groups["c"])["topic"] == "cooking"
    assert json.loads(groups["d"])["topic"] is None
    told = {row["peer_group"]: row["contents"] for row in found.tables["peer_rates"]}
    assert set(told.values()) == {CONTENTS}


def test_a_flood_of_comments_by_one_account_counts_as_three() -> None:
    log = street(2)
    who = next(r for r in log.rows if r.content_id == "c03" and r.event_type == "view")
    flood = [Row("comment", who.account_id, "c03", who.at_s + n) for n in range(200)]
    three, many = scored(with_rows(log, flood[:3])), scored(with_rows(log, flood))
    assert many.contents["c03"]["engagement_score"] == three.contents["c03"]["engagement_score"]


def test_an_author_cannot_applaud_itself() -> None:
    log = street(2)
    own = [row for n in range(3) for row in devoted(log.authors["c03"], "c03", 3_600.0 * n)]
    was, now = scored(log).contents["c03"], scored(with_rows(log, own)).contents["c03"]
    assert now["engagement_score"] == was["engagement_score"]


def test_keen_viewers_make_high_scores() -> None:
    dice = random.Random(5)
    log = street(3)
    keen = [row for n in range(40) for row in devoted(f"new{n}", "c05", dice.uniform(0, 10**6))]
    assert scored(with_rows(log, keen)).contents["c05"]["engagement_score"] == 100.0


def test_the_log_must_tell_of_enough_parts() -> None:
    told: Judged = street(0)
    views = tuple(replace(r, source=None) for r in told.rows if r.event_type in {"view", "like"})
    rows = scored(replace(told, rows=views)).contents.values()
    assert {row["engagement_score"] for row in rows} == {None}
    talk = tuple(r for r in told.rows if r.event_type in {"view", "like", "comment"})
    scores = list(scored(replace(told, rows=talk)).contents.values())
    parts = {name for row in scores for name in json.loads(row["engagement_parts"] or "{}")}
    assert parts == {"completion", "comments", "arrivals"}
