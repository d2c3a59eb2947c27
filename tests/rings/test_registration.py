"""Whose birthdays lie closer together than everybody's do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from zhenzan.engines.duckdb import DuckDBEngine
from zhenzan.rings.registration import FEWEST_MEMBERS, MOST_COHORT_BITS, hear_cohorts

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from zhenzan.rings.witnesses import Witness

    Floats = npt.NDArray[np.float64]

OTHERS, YEARS_DAYS = 2_000, 1_000
DAY_US = 86_400_000_000
MEMORY_BYTES = 100_000_000


def heard(
    folder: Path, others_days: Floats, *rings_days: Floats, unknown: int = 0
) -> dict[int, Witness]:
    """The witness on rings whose members, and everybody else, were registered on these days.

    Args:
        folder: For the working database.
        others_days: Day of registration of each account in no ring.
        rings_days: Of each member of each ring.
        unknown: So many members of each ring have no birthday.
    """
    days = np.concatenate([*rings_days, others_days])
    ring = np.repeat(np.arange(len(rings_days)), [len(part) for part in rings_days])
    created = [None if np.isnan(day) else int(day * DAY_US) for day in days]
    for number in range(len(rings_days)):
        for member in np.flatnonzero(ring == number)[:unknown].tolist():
            created[member] = None
    account = np.arange(len(days))
    engine = DuckDBEngine(folder, MEMORY_BYTES, 1)
    engine.register(
        "accounts_in", pa.table({"account": account, "created_at": pa.array(created, pa.int64())})
    )
    engine.register("account_activity", pa.table({"account": account}))
    engine.register("group_members", pa.table({"ring": ring, "account": account[: len(ring)]}))
    said = dict(hear_cohorts(engine))
    engine.close()
    return said


def any_day(dice: np.random.Generator, count: int) -> Floats:
    """The platform grows: more accounts are young than old."""
    return np.asarray(YEARS_DAYS * dice.random(count) ** 0.7)


def test_accounts_made_in_one_go_are_spoken_against(tmp_path: Path) -> None:
    dice = np.random.default_rng(1)
    found = heard(tmp_path, any_day(dice, OTHERS), 400.0 + dice.random(20))
    assert found[0].bits == MOST_COHORT_BITS
    assert found[0].facts["times"] > 8.0
    assert found[0].facts["members"] == 20


def test_two_batches_are_spoken_against_as_well(tmp_path: Path) -> None:
    dice = np.random.default_rng(2)
    batches = np.concatenate([day + dice.random(10) for day in (200.0, 700.0)])
    assert heard(tmp_path, any_day(dice, OTHERS), batches)[0].bits > 2.0


def test_groups_that_registered_as_everybody_did_are_not(tmp_path: Path) -> None:
    dice = np.random.default_rng(3)
    found = heard(tmp_path, any_day(dice, OTHERS), *(any_day(dice, 20) for _ in range(60)))
    bits = [found[ring].bits for ring in range(60)]
    assert min(bits) == 0.0
    assert np.mean(np.array(bits) > 0.0) < 0.1
    assert max(bits) < 2.0


def test_a_good_month_of_the_platform_is_no_cohort(tmp_path: Path) -> None:
    """A campaign brings half of all accounts within a month, and all of a group of friends."""
    dice = np.random.default_rng(4)
    month = 500.0 + 30.0 * dice.random(OTHERS)
    others = np.where(dice.random(OTHERS) < 0.5, month, any_day(dice, OTHERS))
    assert heard(tmp_path, others, 500.0 + 30.0 * dice.random(20))[0].bits < 1.0
    quiet = tmp_path / "quiet"
    quiet.mkdir()
    assert heard(quiet, any_day(dice, OTHERS), 500.0 + 3.0 * dice.random(20))[0].bits > 2.0


def test_a_date_that_many_accounts_were_given_is_no_cohort(tmp_path: Path) -> None:
    """Of a fifth of all accounts the platform only knows that they are older than its records."""
    dice = np.random.default_rng(5)

    def given(count: int) -> Floats:
        days = np.floor(any_day(dice, count))
        return np.where(np.arange(count) % 5 == 0, 0.0, days)

    assert heard(tmp_path, given(OTHERS), given(30))[0].bits < 0.5


@pytest.mark.parametrize(
    ("members", "others", "unknown"),
    [(FEWEST_MEMBERS - 1, OTHERS, 0), (20, 150, 0), (20, OTHERS, 13)],
    ids=["few members", "few others", "few birthdays"],
)
def test_too_little_to_tell_says_nothing(
    tmp_path: Path, members: int, others: int, unknown: int
) -> None:
    dice = np.random.default_rng(6)
    ring = 400.0 + dice.random(members)
    assert heard(tmp_path, any_day(dice, others), ring, unknown=unknown) == {}


def test_without_birthdays_nothing_is_said(tmp_path: Path) -> None:
    assert heard(tmp_path, np.full(OTHERS, np.nan), np.full(20, np.nan)) == {}
