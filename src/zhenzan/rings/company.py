"""Accounts that keep a bought ring's company: too few orders each to be seen by what they choose.

A large pool spreads its orders, so that many of its accounts fill one or two. But they live as its
members do: behind addresses that rotate from one of its accounts to the next, and home at none.
What is usual for members, and for everybody else, is read from the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from zhenzan.arrays import column
from zhenzan.model import MOST_USERS
from zhenzan.rings.groups import LEAST_MEMBER_BITS, Group
from zhenzan.rings.homes import HOME, ROOTLESS, STAYS, UNKNOWN
from zhenzan.rings.recruits import Recruits

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from zhenzan.engines.base import Engine
    from zhenzan.rings.choices import Choices
    from zhenzan.rings.groups import Floats, Ints

NEARS = 7
"""Neighbours are counted by doublings: none, 1, 2–3, 4–7 … 32 and more. A flat has a few; what
shares the addresses of dozens of members is behind them."""
FAR = np.arange(STAYS * NEARS) % NEARS == 0
"""The cells of who shares no address with a member."""
MOST_COMPANY_BITS = 10.0
ROUNDS = 3
"""Recruits have neighbours of their own."""

NEIGHBOURS = f"""
SELECT m.ring, v.account, count(DISTINCT m.account) AS neighbours
FROM bought_members m
JOIN account_visits w ON w.account = m.account
JOIN (
    SELECT ip FROM account_visits GROUP BY ip HAVING count(*) BETWEEN 2 AND {MOST_USERS}
) s ON s.ip = w.ip
JOIN account_visits v ON v.ip = w.ip
WHERE v.account <> m.account
GROUP BY m.ring, v.account ORDER BY m.ring, v.account
"""


def extended(
    engine: Engine,
    everything: Choices,
    rings: Sequence[Group],
    bought: npt.NDArray[np.bool_],
    stay: Ints,
) -> list[tuple[Group, Floats]]:
    """The rings, those that are surely bought with the accounts that keep their company.

    Whoever hits one of its customers joins a ring as surely as there are more who do among its
    neighbours than honest people explain. How surely known members belong is corrected by how much
    more usual their company is among members than among everybody else (addresses in common with
    members, jointly with whether they have a home), and is at least what it would be of a recruit.
    Who probably is a member counts little among everybody else.

    Args:
        engine: Holds ``account_visits``.
        everything: Who chose what.
        rings: Any.
        bought: Which of them surely sell.
        stay: Per account code, whether it has a home.

    Returns:
        Each ring, and how much more usual than among others it is among members to have as many of
        them for neighbours as each has, given how it stays, log2.
    """
    sellers = np.flatnonzero(bought).tolist()
    cells, company, beside = {}, {}, {}
    full = {number: rings[number] for number in sellers}
    recruits = Recruits(everything, full, FAR)
    outside = np.ones(everything.accounts)
    for _ in range(ROUNDS if sellers else 0):
        numbers = np.repeat(sellers, [len(ring.members) for ring in full.values()])
        members = np.concatenate([ring.members for ring in full.values()])
        engine.register("bought_members", pa.table({"ring": numbers, "account": members}))
        inside = np.zeros(everything.accounts, bool)
        inside[members] = True
        log = _Company.read(engine, stay, np.where(inside, 0.0, outside))
        for number in sellers:
            cells[number] = log.cells(number)
            company[number], beside[number] = log.bits(cells[number], full[number].members)
        odds = recruits.odds(full, cells, company, log.outside)
        likeliest = np.full(everything.accounts, -np.inf)
        best = np.full(everything.accounts, LEAST_MEMBER_BITS)
        where = np.full(everything.accounts, -1)
        for number in sellers:
            of_others = np.where(inside, -np.inf, odds[number])
            likeliest = np.maximum(likeliest, of_others)
            better = of_others > best
            best[better], where[better] = of_others[better], number
        full = {
            number: _with(
                rings[number],
                full[number],
                np.flatnonzero(where == number),
                odds[number],
                company[number][cells[number]],
            )
            for number in sellers
        }
        # Who is probably a member hardly counts among the others that members are compared with.
        outside = 1.0 / (1.0 + np.exp2(likeliest))
    return [
        (full[number], beside[number][cells[number][full[number].members]])
        if number in full
        else (ring, np.zeros(len(ring.members)))
        for number, ring in enumerate(rings)
    ]


def _with(known: Group, ring: Group, recruits: Ints, odds: Floats, company: Floats) -> Group:
    """The ring with its recruits; how surely known members belong, by their company as well."""
    belonging = ring.belonging.copy()
    at_first = np.isin(ring.members, known.members)
    belonging[at_first] = known.belonging + company[known.members]
    members = np.concatenate([ring.members, recruits])
    belonging = np.maximum(np.concatenate([belonging, odds[recruits]]), odds[members])
    order = np.argsort(members)
    return Group(members[order], ring.targets, belonging[order])


@dataclass(frozen=True)
class _Company:
    """Where accounts stay, and with which members of which ring.

    Attributes:
        stay: Per account code, one of ``STAYS``.
        outside: Per account code, how surely it is in no bought ring, 0–1.
        ring: Ring of each meeting, ascending.
        account: Who shares addresses with members of it.
        neighbours: With how many.
    """

    stay: Ints
    outside: Floats
    ring: Ints
    account: Ints
    neighbours: Ints

    @classmethod
    def read(cls, engine: Engine, stay: Ints, outside: Floats) -> _Company:
        """Read who is whose neighbour."""
        meetings = engine.query(NEIGHBOURS)
        return cls(stay, outside, *(column(meetings, name) for name in meetings.column_names))

    def cells(self, ring: int) -> Ints:
        """Per account code, how it stays and how many of a ring's members are its neighbours."""
        rows = slice(*np.searchsorted(self.ring, [ring, ring + 1]))
        near = np.zeros(len(self.stay), np.int64)
        _, doublings = np.frexp(self.neighbours[rows].astype(np.float64))
        near[self.account[rows]] = np.minimum(doublings, NEARS - 1)
        return self.stay * NEARS + near

    def bits(self, cell: Ints, members: Ints) -> tuple[Floats, Floats]:
        """How much more usual the company of each cell is among members than among others, log2.

        How seldom an account was seen is no company: orders were found by that, too.

        Args:
            cell: See ``cells``.
            members: The ring's.

        Returns:
            Per cell: whether one has a home and how many neighbours, given whether the former is
            known; and the latter given the former.
        """
        others = _counts(cell, self.outside) + 1.0
        usual = others / others.sum()
        # Few members say little: they borrow one of everybody's.
        here = (_counts(cell[members], np.ones(len(members))) + usual) / (len(members) + 1.0)
        lift, of_stay = np.log2(here / usual), np.log2(here.sum(axis=1) / usual.sum(axis=1))
        known = np.log2(here[[HOME, ROOTLESS]].sum() / usual[[HOME, ROOTLESS]].sum())
        of_known = np.where(np.arange(STAYS) == UNKNOWN, of_stay, known)
        most = MOST_COMPANY_BITS
        company = np.clip(lift - of_known[:, None], -most, most)
        beside = np.clip(lift - of_stay[:, None], -most, most)
        return company.ravel(), beside.ravel()


def _counts(cell: Ints, each: Floats) -> Floats:
    """How many accounts, each counted as said, stay in which way with how many neighbours."""
    return np.bincount(cell, each, STAYS * NEARS).reshape(STAYS, NEARS).astype(np.float64)
