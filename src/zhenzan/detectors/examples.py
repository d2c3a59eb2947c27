"""Small logs on which a detector must fire, and on which it must not."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

EXAMPLE_START_S = 1_760_000_000
"""2025-10-09: when every example log begins, in epoch seconds."""


@dataclass(frozen=True)
class Row:
    """One event of an example log; ``at_s`` is seconds after the log's beginning."""

    event_type: str
    account_id: str
    content_id: str
    at_s: float
    progress: float | None = None
    device_id: str | None = None
    ip: str | None = None
    source: str | None = None

    @property
    def ts_us(self) -> int:
        """When, in µs since 1970."""
        return round((EXAMPLE_START_S + self.at_s) * 1_000_000)


@dataclass(frozen=True)
class Example:
    """A log and the entities on which the detector must fire; on all others it must not.

    Attributes:
        name: A few words.
        story: What happens in it.
        rows: The events.
        fires: Identifiers: accounts, contents, or pairs as ``a|b``; empty = must stay silent.
        tolerated: Identifiers on which it may fire or not.
    """

    name: str
    story: str
    rows: tuple[Row, ...]
    fires: frozenset[str] = field(default_factory=frozenset)
    tolerated: frozenset[str] = field(default_factory=frozenset)


def like(account: str, content: str, at_s: float, **where: str) -> Row:
    """A like; ``where`` may give device_id, ip and source."""
    return Row("like", account, content, at_s, None, **where)


def view(account: str, content: str, at_s: float, progress: float, **where: str) -> Row:
    """A view of a share ``progress``; ``where`` may give device_id, ip and source."""
    return Row("view", account, content, at_s, progress, **where)


def honest_log(
    accounts: int = 120, contents: int = 80, likes: int = 12, days: int = 14, seed: int = 1
) -> tuple[Row, ...]:
    """People who view before they like, each on an own phone, popular contents more often.

    Args:
        accounts: How many people, named p0, p1 …
        contents: How many contents, named c0, c1 …, c0 the most popular.
        likes: Likes per person.
        days: Length of the log.
        seed: Of the dice.
    """
    dice = random.Random(seed)  # noqa: S311 - an example log, not a secret
    weights = [1.0 / (rank + 5) for rank in range(contents)]
    rows: list[Row] = []
    for person in range(accounts):
        name, place = f"p{person}", {"device_id": f"d{person}", "ip": f"10.{person % 200}.0.{1}"}
        for content in set(dice.choices(range(contents), weights, k=likes)):
            at_s = dice.uniform(0, days * 86_400)
            if dice.random() > 0.03:
                rows.append(view(name, f"c{content}", at_s, dice.betavariate(4, 2), **place))
            rows.append(like(name, f"c{content}", at_s + dice.uniform(3, 60), **place))
    return tuple(rows)
