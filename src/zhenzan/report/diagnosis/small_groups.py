"""Groups of fewer than ten stay hidden, and so does what would give them away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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


@dataclass
class Stretch:
    """Steps of time that are told of together, since one alone has too few in it.

    Attributes:
        steps: Likes in each step.
        fake: Of all these likes, those called fake.
    """

    steps: list[int]
    fake: int

    @property
    def may_be_told(self) -> bool:
        """Whether neither its fake likes nor its others are a small group."""
        return not self.fake or not (is_small(self.fake) or is_small(sum(self.steps) - self.fake))

    def join(self, other: Stretch) -> None:
        """Take in what comes after."""
        self.steps += other.steps
        self.fake += other.fake


def stretches(steps: Iterable[tuple[int, int]]) -> list[Stretch]:
    """Steps of time put together until each stretch may be told.

    Args:
        steps: Likes, and those of them that are called fake, in the order of time.

    Returns:
        All steps in their order; the only stretch that may not be told is one of all of them.
    """
    found: list[Stretch] = []
    for likes, fake in steps:
        step = Stretch([likes], fake)
        if found and not found[-1].may_be_told:
            found[-1].join(step)
        else:
            found.append(step)
    while len(found) > 1 and not found[-1].may_be_told:
        last = found.pop()
        found[-1].join(last)
    return found


def dealt_out(steps: Iterable[tuple[int, int]]) -> tuple[float, ...]:
    """Fake likes step by step as far as they may be told: those of a stretch in equal shares.

    Args:
        steps: As for ``stretches``.

    Returns:
        For each step, the share of its stretch's fake likes that its likes are of all the
        stretch's; nothing where the whole may not be told.
    """
    drawn: list[float] = []
    for stretch in stretches(steps):
        share = stretch.fake / max(sum(stretch.steps), 1) if stretch.may_be_told else 0.0
        drawn += [round(likes * share, 1) for likes in stretch.steps]
    return tuple(drawn)
