"""What a user may choose for a simulated world."""

from __future__ import annotations

from dataclasses import dataclass

from zhenzan.errors import CallError

ALL_MODES = (
    "farm",
    "api",
    "hired",
    "mutual",
    "exchange",
    "panel",
    "matrix",
    "package",
    "throwaway",
    "hijacked",
)
"""Ways to fake a like; the word in ``truth/likes.mode``. Position = the code in a row."""

ALL_CROWDS = (
    "fans",
    "niche",
    "push",
    "viral",
    "giveaway",
    "campus",
    "family",
    "scheduled",
    "heavy",
    "scrollers",
    "friends",
    "colleagues",
    "news",
    "livestream",
    "critics",
    "carrier",
    "lossy",
)
"""Honest crowds that look like fakes; the word in ``truth/accounts.hard``."""

MINIMUM_ACCOUNTS = 100
MAXIMUM_ACCOUNTS = 50_000_000
MAXIMUM_DAYS = 365
MAXIMUM_SHARE = 0.9
SKILL_NAMES = ("clumsy", "ordinary", "evasive")


@dataclass(frozen=True)
class WorldSettings:
    """Choices for one simulated world.

    Attributes:
        accounts: Honest accounts; the sellers' own accounts come on top.
        days: Length of the log, days.
        skill: How well the sellers hide: 0 clumsy, 1 what an ordinary paid service does, 2 evasive.
        fraud: Share of all likes that are fake, 0–0.9; 0 is a world in which nothing is bought.
        modes: Ways to fake that are on sale, from ``ALL_MODES``.
        crowds: Honest crowds that are present, from ``ALL_CROWDS``.
        events: Number of events to aim at; None lets the world's own activity decide.
        sellers: Sellers a mode; None lets the amount to be sold decide.
        seed: Which world. Each seed draws other parameters, not only other dice.
    """

    accounts: int = 20_000
    days: int = 30
    skill: int = 1
    fraud: float = 0.12
    modes: tuple[str, ...] = ALL_MODES
    crowds: tuple[str, ...] = ALL_CROWDS
    events: int | None = None
    sellers: int | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        _known(self.modes, ALL_MODES, "way to fake a like")
        _known(self.crowds, ALL_CROWDS, "honest crowd")
        _within("accounts", self.accounts, MINIMUM_ACCOUNTS, MAXIMUM_ACCOUNTS)
        _within("days", self.days, 1, MAXIMUM_DAYS)
        _within("skill", self.skill, 0, len(SKILL_NAMES) - 1)
        _within("share of fake likes", self.fraud, 0, MAXIMUM_SHARE)
        _within("seed", self.seed, 0, 2**63 - 1)
        if self.events is not None:
            _within("events", self.events, self.accounts // 2, 100_000 * self.accounts)
        if self.sellers is not None:
            _within("sellers", self.sellers, 1, 10_000)


def _known(words: tuple[str, ...], all_words: tuple[str, ...], what: str) -> None:
    unknown = [word for word in words if word not in all_words]
    if unknown:
        raise CallError(f"'{unknown[0]}' is no {what}.", f"Choose from {', '.join(all_words)}.")


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise CallError(
            f"The number of {name} cannot be {value}."
            if isinstance(value, int)
            else f"The {name} cannot be {value}.",
            f"Give a value from {low:,} to {high:,}.",
        )


def demo_settings() -> WorldSettings:
    """The small world of ``zhenzan demo``.

    One emulator farm, one API script, one dripped panel and one mutual group, beside a fan club
    and a campus of honest people.
    """
    return WorldSettings(
        accounts=4_000,
        days=14,
        skill=0,
        fraud=0.15,
        modes=("farm", "api", "mutual", "panel"),
        crowds=("fans", "campus"),
        events=400_000,
        sellers=1,
        seed=7,
    )
