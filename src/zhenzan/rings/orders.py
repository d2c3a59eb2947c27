"""Groups from contents that are sought far more than their peers: orders, and who fills them.

Two accounts of a large pool may share no order, and two orders hardly an account. But a seller
cannot make the feed deliver an order; its accounts seek the content. A content has far more sought
likes than its peers with as many others, and an account that sought several such contents joins
them: one seller's orders and accounts hang together, and apart from another's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from zhenzan.kernels.peers import beside_peers
from zhenzan.rings.groups import LEAST_MEMBER_BITS, Group, communities
from zhenzan.weights import LOG_2, discoveries

if TYPE_CHECKING:
    import numpy.typing as npt

    from zhenzan.rings.choices import Rows

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

FALSE_DISCOVERY_RATE = 0.01
FEWEST_LIKES = 5
"""So many more likes than expected make an order."""
MOST_EXPECTED = 0.5
"""Of an order's sought likes at most so many are to be expected."""
FEWEST_CUSTOMERS, FEWEST_ACCOUNTS = 5, 8
"""Authors of the orders. A class or an office passes on links to its teachers' posts or its own."""
FEWEST_FILLED = 2
"""Who sought posts of one customer may have sought that customer."""
FEWEST_HITS = 3
"""A target is hit by at least so many members."""


def orders(rows: Rows, rest: Rows) -> list[Group]:
    """Sellers by their orders.

    Args:
        rows: All first endorsements, with how the account came there.
        rest: Those of them that were sought and no group explains so far.

    Returns:
        Groups that share no account, with the sought contents that they fill.
    """
    if not len(rest.account):
        return []
    market = _Market(rows, rest)
    odds = np.full(market.accounts, LEAST_MEMBER_BITS)
    seller = np.full(market.accounts, -1)
    found = market.sellers()
    for number, (accounts, contents) in enumerate(found):
        belonging = market.belonging(accounts, contents)
        better = belonging > odds
        odds[better], seller[better] = belonging[better], number
    groups = []
    for number, (_, contents) in enumerate(found):
        members = np.flatnonzero(seller == number)
        targets = contents[market.hits(members)[contents] >= FEWEST_HITS]
        customers = market.customers(targets)
        if len(members) >= FEWEST_ACCOUNTS and customers >= FEWEST_CUSTOMERS:
            groups.append(Group(members, targets, odds[members]))
    return groups


class _Market:
    """Sought likes of contents that have too many of them.

    Args:
        rows: All first endorsements.
        rest: Those that were sought and are unexplained; some.
    """

    def __init__(self, rows: Rows, rest: Rows) -> None:
        self.accounts = int(rows.account.max()) + 1
        contents = int(rows.content.max()) + 1
        count = np.bincount(rest.content, minlength=contents)
        others = np.bincount(rows.content[~rows.sought], minlength=contents)
        liked = np.flatnonzero(count + others)
        expected, log_p = beside_peers(count[liked], np.maximum(others[liked], 1), FEWEST_LIKES)
        ordered = discoveries(log_p, float(len(liked)), FALSE_DISCOVERY_RATE)
        surplus = count[liked] - expected
        ordered &= (surplus >= FEWEST_LIKES) & (expected <= MOST_EXPECTED * count[liked])
        self._surplus, self._expected = np.zeros(contents), np.zeros(contents)
        self._surplus[liked[ordered]] = surplus[ordered]
        # A content that nobody met by chance may still be sought by somebody.
        self._expected[liked[ordered]] = np.maximum(expected[ordered], 0.5)
        self._sought = np.bincount(rest.account, minlength=self.accounts)
        self._honest = len(rest.account) - float(surplus[ordered].sum())
        here = self._surplus[rest.content] > 0.0
        self._account, self._content = rest.account[here], rest.content[here]
        self._author = np.full(contents, -1)
        self._author[rows.content] = rows.author

    def sellers(self) -> list[tuple[Ints, Ints]]:
        """Accounts and contents that hang together by accounts with several orders."""
        filled = np.bincount(self._account, minlength=self.accounts)[self._account]
        joins = filled >= FEWEST_FILLED
        ends = self._account[joins], self.accounts + self._content[joins]
        found = communities(*ends, np.ones(int(joins.sum())))
        split = [(p[p < self.accounts], p[p >= self.accounts] - self.accounts) for p in found]
        return [
            (accounts, contents)
            for accounts, contents in split
            if len(accounts) >= FEWEST_ACCOUNTS and self.customers(contents) >= FEWEST_CUSTOMERS
        ]

    def belonging(self, accounts: Ints, contents: Ints) -> Floats:
        """How surely each account fills the orders of one seller: log2 posterior odds.

        A sought like by a member falls on an order by that order's size; one of anybody else's, by
        what is expected there. A member fills orders with an unknown share of its sought likes
        (uniform, so that the likelihood ratio is a beta integral). The prior is the seller's size.

        Returns:
            Per account code; -inf for those with orders of fewer than two customers.
        """
        of_members = self._surplus[contents] / self._surplus[contents].sum()
        of_others = self._expected[contents] / max(self._honest, 1.0)
        gain = np.zeros(len(self._surplus))
        gain[contents] = np.log2(of_members / of_others)
        here = np.isin(self._content, contents)
        filled = np.bincount(self._account[here], minlength=self.accounts)
        pairs = np.stack([self._account[here], self._author[self._content[here]]])
        customers = np.bincount(np.unique(pairs, axis=1)[0], minlength=self.accounts)
        bits = np.bincount(
            self._account[here], weights=gain[self._content[here]], minlength=self.accounts
        )
        bits += special.betaln(filled + 1, self._sought - filled + 1) / LOG_2
        bits += np.log2(len(accounts) / self.accounts)
        return np.where(customers >= FEWEST_FILLED, bits, -np.inf)

    def customers(self, contents: Ints) -> int:
        """How many authors the contents have."""
        return len(np.unique(self._author[contents]))

    def hits(self, members: Ints) -> Ints:
        """How many of the members sought each content."""
        inside = np.isin(self._account, members)
        return np.bincount(self._content[inside], minlength=len(self._surplus))
