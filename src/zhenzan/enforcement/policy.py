"""A policy: which accounts are acted on, how, for how long, and what stops it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.enforcement.ladder import STEPS, Rung

if TYPE_CHECKING:
    from zhenzan.model import Step


@dataclass(frozen=True)
class Rule:
    """One rule of a policy.

    Attributes:
        id: Its name within the policy.
        on: The table that its condition is about: likes, accounts, contents or rings.
        when: The condition as the policy has it.
        sql: The condition as checked SQL.
        severity: Points that it gives, 1–100.
        at_least: On likes and contents: from so many of an account's likes on.
        at_most: The highest step that it may lead to.
    """

    id: str
    on: str
    when: str
    sql: str
    severity: int
    at_least: int = 1
    at_most: Step = STEPS[-1]


@dataclass(frozen=True)
class Caps:
    """The most that a policy may do, over all of its versions.

    Attributes:
        per_hour: Actions within any hour.
        per_policy: Actions that hold at one time.
        per_cohort: Of these, within one cohort.
        cohort: The column of accounts that tells cohorts apart; accounts without a value are one.
    """

    per_hour: int = 1_000
    per_policy: int = 20_000
    per_cohort: int = 500
    cohort: str = "ring_id"


@dataclass(frozen=True)
class Breaker:
    """What stops a policy until a person resumes it. A hit on a control account always does.

    Attributes:
        most_share: Accounts matched in one run, as a share of those judged.
        most_jump: The same share, in multiples of the median of the runs before.
        most_overturned: Share overturned of what was decided in the last thirty days.
    """

    most_share: float = 0.25
    most_jump: float = 3.0
    most_overturned: float = 0.1


@dataclass(frozen=True)
class Policy:
    """A policy as it was read.

    Attributes:
        name: What its versions have in common.
        rules: In the order of the file; of those that match an account, the severest counts.
        ladder: Steps with the points from which on they are taken, mild to severe.
        half_life_days: Points of earlier actions halve in so many days.
        caps: The most it may do.
        breaker: What stops it.
        sample: Share of actions that a person looks at afterwards, 0–1.
        basis: Language → the rule of the platform, as the person concerned reads it.
        text: The file's text.
    """

    name: str
    rules: tuple[Rule, ...]
    ladder: tuple[Rung, ...]
    half_life_days: int
    caps: Caps
    breaker: Breaker
    sample: float
    basis: dict[str, str]
    text: str

    @property
    def version(self) -> str:
        """SHA-256 of the text, 64 hex digits: the same text is the same version."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def rung(self, step: Step) -> Rung | None:
        """The rung of a step, if the ladder has it."""
        return next((rung for rung in self.ladder if rung.step is step), None)
