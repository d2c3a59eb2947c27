"""Arrays of one length side by side: the rows that a world is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
NONE = -1
"""Stands for null in an integer column."""

EVENT_WORDS = ("view", "like", "unlike", "comment", "share", "favorite", "follow")
VIEW, LIKE, UNLIKE, COMMENT, SHARE, FAVORITE, FOLLOW = range(len(EVENT_WORDS))
SOURCE_WORDS = ("recommend", "follow", "search", "profile", "share", "push", "direct")
RECOMMEND, FROM_FOLLOW, SEARCH, PROFILE, FROM_SHARE, PUSH, DIRECT = range(len(SOURCE_WORDS))


class Columns:
    """Base of dataclasses whose fields are arrays with one entry a row."""

    def __len__(self) -> int:
        return len(next(iter(vars(self).values())))

    def take(self, rows: Ints | Flags | slice) -> Self:
        """The given rows: positions, a mask or a slice."""
        return type(self)(**{name: column[rows] for name, column in vars(self).items()})

    @classmethod
    def concat(cls, parts: Sequence[Self]) -> Self:
        """All rows of the parts, one part after the other. At least one part."""
        if len(parts) == 1:
            return parts[0]
        names = list(vars(parts[0]))
        return cls(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})


@dataclass
class Rows(Columns):
    """Events. ``-1`` (``nan`` for progress) is null.

    Attributes:
        ts: µs since 1970, UTC.
        kind: Position in ``EVENT_WORDS``.
        account: Index of the account.
        content: Index of the content.
        device: Device code.
        ip: IPv4 address as a number.
        session: Session code.
        watch_ms: On a view, ms.
        progress: On a view, 0–1.
        source: Position in ``SOURCE_WORDS``.
        text: Position in the world's text bank.
        mode: Position in ``ALL_MODES`` of a fake act; -1 for a genuine one.
        campaign: Campaign number of a bought act.
    """

    ts: Ints
    kind: Ints
    account: Ints
    content: Ints
    device: Ints
    ip: Ints
    session: Ints
    watch_ms: Ints
    progress: Reals
    source: Ints
    text: Ints
    mode: Ints
    campaign: Ints


@dataclass
class Sessions(Columns):
    """Visits of accounts, before it is known what they will see.

    Attributes:
        account: Index of the account.
        start: µs since 1970, UTC.
        length: Number of views in it, at least 1.
        device: Device code or -1.
        ip: IPv4 address as a number.
        code: Session code or -1.
    """

    account: Ints
    start: Ints
    length: Ints
    device: Ints
    ip: Ints
    code: Ints


@dataclass
class Tasks(Columns):
    """Contents that a visit is made for, and what is done to them.

    Attributes:
        session: Position of the visit in its ``Sessions``.
        position: Which of the visit's views this is, from 0.
        content: Index of the content.
        source: Position in ``SOURCE_WORDS``.
        watch_ms: Forced length of the view, ms; -1 lets interest decide.
        not_before: First instant at which its view may begin, µs; the visit waits for it.
        viewed: Whether a view is logged at all.
        like: Probability of a like; nan lets interest decide.
        unlike_us: µs after the like at which it is taken back; -1 never.
        text: Comment to leave, position in the text bank; -1 lets interest decide.
        mode: Position in ``ALL_MODES``, or -1 for a genuine act.
        campaign: Campaign number or -1.
    """

    session: Ints
    position: Ints
    content: Ints
    source: Ints
    watch_ms: Ints
    not_before: Ints
    viewed: Flags
    like: Reals
    unlike_us: Ints
    text: Ints
    mode: Ints
    campaign: Ints


def full(n: int, value: int = NONE) -> Ints:
    """An integer column with one value."""
    return np.full(n, value, dtype=np.int64)
