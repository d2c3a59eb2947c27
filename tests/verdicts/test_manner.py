"""Which of a hired person's likes came about as the ring's do."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from tests.rings import found

from zhenzan.detectors.examples import Row, like, view
from zhenzan.verdicts.attribute import RING_SCORES
from zhenzan.verdicts.manner import read_manners
from zhenzan.verdicts.odds import MOST_CASE_BITS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PEOPLE = tuple(f"p{n:02}" for n in range(60))
HIRED = tuple(f"h{n:02}" for n in range(15))
ORDERS = tuple(f"order{n}" for n in range(10))
MET = (HIRED[0], ORDERS[0])
"""The one target that a hired person came across in its feed, watched to the end and discussed."""
Odds = dict[tuple[str, str], float]


def met(dice: random.Random, who: str, what: str, at_s: float) -> list[Row]:
    """Shown by the platform, watched for long, now and then with a comment."""
    rows = [
        view(who, what, at_s, dice.uniform(0.4, 1.0), source="recommend"),
        like(who, what, at_s + 20),
    ]
    return rows + ([Row("comment", who, what, at_s + 40)] if dice.random() < 0.3 else [])


def errand(dice: random.Random, who: str, what: str, at_s: float) -> list[Row]:
    """Searched for, watched for a moment, liked."""
    return [
        view(who, what, at_s, dice.uniform(0.02, 0.1), source="search"),
        like(who, what, at_s + 5),
    ]


def market(seed: int = 1, life: int = 30) -> list[Row]:
    """Hired people run ten errands each beside a ``life`` like everybody's."""
    dice = random.Random(seed)
    rows = []
    for n, who in enumerate(PEOPLE + HIRED):
        for k in range(30 if who in PEOPLE else life):
            rows += met(dice, who, f"c{dice.randrange(200)}", 3_600.0 * k + n)
    for who in HIRED:
        for k, order in enumerate(ORDERS):
            rows += (met if (who, order) == MET else errand)(dice, who, order, 200_000.0 + 900 * k)
    return rows


def odds(
    folder: Path,
    rows: list[Row],
    *,
    logged: Callable[[Row], Row | None] = lambda row: row,
    ring_bits: float = 6.0,
) -> Odds:
    """Bits of each like of the hired people, by account and content."""
    kept = [row for row in map(logged, rows) if row]
    log = found.build(folder, kept, [(HIRED, ORDERS)])
    log.engine.register(
        "ring_list",
        pa.table(
            {
                "ring": [0],
                "ring_id": ["r"],
                "kind": ["crowd"],
                "millibits": [round(1000 * ring_bits)],
            }
        ),
    )
    log.engine.create("ring_scores", RING_SCORES)
    read_manners(log.engine, log.present)
    table = log.engine.query(
        'SELECT m."like", o.of_members FROM like_manner m JOIN manner_odds o ON o.manner = m.manner'
    ).to_pylist()
    manners = log.engine.query("SELECT * FROM like_manner").num_rows
    log.engine.close()
    assert manners == len(log.likes), "every like has one manner"
    named = [(log.likes[row["like"]], row["of_members"] / 1000) for row in table]
    return {(like.account_id, like.content_id): bits for like, bits in named}


def errands(found: Odds) -> list[float]:
    return [found[who, order] for who in HIRED for order in ORDERS if (who, order) != MET]


def others(found: Odds) -> list[float]:
    return [bits for (who, what), bits in found.items() if who in HIRED and what not in ORDERS]


def test_errands_stand_out_from_a_hired_persons_own_likes(tmp_path: Path) -> None:
    said = odds(tmp_path, market())
    assert min(errands(said)) >= 2.0
    assert max(others(said)) < 0.0


def test_a_target_met_in_the_feed_is_its_own_business(tmp_path: Path) -> None:
    assert odds(tmp_path, market())[MET] <= -2.0


@pytest.mark.parametrize("life", [0, 30])
def test_one_like_never_says_more_than_the_bound(tmp_path: Path, life: int) -> None:
    assert all(abs(bits) <= MOST_CASE_BITS for bits in odds(tmp_path, market(life=life)).values())


def test_who_has_no_life_borrows_everybodys(tmp_path: Path) -> None:
    """Errands still stand out from how everybody's likes come about."""
    said = odds(tmp_path, market(life=0))
    assert min(errands(said)) >= 2.0
    assert said[MET] < 0.0


def without_source(row: Row) -> Row:
    return Row(row.event_type, row.account_id, row.content_id, row.at_s, row.progress)


def without_view(row: Row) -> Row | None:
    return None if row.event_type == "view" else row


def likes_alone(row: Row) -> Row | None:
    return without_source(row) if row.event_type == "like" else None


def test_without_sources_the_watching_says_which(tmp_path: Path) -> None:
    said = odds(tmp_path, market(), logged=without_source)
    assert min(errands(said)) > 1.0
    assert said[MET] < 0.0


def sourced_likes(row: Row) -> Row | None:
    """The way is named with the like; views are not logged."""
    if row.event_type == "view":
        return None
    way = "search" if row.content_id in ORDERS and row.account_id in HIRED else "recommend"
    way = "recommend" if (row.account_id, row.content_id) == MET else way
    return Row(row.event_type, row.account_id, row.content_id, row.at_s, source=way)


def test_without_views_the_way_says_which(tmp_path: Path) -> None:
    said = odds(tmp_path, market(), logged=sourced_likes)
    assert min(errands(said)) > 1.0
    assert said[MET] < 0.0


def test_a_log_of_likes_alone_tells_no_errand(tmp_path: Path) -> None:
    said = odds(tmp_path, market(), logged=likes_alone)
    assert set(said) >= {MET}
    assert max(map(abs, said.values())) < 0.1


def test_comments_alone_say_little(tmp_path: Path) -> None:
    """Seven in ten of one's own likes come without one as well."""
    said = odds(tmp_path, market(), logged=lambda row: without_view(without_source(row)))
    assert all(0.0 <= bits < 1.0 for bits in errands(said))


def test_rings_that_mean_it_have_no_manner(tmp_path: Path) -> None:
    assert odds(tmp_path, market(), ring_bits=-3.0) == {}
