"""Are a bought ring's members people? What an account made for orders likes besides is cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.rings.explained import PROVEN_BITS
from zhenzan.rings.homes import HOME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenzan.rings.groups import Floats, Ints
    from zhenzan.rings.witnesses import Witness

STAGED_COHORT_BITS = 1.0
"""What is said of nearly every ring, that a few members are of an age, is not said."""


def staged(members: Ints, heard: Sequence[Witness], stay: Ints) -> Floats:
    """Log2 odds that each member of a bought ring is no person, from even odds.

    What the other witnesses say is about the errands: people who lend their accounts run the same
    ones. But they registered at any time, come home, and have a life. That they like little else
    may be because the busy ones are harder to find, so one of the former has to speak as well. Who
    comes home does not share the habit of those who do not.

    Args:
        members: Account codes.
        heard: All witnesses on their group.
        stay: Per account code, whether it has a home.
    """
    bits = {w.reason_code: w.bits for w in heard}
    cohort, dedicated = bits.get("ring_cohort", 0.0), bits.get("ring_dedicated", 0.0)
    away = bits.get("ring_rootless", 0.0)
    of_home = cohort + dedicated if cohort >= STAGED_COHORT_BITS else 0.0
    of_others = cohort + dedicated + away if away >= PROVEN_BITS else of_home + away
    return np.where(stay[members] == HOME, of_home, of_others)


def beside_members(members: Ints, heard: Sequence[Witness], stay: Ints, beside: Floats) -> Floats:
    """What to add to these odds for the neighbours that each member has.

    Accounts that are lent out have the neighbours that everybody has. A hijacked one shares
    addresses with the others, and has its owner's home: only where a ring's accounts are rootless,
    and this one is not at home anywhere, do neighbours say that it is no person.

    Args:
        members: Account codes.
        heard: All witnesses on their ring.
        stay: Per account code, whether it has a home.
        beside: Per member, how much more usual its neighbours are among members, log2.
    """
    away = max((w.bits for w in heard if w.reason_code == "ring_rootless"), default=0.0)
    return np.where((away >= PROVEN_BITS) & (stay[members] != HOME), beside, 0.0)
