"""Who joins a bought ring by the company it keeps, and who merely liked what the ring boosted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from tests.rings.choosing import MEMORY_BYTES, choices_of, crowd, group_of

from zhenzan.engines.duckdb import DuckDBEngine
from zhenzan.model import MOST_USERS
from zhenzan.rings.company import MOST_COMPANY_BITS, extended
from zhenzan.rings.groups import LEAST_MEMBER_BITS
from zhenzan.rings.homes import HOME, ROOTLESS, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import numpy.typing as npt

    from zhenzan.rings.choices import Choices
    from zhenzan.rings.groups import Group

PEOPLE, POOL, PROXIES = 1_500, 34, 60
WORLD = crowd(people=PEOPLE, contents=6_000, pool=POOL, orders=12, share=0.8)
MEMBERS, RECRUITS = WORLD.pool[:30], WORLD.pool[30:]
FIRST = WORLD.orders[0]


@dataclass(frozen=True)
class Town:
    """Choices, where everybody was, and the ring of ``MEMBERS``."""

    engine: DuckDBEngine
    choices: Choices
    stay: npt.NDArray[np.int64]
    ring: Group

    def extended(self, *, bought: bool = True) -> tuple[Group, npt.NDArray[np.float64]]:
        flags = np.array([bought])
        (found,) = extended(self.engine, self.choices, [self.ring], flags, self.stay)
        self.engine.close()
        return found

    def recruits(self) -> set[int]:
        return set(self.extended()[0].members.tolist()) - set(MEMBERS)


def town(
    folder: Path,
    orders: Mapping[int, Iterable[int]],
    *,
    rotating: Iterable[int] = WORLD.pool,
    neighbours: Mapping[int, Iterable[int]] | None = None,
    homes: Iterable[int] = (),
) -> Town:
    """People, of whom one in five roams, and accounts behind addresses that they take in turn.

    Args:
        folder: Existing folder for the working databases.
        orders: What the recruits, and others, like of the targets; members like most.
        rotating: Accounts behind the seller's addresses.
        neighbours: Further accounts at the addresses of the seller's, by their number.
        homes: Of those behind them, who comes back to an address of its own.
    """
    likes = {(a, c) for a, c in WORLD.likes if a not in RECRUITS or c not in WORLD.orders}
    likes |= {(account, order) for account, ordered in orders.items() for order in ordered}
    chosen = choices_of(folder, likes)
    dice = np.random.default_rng(1)
    visits = [(account, 1_000 + account) for account in range(PEOPLE)]
    for account in rotating:
        visits += [(account, int(ip)) for ip in dice.choice(PROXIES, 6, replace=False)]
    visits += [(account, ip) for account, at in (neighbours or {}).items() for ip in at]
    rows = pa.table(
        {
            "account": pa.array([account for account, _ in visits], pa.int64()),
            "ip": pa.array([ip for _, ip in visits], pa.int64()),
            "days": pa.array([1] * len(visits), pa.int64()),
        }
    )
    (folder / "places").mkdir()
    engine = DuckDBEngine(folder / "places", MEMORY_BYTES, 1)
    engine.register("account_visits", rows)
    stay = np.full(chosen.accounts, HOME)
    stay[:PEOPLE:5] = ROOTLESS
    stay[list(rotating)] = ROOTLESS
    stay[list(homes)] = HOME
    return Town(engine, chosen, stay, group_of(chosen, MEMBERS, WORLD.orders))


def test_who_fills_one_order_in_a_rings_company_joins_it(tmp_path: Path) -> None:
    place = town(tmp_path, {account: [FIRST] for account in RECRUITS})
    assert place.recruits() == set(RECRUITS)


def test_who_keeps_no_company_does_not(tmp_path: Path) -> None:
    place = town(tmp_path, {account: [FIRST] for account in RECRUITS}, rotating=MEMBERS)
    assert not place.recruits()


def test_who_fills_no_order_does_not(tmp_path: Path) -> None:
    place = town(tmp_path, {})
    assert not place.recruits()


def test_an_audience_that_is_shown_boosted_posts_does_not(tmp_path: Path) -> None:
    """However many of them its people like: they live at home."""
    place = town(tmp_path, dict.fromkeys(range(20), WORLD.orders[:4]), rotating=MEMBERS)
    assert not place.recruits()


def test_a_person_whose_router_a_seller_rents_does_not(tmp_path: Path) -> None:
    """The seller's accounts come through its address; it comes home to it."""
    place = town(tmp_path, {7: [FIRST]}, neighbours={7: range(6)})
    assert 7 not in place.recruits()


