"""Groups of fewer than ten stay hidden, and so does what would give them away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FEWEST = 10
"""So many accounts or likes make a group that may be told of; of fewer, somebody might be known."""


def is_small(count: float) -> bool:
    """Whether a group must not be told of: it has somebody in it, and fewer than ten."""
    return 0 < count < FEWEST


def told(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts of groups that together are a known whole, None for those that stay hidden.

    Beside small groups, others are hidden until what is left of the whole is no small group and
    not of a single one: else a subtraction would tell it. The smallest go first.

    Args:
        counts: How many are in each group.
    """
    shown: dict[str, int | None] = dict(counts)
    hidden = [name for name, count in counts.items() if is_small(count)]
    waiting = sorted((count, name) for name, count in counts.items() if count >= FEWEST)
    while hidden and waiting and (len(hidden) < 2 or is_small(sum(counts[n] for n in hidden))):
        hidden.append(waiting.pop(0)[1])
    for name in hidden:
        shown[name] = None
    return shown


@dataclass(frozen=True)
class Part:
    """A part of a known whole, as far as it may be told.

    Attributes:
        count: The part; None if it stays hidden.
        few: It is hidden since it has fewer than ten in it; else since all but fewer than ten are.
        whole: The whole.
    """

    count: int | None
    few: bool
    whole: int


def part_of(count: int, whole: int) -> Part:
    """A part beside its whole: hidden where it, or what is left of the whole, is small."""
    if is_small(count) or is_small(whole - count):
        return Part(None, is_small(count), whole)
    return Part(count, few=False, whole=whole)


def gathered(hours: Iterable[tuple[int, int]]) -> Sequence[int]:
    """Fake likes hour by hour, held back until they may be told.

    Args:
        hours: Likes, and those of them that are called fake, in the order of time.

    Returns:
        For each of them the fake likes to draw there: those since the last ones drawn, once ten
        have gathered and the other likes since then are none or ten as well. What never gathers
        is not drawn.
    """
    drawn = []
    likes = fake = 0
    for all_of_hour, fake_of_hour in hours:
        likes, fake = likes + all_of_hour, fake + fake_of_hour
        if fake and not is_small(fake) and not is_small(likes - fake):
            drawn.append(fake)
            likes = fake = 0
        else:
            drawn.append(0)
            if not fake:
                likes = 0
    return drawn
