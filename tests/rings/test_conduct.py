"""Who only comes in order to like, and who likes what it finds."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.rings import found

from zhenzan.detectors.examples import Row, like, view
from zhenzan.rings.conduct import CONVERSION, LEAST_BITS, SHALLOW, hear_conduct

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rings.found import Groups

    from zhenzan.rings.witnesses import Witness

AUTHORS, POSTS, FAVOURITES = 30, 8, 3
WROTE = {f"c{a}-{n}": f"author{a}" for a in range(AUTHORS) for n in range(POSTS)}
VIEWS = frozenset({"view"})
MOST = {rate.code: rate.most for rate in (CONVERSION, SHALLOW)}


def reader(
    dice: random.Random, name: str, authors: list[int], liking: float, saying: float
) -> list[Row]:
    """One person looks at the posts of some authors, likes a share of them, comments on some."""
    liking = dice.betavariate(8 * liking, 8 * (1 - liking)) if 0 < liking < 1 else liking
    rows = []
    for author in authors:
        for number in range(POSTS):
            at_s = 9_000.0 * number + 60 * author
            rows.append(view(name, f"c{author}-{number}", at_s, 0.8))
            if dice.random() < liking:
                rows.append(like(name, f"c{author}-{number}", at_s + 20))
                if dice.random() < saying:
                    rows.append(Row("comment", name, f"c{author}-{number}", at_s + 40))
    return rows


def people(count: int = 150, liking: float = 0.5, saying: float = 0.2, seed: int = 1) -> list[Row]:
    """Everybody else, each with authors of their own."""
    dice = random.Random(seed)
    return [
        row
        for n in range(count)
        for row in reader(dice, f"p{n}", dice.sample(range(AUTHORS), FAVOURITES), liking, saying)
    ]


def fans(
    ring: int, count: int = 12, liking: float = 0.5, saying: float = 0.2
) -> tuple[list[Row], Groups]:
    """A group that reads the same three authors."""
    dice = random.Random(100 + ring)
    authors = dice.sample(range(AUTHORS), FAVOURITES)
    names = tuple(f"fan{ring}-{n}" for n in range(count))
    rows = [row for name in names for row in reader(dice, name, authors, liking, saying)]
    return rows, [(names, tuple(f"c{a}-{n}" for a in authors for n in range(POSTS)))]


def errands(count: int = 12, orders: int = 10) -> tuple[list[Row], Groups]:
    """A pool that looks at each ordered post and likes it."""
    names = tuple(f"s{n}" for n in range(count))
    targets = tuple(f"c{3 * n}-1" for n in range(orders))
    rows = []
    for number, target in enumerate(targets):
        for n, name in enumerate(names):
            at_s = 20_000.0 * number + 30 * n
            rows += [view(name, target, at_s, 0.9), like(name, target, at_s + 15)]
    return rows, [(names, targets)]


def heard(
    folder: Path,
    rows: list[Row],
    groups: Groups,
    *,
    present: frozenset[str] = VIEWS,
    authors: dict[str, str] | None = None,
) -> dict[tuple[int, str], Witness]:
    log = found.build(folder, rows, groups, WROTE if authors is None else authors)
    said = hear_conduct(log.engine, len(log.accounts), present)
    log.engine.close()
    return {(ring, w.reason_code): w for ring, heard in said.items() for w in heard}


def test_who_comes_in_order_to_like_is_spoken_against(tmp_path: Path) -> None:
    rows, groups = errands()
    said = heard(tmp_path, people() + rows, groups)
    for code, most in MOST.items():
        assert 2.0 < said[0, code].bits <= most
        assert said[0, code].facts["percent"] == 100.0
        assert said[0, code].facts["trials"] == 120
    assert said[0, "ring_conversion"].facts["usual_percent"] == pytest.approx(50, abs=8)
    assert said[0, "ring_shallow"].facts["usual_percent"] == pytest.approx(80, abs=8)


def test_fans_who_look_without_liking_are_spoken_for(tmp_path: Path) -> None:
    rows, groups = fans(0)
    said = heard(tmp_path, people() + rows, groups)
    for code in MOST:
        assert LEAST_BITS <= said[0, code].bits < 0.0


def test_players_of_a_giveaway_who_like_nine_in_ten_are_no_errand(tmp_path: Path) -> None:
    """However rarely others like what they look at."""
    rows, groups = fans(0, liking=0.9)
    said = heard(tmp_path, people(liking=0.3) + rows, groups)
    assert said[0, "ring_conversion"].bits <= 0.0


@pytest.mark.parametrize("liking", [0.02, 1.0])
@pytest.mark.parametrize("saying", [0.0, 1.0])
def test_no_conduct_says_more_than_its_bounds(tmp_path: Path, liking: float, saying: float) -> None:
    rows, groups = fans(0, count=60, liking=liking, saying=saying)
    for (_, code), witness in heard(tmp_path, people() + rows, groups).items():
        assert LEAST_BITS <= witness.bits <= MOST[code]


def test_where_everybody_likes_all_and_says_nothing_nobody_stands_out(tmp_path: Path) -> None:
    (rows, groups), (friends, circle) = errands(), fans(1, liking=1.0, saying=0.0)
    everybody = people(liking=1.0, saying=0.0) + rows + friends
    said = heard(tmp_path, everybody, groups + circle)
    assert {key: witness.bits for key, witness in said.items()} == {
        (ring, code): 0.0 for ring in (0, 1) for code in MOST
    }


def test_a_log_of_likes_alone_neither_accuses_nor_acquits(tmp_path: Path) -> None:
    rows, groups = errands()
    likes = [row for row in people() + rows if row.event_type == "like"]
    said = heard(tmp_path, likes, groups, present=frozenset())
    assert set(said) == {(0, "ring_shallow")}
    assert said[0, "ring_shallow"].bits == 0.0


def test_without_authors_an_errand_is_held_against_all_looks(tmp_path: Path) -> None:
    """Nobody has a favourite then. What the keen like is still no errand."""
    rows, groups = errands()
    (friends, circle) = fans(0, liking=0.8)
    said = heard(tmp_path, people() + rows + friends, groups + circle, authors={})
    assert said[0, "ring_conversion"].bits > 2.0
    assert said[0, "ring_conversion"].facts["usual_percent"] == pytest.approx(50, abs=8)
    assert said[1, "ring_conversion"].bits <= 0.0


def test_without_others_nothing_is_usual(tmp_path: Path) -> None:
    rows, groups = errands()
    assert heard(tmp_path, people(15) + rows, groups) == {}


def test_honest_groups_gather_nothing_on_average(tmp_path: Path) -> None:
    """Weights are e-values: over groups that are as everybody is, 2^bits has mean 1 at most."""
    made = [fans(ring, count=8) for ring in range(60)]
    rows = [row for part, _ in made for row in part]
    said = heard(tmp_path, people() + rows, [group for _, [group] in made])
    for code in MOST:
        weights = np.array([said[ring, code].bits for ring in range(60)])
        assert np.exp2(weights).mean() <= 1.0, code
        assert (weights >= 2.0).mean() <= 0.05, code
