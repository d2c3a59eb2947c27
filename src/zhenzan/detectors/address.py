"""Accounts that share an address and also choose the same contents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from zhenzan.detectors.base import Detector, Findings
from zhenzan.detectors.examples import Example, Row, honest_log, like
from zhenzan.detectors.sharing import likeness, read_visits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenzan.engines.base import Engine

MOST_BITS = 2.0
"""Neighbours of all kinds choose alike for reasons of their own."""
BITS_PER_PARTNER = 0.5
"""A household shares an address as well as a tablet: what the device says is not said twice."""


def behind_one_address(people: int) -> tuple[Row, ...]:
    """The honest log with its first ``people`` behind one address."""
    return tuple(
        replace(row, ip="10.99.0.1") if int(row.account_id[1:]) < people else row
        for row in honest_log()
    )


class Address(Detector):
    """Accounts behind one address that like the same authors' same contents.

    Catches: farms and scripts behind few addresses that work one list.
    Misses: residential proxies, a new address per like; accounts that liked fewer than three
    authors through the address.
    How an adversary adapts: more addresses, at their price.
    Honest crowds that look the same: a campus, a lecture hall, an office, a carrier's NAT, a
    household. What is popular while they are there is expected of them; authors are counted, so
    that one post is one coincidence; and the weight is half a bit per account in agreement and
    two bits at most.
    Reads: firsts, content_activity.
    Evidence: accounts behind the address, how many of them choose alike, authors in common, and
    how many the popularity of the contents and the taste of households predict.
    Reference: carrier-grade NAT is the rule on mobile networks, Richter et al. (IMC 2016);
    beta-binomial rates, Kleinman, JASA 68 (1973).
    """

    id: ClassVar[str] = "address"
    version: ClassVar[int] = 1
    needs: ClassVar[frozenset[str]] = frozenset({"ip"})
    reason_codes: ClassVar[tuple[str, ...]] = ("account_shared_address",)

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "one server",
            "thirty accounts behind one rented server work the same list of twenty contents",
            (
                *honest_log(),
                *(
                    like(f"s{bot}", f"job{order}", 50_000 * order + 90 * bot, ip="10.250.0.9")
                    for bot in range(30)
                    for order in range(20)
                ),
            ),
            fires=frozenset(f"s{bot}" for bot in range(30)),
        ),
        Example(
            "lecture hall",
            "sixty students behind one address like the same post in the same hour",
            (
                *behind_one_address(60),
                *(like(f"p{who}", "hall", 400_000 + 7 * who, ip="10.99.0.1") for who in range(60)),
            ),
        ),
        Example(
            "carrier",
            "all of the log's people come through one carrier's address",
            behind_one_address(120),
        ),
    )

    def find(self, engine: Engine) -> Iterator[Findings]:
        """Weigh what each account has in common with those behind the same addresses."""
        visits = read_visits(engine, "ip")
        accounts, unit = np.unique(visits.account, return_inverse=True)
        found = likeness(visits, unit)
        bits = np.minimum(found.bits, np.minimum(found.partners * BITS_PER_PARTNER, MOST_BITS))
        yield found.findings("account_shared_address", accounts, bits)
