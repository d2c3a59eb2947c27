"""Where accounts live: do they come back to any address? And the witness on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.arrays import column
from zhenzan.rings.habits import GROUP_SPREAD
from zhenzan.rings.witnesses import Witness
from zhenzan.weights import rate_bits

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from zhenzan.engines.base import Engine

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

MOST_ROOTLESS_BITS = 5.0
"""A region whose phones get a new address each day has no homes either."""
FEWEST_VISITS = 3
"""Who was there twice could hardly come back."""
EDGES = np.array([4, 5, 7, 10, 15, 25])
"""Accounts are compared with others of about as many visits: the oftener one comes, the likelier
one comes back."""
ROOTLESS_SHARE = (9.0, 1.0)
"""Beta shapes of the share of members without a home where addresses rotate."""
STAYS = 3
UNKNOWN, HOME, ROOTLESS = range(STAYS)
"""How an account stays: too seldom seen to tell; comes back to an address; never does."""

HOMES = "SELECT account, visits, addresses FROM account_homes ORDER BY account"
MEMBER_HOMES = """
SELECT m.ring, h.visits, h.addresses
FROM account_homes h JOIN group_members m ON m.account = h.account ORDER BY m.ring, h.account
"""
OUTSIDER_HOMES = """
SELECT visits, addresses FROM account_homes WHERE account NOT IN (SELECT account FROM group_members)
"""


def stays(engine: Engine, present: frozenset[str], accounts: int) -> Ints:
    """How each account stays: ``UNKNOWN``, ``HOME`` or ``ROOTLESS``, per account code.

    Args:
        engine: Holds ``account_homes``, if the log has addresses.
        present: What the log holds.
        accounts: How many account codes there are.
    """
    if "ip" not in present:
        return np.full(accounts, UNKNOWN)
    homes = engine.query(HOMES)
    account, visits, addresses = (column(homes, name) for name in homes.column_names)
    stay = np.full(accounts, UNKNOWN)
    stay[account[visits >= FEWEST_VISITS]] = ROOTLESS
    stay[account[addresses < visits]] = HOME
    return stay


def hear_homes(engine: Engine) -> Iterator[tuple[int, Witness]]:
    """Have more members no address to which they come back than others who come as often?

    A visit is an address on a day. Phones roam, and come home; accounts behind rotating proxies
    have a new address each time, since one of its own for each account is what they cost.

    Args:
        engine: Holds ``group_members`` and ``account_homes``.
    """
    outsiders, members = engine.query(OUTSIDER_HOMES), engine.query(MEMBER_HOMES)
    usual = _usual(column(outsiders, "visits"), column(outsiders, "addresses"))
    ring, visits, addresses = (column(members, name) for name in members.column_names)
    known = visits >= FEWEST_VISITS
    ring, visits, addresses = ring[known], visits[known], addresses[known]
    expected = usual[np.searchsorted(EDGES, visits, side="right")]
    for number in np.unique(ring).tolist():
        rows = slice(*np.searchsorted(ring, [number, number + 1]))
        yield number, rootless(addresses[rows] == visits[rows], expected[rows])


def rootless(without: npt.NDArray[np.bool_], expected: Floats) -> Witness:
    """Weigh how many members come back to no address.

    Args:
        without: Per member with enough visits, whether it never came back; one or more.
        expected: Per member, the share of others with about as many visits who never did, 0–1.
    """
    members, hits = len(without), int(without.sum())
    mean = float(np.clip(expected.mean(), 0.01, 0.99))
    bits = float(rate_bits(hits, members, mean, GROUP_SPREAD, ROOTLESS_SHARE))
    facts: dict[str, float | int] = {
        "percent": 100.0 * hits / members,
        "usual_percent": 100.0 * mean,
        "members": members,
    }
    # A careful seller rents an address for each account: that members come home says nothing.
    return Witness("ring_rootless", float(np.clip(bits, 0.0, MOST_ROOTLESS_BITS)), facts)


def _usual(visits: Ints, addresses: Ints) -> Floats:
    """Share of accounts outside rings that never come back, by class of visits."""
    known = visits >= FEWEST_VISITS
    of_class = np.searchsorted(EDGES, visits[known], side="right")
    size = len(EDGES) + 1
    never = np.bincount(of_class, (addresses == visits)[known], size)
    # One pseudo-count each: a class that nobody is in says nothing.
    return np.asarray((never + 1.0) / (np.bincount(of_class, minlength=size) + 2.0))
