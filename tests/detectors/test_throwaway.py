"""Whom the throwaway detector tells from newcomers, and what it makes of each account."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detectors.logs import Found, Log, find
from tests.detectors.test_twins import agree

from zhenzan.detectors.examples import EXAMPLE_START_S, Row, like, view
from zhenzan.detectors.throwaway import (
    PEOPLE,
    UNCORROBORATED_BITS,
    Throwaway,
)
from zhenzan.model import PRIOR_BITS
from zhenzan.reasons import REASONS
from zhenzan.tables import ACCOUNTS_IN

if TYPE_CHECKING:
    from collections.abc import Callable

DAY_S = 86_400
LOOKS = 5
"""Contents that each account of the careful seller looks at besides its order."""


def delivery(count: int = 40, looks: int = 0, seed: int = 1) -> list[Row]:
    """Accounts that like c3 within half an hour; they may look at other contents as well."""
    dice = random.Random(seed)
    rows = []
    for n in range(count):
        at_s = 5_000 + 40 * n
        rows += [view(f"once{n}", "c3", at_s, 0.1), like(f"once{n}", "c3", at_s + 2)]
        rows += [
            view(f"once{n}", f"c{dice.randrange(60)}", at_s + 60 * look, 0.4)
            for look in range(looks)
        ]
    return rows


def visitors(count: int = 60) -> list[Row]:
    """People who come by for a day, wherever: some comment, half like more than one thing."""
    dice = random.Random(3)
    rows = []
    for n in range(count):
        at_s = dice.uniform(0, 13 * DAY_S)
        for post in dice.sample(range(60), 3):
            rows.append(view(f"v{n}", f"c{post}", at_s + post, 0.5))
            if dice.random() < 0.5:
                rows.append(like(f"v{n}", f"c{post}", at_s + post + 9))
        if dice.random() < 0.5:
            rows.append(Row("comment", f"v{n}", f"c{post}", at_s + 99))
    return rows


def newcomers(count: int = 40) -> list[Row]:
    """One post brings people who look at a few things, come when everybody comes, and comment."""
    dice = random.Random(2)
    rows = [view(f"p{n % 120}", "c3", dice.uniform(0, 14 * DAY_S), 0.7) for n in range(80)]
    for n in range(count):
        at_s = dice.uniform(0, 14 * DAY_S)
        rows += [view(f"new{n}", "c3", at_s, 0.8), like(f"new{n}", "c3", at_s + 20)]
        rows += [view(f"new{n}", f"c{dice.randrange(60)}", at_s + 60, 0.4) for _ in range(4)]
        rows.append(Row("comment", f"new{n}", "c3", at_s + 40))
    return rows


def odds(found: list[Found], code: str, entity: str) -> float:
    """What the verdict would be by this finding alone: log2 odds, the prior's if there is none."""
    return PRIOR_BITS[REASONS[code].entity] + sum(
        f.bits for f in found if (f.reason_code, f.entity) == (code, entity)
    )


@pytest.mark.parametrize("looks", [0, 1])
def test_who_liked_once_is_not_surely_an_account_of_a_seller(log_of: Any, looks: int) -> None:
    with log_of([*PEOPLE, *visitors(), *delivery(looks=looks)]) as log:
        found = find(Throwaway(), log)
    assert odds(found, "content_throwaway_likes", "c3") > 5.0
    for n in range(40):
        assert 0.0 < odds(found, "account_throwaway", f"once{n}") <= 2.0, "four to one"
        assert odds(found, "like_of_throwaway", f"once{n} c3") > 4.0


def test_newcomers_whom_one_post_brought_are_held_at_two_to_one(log_of: Any) -> None:
    with log_of([*PEOPLE, *visitors(), *newcomers()]) as log:
        found = find(Throwaway(), log)
    assert 0.0 < odds(found, "content_throwaway_likes", "c3") <= UNCORROBORATED_BITS
    for n in range(40):
        assert odds(found, "like_of_throwaway", f"new{n} c3") <= UNCORROBORATED_BITS
        assert odds(found, "account_throwaway", f"new{n}") <= UNCORROBORATED_BITS


