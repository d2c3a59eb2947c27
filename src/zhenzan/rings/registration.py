"""Witness on accounts' birthdays: were the members registered together?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.arrays import column
from zhenzan.rings.witnesses import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from zhenzan.engines.base import Engine

    Floats = npt.NDArray[np.float64]

MOST_COHORT_BITS = 4.0
NEAR = 0.005
"""Two accounts are of one cohort if fewer than one in 200 others registered between them."""
FEWEST_MEMBERS = 8

BIRTHDAYS = """
SELECT account, created_at FROM accounts_in WHERE created_at IS NOT NULL
AND account IN (SELECT account FROM account_activity) ORDER BY created_at, account
"""
MEMBERS = "SELECT ring, account FROM group_members ORDER BY ring, account"


def hear_cohorts(engine: Engine) -> Iterator[tuple[int, Witness]]:
    """Do more pairs of members have neighbouring birthdays than pairs of accounts do?

    Birthdays are ranked among accounts in no ring, so that a platform's good months are no
    evidence. The lift of near pairs over that among these accounts is what counts, so that neither
    is a date that many accounts were given; newcomers of one campaign or one school year double
    it.

    Args:
        engine: Holds ``group_members`` and ``accounts_in``.
    """
    born = engine.query(BIRTHDAYS)
    account, created = column(born, "account"), column(born, "created_at")
    members = engine.query(MEMBERS)
    ring, member = column(members, "ring"), column(members, "account")
    others = created[~np.isin(account, member)]
    if len(others) < 1.0 / NEAR:
        return
    known = np.isin(member, account)
    ring, member = ring[known], member[known]
    order = np.argsort(account)
    birthday = created[order][np.searchsorted(account[order], member)]
    rank = np.searchsorted(others, birthday) / len(others)
    usual = _near_pairs(np.searchsorted(others, others) / len(others))
    usual /= len(others) * (len(others) - 1) / 2.0
    for number in np.unique(ring).tolist():
        ranks = np.sort(rank[slice(*np.searchsorted(ring, [number, number + 1]))])
        if len(ranks) >= FEWEST_MEMBERS:
            yield number, cohort(ranks, usual)


def cohort(ranks: Floats, usual: float) -> Witness:
    """Weigh how many pairs of members lie within ``NEAR`` of each other.

    Args:
        ranks: Of the members' birthdays, ascending, 0-1.
        usual: Share of near pairs among accounts in no ring.
    """
    n = len(ranks)
    # One pseudo-count each, so that few pairs say little.
    lift = (_near_pairs(ranks) + 1.0) / (usual * n * (n - 1) / 2.0 + 1.0)
    bits = float(np.clip(2.0 * (np.log2(lift) - 1.0), 0.0, MOST_COHORT_BITS))
    return Witness("ring_cohort", bits, {"times": lift, "members": n})


def _near_pairs(ranks: Floats) -> float:
    after = np.searchsorted(ranks, ranks + NEAR, side="right") - np.arange(len(ranks)) - 1
    return float(after.sum())
