"""Whether a like counts, is held until the next scan, or is discounted, and a coarse reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from zhenzan.model import EVENT_TYPES, Verdict
from zhenzan.serve.events.store import UNTYPED
from zhenzan.serve.live.standing import NO_RINGS, Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pyarrow as pa

    from zhenzan.serve.live.counters import Counters, Thresholds


class Decision(StrEnum):
    """What to do with a like at once."""

    COUNT = "count"
    HOLD = "hold"
    """Do not show it in the count until a scan has judged it."""
    DISCOUNT = "discount"


class Reason(StrEnum):
    """Why a like does not count: coarse enough to teach an adversary nothing."""

    NONE = ""
    ACCOUNT = "account"
    """By what the newest scan says of the account."""
    GROUP = "group"
    """By what the newest scan says of a group that the account is of and the content is hit by."""
    RATE = "rate"
    """More likes in the last hours than honest accounts, devices, addresses or contents have."""


@dataclass(frozen=True)
class Decided:
    """The decisions on the likes among some rows.

    Attributes:
        places: Shape (likes,): where among the rows, ascending.
        event_ids: Their identifiers.
        decisions: What to do.
        reasons: Why.
    """

    places: npt.NDArray[np.int64]
    event_ids: Sequence[str]
    decisions: Sequence[str]
    reasons: Sequence[str]

    def columns(self) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
        """Identifiers, decisions and reasons."""
        return self.event_ids, self.decisions, self.reasons


class LiveDecisions:
    """Decides on likes as they come.

    A like is discounted only by what a scan found, with the budget for false verdicts that a scan
    keeps; counters can only have it held.

    Args:
        endorsement: The event types that are judged.
        counters: The counters.

    Attributes:
        standing: What the newest scan says; replaced as a whole.
        thresholds: The newest scan's thresholds for the counters; replaced as a whole.
    """

    def __init__(self, endorsement: Sequence[str], counters: Counters) -> None:
        self._judged = [EVENT_TYPES.index(word) for word in endorsement]
        self._like = EVENT_TYPES.index("like") in self._judged
        self._counters = counters
        self.standing = Standing()
        self.thresholds: Thresholds | None = None

    def decide(self, rows: pa.Table, new: npt.NDArray[np.bool_], now_us: int) -> Decided:
        """Decide on the likes among checked rows.

        Args:
            rows: Checked rows of events.
            new: Shape (rows,): whether the row is no repeat; a repeat is not counted again.
            now_us: µs since 1970.
        """
        places = self._likes(rows)
        likes = rows.select(["event_id", "ts", "account_id", "content_id", "device", "ip"]).take(
            places
        )
        above = self._counters.add(likes, new[places], now_us, self.thresholds)
        # Nearly all likes are by accounts that the scan had nothing to say of: they cost a look.
        decisions = np.where(above, Decision.HOLD.value, Decision.COUNT.value).tolist()
        reasons = np.where(above, Reason.RATE.value, Reason.NONE.value).tolist()
        standing = self.standing
        accounts = likes.column("account_id").to_pylist()
        known = np.flatnonzero(np.fromiter(map(standing.knows, accounts), np.bool_, len(accounts)))
        contents = likes.column("content_id").take(known).to_pylist()
        for place, content in zip(known.tolist(), contents, strict=True):
            decision, reason = _by_standing(standing, accounts[place], content)
            if decision is not Decision.COUNT:
                decisions[place], reasons[place] = decision.value, reason.value
        return Decided(places, likes.column("event_id").to_pylist(), decisions, reasons)

    def _likes(self, rows: pa.Table) -> npt.NDArray[np.int64]:
        kinds = rows.column("event_type").fill_null(-1).to_numpy()
        judged = np.isin(kinds, self._judged)
        if self._like:  # Rows of a request without any type are likes.
            judged |= (kinds == -1) & (rows.column("file").to_numpy() == UNTYPED)
        judged &= pc.is_null(rows.column("reason")).to_numpy()
        return np.flatnonzero(judged)


def _by_standing(standing: Standing, account: str, content: str) -> tuple[Decision, Reason]:
    verdict = standing.accounts.get(account)
    if verdict == Verdict.FAKE:
        return Decision.DISCOUNT, Reason.ACCOUNT
    rings = standing.members.get(account, NO_RINGS) & standing.targets.get(content, NO_RINGS)
    if rings:
        established = not standing.established.isdisjoint(rings)
        return (Decision.DISCOUNT if established else Decision.HOLD), Reason.GROUP
    if verdict is not None:
        return Decision.HOLD, Reason.ACCOUNT
    return Decision.COUNT, Reason.NONE
