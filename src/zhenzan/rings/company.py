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
from zhenzan.rings.groups import LEAST_MEMBER_BITS, Group, looked_up
from zhenzan.rings.homes import HOME, ROOTLESS, STAYS, UNKNOWN
from zhenzan.rings.recruits import Recruits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    full = {number: rings[number] for number in sellers}
    beside = {}
    recruits = Recruits(everything, full, FAR)
    outside = np.ones(everything.accounts)
    for _ in range(ROUNDS if sellers else 0):
        numbers = np.repeat(sellers, [len(ring.members) for ring in full.values()])
        members = np.concatenate([ring.members for ring in full.values()])
        engine.register("bought_members", pa.table({"ring": numbers, "account": members}))
        outside[members] = 0.0
        log = _Company.read(engine, stay, outside)
        usual = {n: log.bits(log.cells(n), ring.members) for n, ring in full.items()}
        company = {number: of_cell for number, (of_cell, _) in usual.items()}
        odds = recruits.odds(full, log.cells, company, outside)
        where, outside = _sent(odds, outside)
        for number in sellers:
            cell = log.cells(number)
            of_members = company[number][cell[rings[number].members]]
            joining = np.flatnonzero(where == number)
            full[number] = _with(rings[number], full[number], joining, odds[number], of_members)
            beside[number] = usual[number][1][cell[full[number].members]]
    return [
        (full[number], beside[number]) if number in full else (ring, np.zeros(len(ring.members)))
        for number, ring in enumerate(rings)
    ]


def _sent(odds: Mapping[int, tuple[Ints, Floats]], outside: Floats) -> tuple[Ints, Floats]:
    """Of each account code, which ring it joins, -1 for none; and how surely it is in none.

    Who probably is a member hardly counts among the others that members are compared with.
    """
    likeliest = np.full(len(outside), -np.inf)
    where = np.full(len(outside), -1)
    for number, (account, of_each) in odds.items():
        better = (of_each > likeliest[account]) & (outside[account] > 0.0)
        likeliest[account[better]], where[account[better]] = of_each[better], number
    where[likeliest <= LEAST_MEMBER_BITS] = -1
    return where, 1.0 / (1.0 + np.exp2(likeliest))


def _with(
    known: Group, ring: Group, recruits: Ints, odds: tuple[Ints, Floats], company: Floats
) -> Group:
    """The ring with its recruits; how surely known members belong, by their company as well."""
    belonging = ring.belonging.copy()
    at_first = np.isin(ring.members, known.members)
    belonging[at_first] = known.belonging + company
    members = np.concatenate([ring.members, recruits])
    order = np.argsort(members)
    members = members[order]
    belonging = np.concatenate([belonging, np.full(len(recruits), -np.inf)])[order]
    return Group(members, ring.targets, np.maximum(belonging, looked_up(members, *odds, -np.inf)))


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