def test_a_carriers_address_makes_nobody_neighbours(tmp_path: Path) -> None:
    """With more users than a flat or a proxy has, an address is nobody's."""
    crowded = {account: range(PROXIES) for account in range(100, 100 + MOST_USERS)}
    place = town(tmp_path, {account: [FIRST] for account in RECRUITS}, neighbours=crowded)
    assert not place.recruits()


def test_a_ring_that_may_mean_it_takes_nobody_in(tmp_path: Path) -> None:
    place = town(tmp_path, {account: [FIRST] for account in RECRUITS})
    ring, beside = place.extended(bought=False)
    assert ring is place.ring
    assert not beside.any()


def test_a_member_with_a_home_is_less_surely_one(tmp_path: Path) -> None:
    lent = MEMBERS[0]
    place = town(tmp_path, {}, homes=[lent], rotating=[a for a in WORLD.pool if a != lent])
    ring, _ = place.extended()
    change = ring.belonging[np.isin(ring.members, MEMBERS)] - place.ring.belonging
    assert change[0] < -2.0
    assert (change[1:] > 2.0).all()
    assert (np.abs(change) <= MOST_COMPANY_BITS).all()


def test_where_members_live_as_all_do_company_says_little(tmp_path: Path) -> None:
    place = town(tmp_path, {}, rotating=())
    ring, beside = place.extended()
    assert np.allclose(ring.belonging, place.ring.belonging, atol=0.5)
    assert np.allclose(beside, 0.0, atol=0.2)


def test_how_seldom_an_account_was_seen_is_no_company(tmp_path: Path) -> None:
    """Orders of throw-away accounts are found by that already."""
    place = town(tmp_path, {account: [FIRST] for account in RECRUITS}, rotating=())
    place.stay[list(WORLD.pool)] = place.stay[1:PEOPLE:7] = UNKNOWN
    ring, _ = place.extended()
    assert ring.members.tolist() == list(MEMBERS)
    assert np.allclose(ring.belonging, place.ring.belonging, atol=0.5)


def test_recruits_are_as_sure_as_members_have_to_be(tmp_path: Path) -> None:
    ring, beside = town(tmp_path, {account: [FIRST] for account in RECRUITS}).extended()
    joined = np.isin(ring.members, RECRUITS)
    assert (ring.belonging[joined] > LEAST_MEMBER_BITS).all()
    assert (np.diff(ring.members) > 0).all()
    assert len(beside) == len(ring.members)
    assert (beside[joined] > 2.0).all()


def village(folder: Path, *, own: bool) -> set[int]:
    """Who of a village joins a ring that sends its orders through the village's phones.

    Args:
        folder: Existing folder for the working databases.
        own: The customers are the village's own, who like all that they post; or nobody's there.
    """
    dice = np.random.default_rng(2)
    phones = range(0, 200, 5)
    likes: dict[int, list[int]] = {account: [] for account in phones}
    for account in phones:
        for order in WORLD.orders:
            # Of an author's four posts one is ordered.
            posts = [order + post for post in range(4) if own and dice.random() < 0.3]
            likes[account] += posts if own else [order] * (dice.random() < 0.3)
    near = {account: dice.choice(PROXIES, 3, replace=False).tolist() for account in phones}
    return town(folder, likes, rotating=MEMBERS, neighbours=near).recruits()


def test_neighbours_who_like_all_that_the_customers_post_do_not(tmp_path: Path) -> None:
    assert not village(tmp_path, own=True)


def test_neighbours_who_like_just_what_was_ordered_do(tmp_path: Path) -> None:
    assert len(village(tmp_path, own=False)) > 20
