"""Credit: who loses it, how it comes back, and who never loses any."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scores.judged import DAY_S, Judged, scored

from zhenzan.detectors.examples import Row, like, view

if TYPE_CHECKING:
    from collections.abc import Sequence

POOL = ("s0", "s1", "s2", "s3", "s4")
FEW = settings(max_examples=4)


def sold(account: str, count: int, day: float = 10) -> tuple[Row, ...]:
    """Likes that were paid for, one each on another content."""
    return tuple(like(account, f"order{n}", day * DAY_S + n) for n in range(count))


def own(account: str, count: int, day: float = 5) -> tuple[Row, ...]:
    """Likes of its own."""
    return tuple(like(account, f"taste{n}", day * DAY_S + n) for n in range(count))


def judged(rows: Sequence[Row], **more: object) -> Judged:
    """A log in which every like of a content named order… is called fake."""
    fake = {
        (row.account_id, row.content_id): "fake"
        for row in rows
        if row.event_type == "like" and row.content_id.startswith("order")
    }
    log = Judged(tuple(rows), likes=fake, rings={"r-pool": ("farm", POOL)})
    return replace(log, **more)  # type: ignore[arg-type]  # a field and its value, as named


def credit(log: Judged, account: str = "s0") -> int:
    found: int = scored(log).accounts[account]["credit"]
    return found


def credits_of(log: Judged) -> list[int]:
    """Credit of each account of the pool."""
    found = scored(log).accounts
    return [found[name]["credit"] for name in POOL]


def test_who_gave_nothing_false_has_all_of_it() -> None:
    rows = [*own("s0", 3), view("p", "taste0", 9, 1.0), *sold("s1", 3)]
    assert credit(judged(rows)) == 100


def test_it_falls_with_every_false_like_given() -> None:
    given = dict(zip(POOL, (0, 1, 5, 20, 60), strict=True))
    rows = [row for name, n in given.items() for row in (*own(name, 10), *sold(name, n))]
    found = credits_of(judged(rows))
    assert found[0] == 100
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 5


def test_genuine_use_weighs_against_it() -> None:
    used = dict(zip(POOL, (0, 5, 25, 100, 500), strict=True))
    rows = [row for name, n in used.items() for row in (*own(name, n), *sold(name, 10))]
    found = credits_of(judged(rows))
    assert found == sorted(found)
    assert found[0] < 15
    assert found[-1] > 95


def test_half_of_it_is_forgotten_in_a_half_life() -> None:
    rows = [*own("s0", 9, day=0), *sold("s0", 10, day=0)]
    fresh, old, ancient = (credit(judged(rows, days=days)) for days in (0, 90, 900))
    assert fresh == pytest.approx(100 - 100 * 10 / (10 + 1 + 9), abs=1)
    assert old == pytest.approx(100 - 100 * 5 / (5 + 1 + 9), abs=1)
    assert ancient == 100


OFFENCES = st.tuples(st.integers(1, 30), st.integers(0, 30))


@FEW
@given(st.lists(OFFENCES, min_size=5, max_size=5), st.integers(0, 60), st.integers(0, 200))
def test_time_alone_never_lowers_it(drawn: list[tuple[int, int]], days: int, more: int) -> None:
    rows = [
        row
        for name, (bad, good) in zip(POOL, drawn, strict=True)
        for row in (*own(name, good), *sold(name, bad, day=0))
    ]
    sooner, later = credits_of(judged(rows, days=days)), credits_of(judged(rows, days=days + more))
    assert all(was <= now for was, now in zip(sooner, later, strict=True))


def test_days_of_use_since_the_last_offence_bring_it_back() -> None:
    offences = sold("s0", 8, day=1)
    visits = [view("s0", "taste0", day * DAY_S, 0.5) for day in range(3, 12)]
    earlier = [view("s0", "taste0", day * DAY_S / 20, 0.5) for day in range(9)]
    idle = credit(judged([*own("s0", 1), *offences]))
    assert credit(judged([*own("s0", 1), *offences, *visits])) > idle + 20
    assert credit(judged([*own("s0", 1), *offences, *earlier])) == idle
    shown = [Row("impression", "s0", "taste0", row.at_s) for row in visits]
    assert credit(judged([*own("s0", 1), *offences, *shown])) == idle


@pytest.mark.parametrize("verdict", ["suspect", "fake"])
def test_a_passive_liker_loses_nothing(verdict: str) -> None:
    """Its like was called, as one of a burst say; but it is no member of what gave them."""
    rows = [*own("p", 2), *sold("s1", 3), like("p", "order0", 10 * DAY_S)]
    log = judged(rows)
    log = replace(log, likes={**log.likes, ("p", "order0"): verdict})
    assert credit(log, "p") == 100


def test_a_courtesy_liker_loses_nothing() -> None:
    rows = [*own("s0", 2), *sold("s0", 12)]
    assert credit(judged(rows, rings={"r-friends": ("courtesy", POOL)})) == 100


def test_suspicion_costs_nothing_and_an_account_called_fake_answers_for_it() -> None:
    rows = [*own("s0", 2), *sold("s0", 12)]
    doubtful = {("s0", f"order{n}"): "suspect" for n in range(12)}
    assert credit(judged(rows, likes=doubtful)) == 100
    assert credit(judged(rows, likes=doubtful, accounts={"s0": "fake"})) < 40


def test_who_only_receives_keeps_it() -> None:
    rows = [row for name in POOL for row in sold(name, 6)]
    authors = {f"order{n}": "star" for n in range(6)}
    log = judged(rows, authors=authors)
    found = scored(log)
    assert found.accounts["star"]["role"] == "beneficiary"
    assert found.accounts["star"]["credit"] == 100
    assert found.authors["star"]["ties"] is None


def test_who_trades_answers_for_what_it_receives() -> None:
    rows = [row for name in POOL[1:] for row in sold(name, 6)]
    log = judged(rows, authors={f"order{n}": "s0" for n in range(6)})
    found = scored(log)
    assert found.authors["s0"]["ties"] == ["trade"]
    assert found.accounts["s0"]["credit"] < 20


def test_accounts_of_the_ring_on_own_devices_are_evidence_of_buying() -> None:
    def on(phone: str, rows: Sequence[Row]) -> list[Row]:
        return [replace(row, device_id=phone) for row in rows]

    authors = {f"order{n}": "star" for n in range(6)}
    shared = [*on("phone", [*sold("s0", 6), *sold("s1", 6), *own("star", 2)]), *sold("s2", 6)]
    assert scored(judged(shared, authors=authors)).authors["star"]["ties"] == ["device"]
    one = [*on("phone", [*sold("s0", 6), *own("star", 2)]), *sold("s1", 6), *sold("s2", 6)]
    found = scored(judged(one, authors=authors))
    assert found.authors["star"]["ties"] is None, "one may be a relative"
    assert found.accounts["star"]["credit"] == 100


def test_a_ring_of_the_own_agency_is_evidence_of_buying() -> None:
    rows = [row for name in POOL for row in sold(name, 6)]
    authors = {f"order{n}": "star" for n in range(6)}
    agency = {"organization_id": "agency"}
    most = dict.fromkeys(("star", "s0", "s1", "s2"), agency)
    log = judged(rows, authors=authors)
    assert scored(replace(log, people=most)).authors["star"]["ties"] == ["organization"]
    few = dict.fromkeys(("star", "s0", "s1"), agency)
    assert scored(replace(log, people=few)).authors["star"]["ties"] is None


def test_following_and_followers_are_nothing_to_it() -> None:
    rows = [*own("s0", 4), *sold("s0", 6)]
    known = {"s0": {"followers": 10**6, "following": 0}}
    follows = [Row("follow", f"fan{n}", "taste0", 9 * DAY_S) for n in range(30)]
    assert credit(judged(rows)) == credit(judged([*rows, *follows], people=known))