@pytest.mark.parametrize("others", [3, 4, 5])
def test_a_person_whose_views_were_lost_is_no_throwaway_account(log_of: Any, others: int) -> None:
    """Few events, all of them likes, one of them of a content that was boosted."""
    lost = [like("lost", "c3", 8_000.0)]
    lost += [like("lost", f"c{60 + n}", DAY_S * (n + 1)) for n in range(others)]
    with log_of([*PEOPLE, *visitors(), *delivery(looks=LOOKS), *lost]) as log:
        found = find(Throwaway(), log)
    assert dict(found[0].facts)["events"] >= others + 1, "the person is among the small accounts"
    assert odds(found, "account_throwaway", "lost") < 0.0
    assert odds(found, "account_throwaway", "once1") > 0.0
    assert odds(found, "like_of_throwaway", "lost c3") < odds(
        found, "like_of_throwaway", "once1 c3"
    )


def test_likes_of_contents_without_an_excess_are_left_alone(log_of: Any) -> None:
    with log_of([*PEOPLE, *visitors(), *delivery(), like("guest", "c9", 7_000.0)]) as log:
        found = find(Throwaway(), log)
    assert {f.entity.rpartition(" ")[2] for f in found if f.reason_code.startswith("like_")} == {
        "c3"
    }
    assert not any(f.entity.startswith(("p", "guest")) for f in found)


def born(log: Log, age_days: Callable[[str], float]) -> None:
    """Give accounts the age at which the log begins."""
    rows = log.engine.query("SELECT * FROM accounts_in").to_pylist()
    for row in rows:
        created_s = EXAMPLE_START_S - DAY_S * age_days(row["account_id"])
        row["created_at"] = round(created_s * 1_000_000)
    log.engine.register(ACCOUNTS_IN.name, pa.Table.from_pylist(rows, ACCOUNTS_IN.schema))


def old(account: str) -> float:
    return 100.0 + 7.0 * sum(map(ord, account))


def new(account: str) -> float:
    return 1.0 if account.startswith("new") else old(account)


def test_accounts_made_for_the_occasion_say_more(log_of: Any) -> None:
    by_age = {}
    for name, age in (("old", old), ("new", new)):
        with log_of([*PEOPLE, *visitors(), *newcomers()]) as log:
            born(log, age)
            by_age[name] = find(Throwaway(), log)
    facts = {
        name: dict(next(f for f in found if f.entity == "c3").facts)
        for name, found in by_age.items()
    }
    assert facts["new"]["young_percent"] > 90.0
    assert facts["old"]["young_percent"] < 10.0
    bits = {name: odds(found, "content_throwaway_likes", "c3") for name, found in by_age.items()}
    assert bits["old"] <= UNCORROBORATED_BITS < bits["new"]


def test_deliveries_outside_the_audiences_hours_are_told_by_the_clock(log_of: Any) -> None:
    """Accounts that comment and look around, as newcomers do, but come within half an hour."""
    rush = [replace(row, at_s=5_000 + row.at_s / 700) for row in newcomers()]
    others = [*PEOPLE, *visitors()]
    unclocked = [row for row in others if (row.event_type, row.content_id) != ("view", "c3")]
    found = {}
    for name, rows in (("rush", others), ("unclocked", unclocked)):
        with log_of([*rows, *(row for row in rush if row.account_id.startswith("new"))]) as log:
            found[name] = next(f for f in find(Throwaway(), log) if f.entity == "c3")
    distance = {name: dict(f.facts)["distance_percent"] for name, f in found.items()}
    assert distance["rush"] > 60.0
    assert distance["unclocked"] == 0.0
    weights = {name: f.bits + PRIOR_BITS["content"] for name, f in found.items()}
    assert weights["unclocked"] <= UNCORROBORATED_BITS < 5.0 < weights["rush"]


@given(
    st.integers(0, 30),
    st.integers(0, 20),
    st.integers(0, 4),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), st.sampled_from(["like", "share"]))),
)
@settings(max_examples=15)
def test_it_says_what_its_twin_says(
    log_of: Any, count: int, brought: int, looks: int, more: list[tuple[int, int, str]]
) -> None:
    rows = [row for row in PEOPLE if int(row.account_id[1:]) < 60]
    rows += [*visitors(), *delivery(count, looks), *newcomers(brought)]
    rows += [Row(kind, f"once{n}", f"c{post}", 90_000.0 * post) for n, post, kind in more]
    with log_of(rows) as log:
        agree(Throwaway(), log, rows, {})
