"""What a policy would do to each account it matches, given what the ledger holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.enforcement.guards import CapCounter
from zhenzan.enforcement.ladder import POINT_MILLI, Rung, height, rung_for
from zhenzan.enforcement.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhenzan.enforcement.hits import Hit, Matched
    from zhenzan.enforcement.policy import Policy
    from zhenzan.ledger import Transaction


@dataclass(frozen=True)
class Planned:
    """What is planned for one account.

    Attributes:
        hit: The account.
        rung: The step; None if it is passed over.
        why: Why it is passed over; empty if it is not.
        points_milli: Its points, earlier ones included, thousandths.
    """

    hit: Hit
    rung: Rung | None
    why: str
    points_milli: int


def plan(
    tx: Transaction | None,
    policy: Policy,
    matched: Matched,
    within: Callable[[Hit], bool] = bool,
) -> Iterator[Planned]:
    """Plan for every account that is matched, the surest first.

    Caps count what is planned, also severe steps, which only become cases: a queue can be flooded
    too.

    Args:
        tx: The transaction; None if there is no ledger yet.
        policy: The policy.
        matched: What it matches.
        within: Whether the version applies to an account.
    """
    caps, standing = CapCounter(tx, policy), Standing(tx, policy)
    accounts = (hit.account_id for hit in matched.hits)
    subjects = tx.find_subjects("account", accounts) if tx else {}
    for hit in matched.hits:
        if not within(hit):
            yield Planned(hit, None, "outside the canary", 0)
            continue
        known = subjects.get(hit.account_id)
        points = hit.rule.severity * POINT_MILLI + standing.points_milli(known)
        rung = rung_for(policy.ladder, points, min(hit.highest, height(hit.rule.at_most)))
        why = standing.why_pass(known, hit.evidence_until_us)
        if not why and rung is None:
            why = "no step of the ladder is mild enough"
        if not why and (full := caps.full(hit.cohort)):
            why = f"cap {full}"
        if why:
            yield Planned(hit, None, why, points)
            continue
        caps.count(hit.cohort)
        yield Planned(hit, rung, "", points)
