"""Who comes back to an address, and when a ring whose members do not is spoken against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rings import found

from zhenzan.detectors.examples import Row, like, view
from zhenzan.rings.homes import (
    FEWEST_VISITS,
    HOME,
    MOST_ROOTLESS_BITS,
    ROOTLESS,
    UNKNOWN,
    hear_homes,
    rootless,
    stays,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.detectors.logs import Log

DAY_S = 86_400.0
MEMBERS = tuple(f"m{n:02}" for n in range(24))
PEOPLE = tuple(f"p{n:03}" for n in range(120))
TARGETS = tuple(f"t{n}" for n in range(8))
WHERE = frozenset({"ip"})


def days(name: str, addresses: list[str], at_s: float = 0.0) -> list[Row]:
    """One like on the first day, and on each further one a view, each from the next address."""
    first, *others = addresses
    rows = [like(name, TARGETS[int(name[1:]) % 8], at_s, ip=first)]
    return rows + [
        view(name, f"c{n}", at_s + DAY_S * n, 0.5, ip=ip) for n, ip in enumerate(others, start=1)
    ]


def away(name: str, count: int = 6) -> list[str]:
    return [f"{name}.{n}" for n in range(count)]


def at_home(name: str) -> list[str]:
    return [f"{name}.home", f"{name}.1", f"{name}.home", f"{name}.2", f"{name}.home", f"{name}.3"]


def log_of(folder: Path, rows: list[Row]) -> Log:
    return found.build(folder, rows, [(MEMBERS, TARGETS)])


def town(roaming: int) -> list[Row]:
    """People of whom so many never come home."""
    return [
        row
        for n, name in enumerate(PEOPLE)
        for row in days(name, away(name) if n < roaming else at_home(name))
    ]


def ring(where: list[list[str]]) -> list[Row]:
    return [row for name, at in zip(MEMBERS, where, strict=True) for row in days(name, at)]


def bits(folder: Path, rows: list[Row]) -> float | None:
    log = log_of(folder, rows)
    said = found.bits(hear_homes(log.engine), "ring_rootless")
    log.engine.close()
    return said.get(0)


def test_a_ring_behind_rotating_addresses_is_spoken_against(tmp_path: Path) -> None:
    rows = town(24) + ring([away(name) for name in MEMBERS])
    assert bits(tmp_path, rows) == MOST_ROOTLESS_BITS


def test_where_most_people_roam_a_roaming_ring_is_no_news(tmp_path: Path) -> None:
    rows = town(114) + ring([away(name) for name in MEMBERS])
    assert bits(tmp_path, rows) == pytest.approx(0.0, abs=0.8)


def test_that_members_come_home_says_nothing(tmp_path: Path) -> None:
    assert bits(tmp_path, town(24) + ring([at_home(name) for name in MEMBERS])) == 0.0


def test_who_was_hardly_there_could_not_come_back(tmp_path: Path) -> None:
    short = [away(name, FEWEST_VISITS - 1) for name in MEMBERS]
    assert bits(tmp_path, town(24) + ring(short)) is None


def test_one_day_at_one_address_is_one_visit(tmp_path: Path) -> None:
    """However much somebody does in a day, it has not come back."""
    busy = [view("m00", f"c{n}", 60.0 * n, 0.5, ip="m00.0") for n in range(9)]
    log = log_of(tmp_path, town(24) + ring([away(name) for name in MEMBERS]) + busy)
    stay = stays(log.engine, WHERE, len(log.accounts))
    assert stay[log.accounts.index("m00")] == ROOTLESS
    log.engine.close()


def test_how_accounts_stay(tmp_path: Path) -> None:
    who = {"m00": away("m00"), "m01": at_home("m01"), "m02": ["a", "b"], "m03": ["a", "a"]}
    log = log_of(tmp_path, ring([who.get(name, away(name)) for name in MEMBERS]))
    stay = stays(log.engine, WHERE, len(log.accounts))
    code = [log.accounts.index(name) for name in who]
    assert stay[code].tolist() == [ROOTLESS, HOME, UNKNOWN, HOME]
    assert (stays(log.engine, frozenset(), 5) == UNKNOWN).all()
    log.engine.close()


@given(
    st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.floats(0.02, 0.98),
)
def test_the_weight_is_bounded_and_speaks_only_above_the_usual(
    hits: tuple[int, int], usual: float
) -> None:
    many, members = hits
    said = rootless(np.arange(members) < many, np.full(members, usual))
    assert 0.0 <= said.bits <= MOST_ROOTLESS_BITS
    if many <= usual * members:
        assert said.bits == 0.0
