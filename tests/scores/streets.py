"""A street of contents with ordinary visitors, drawn by dice: what scores are tried on."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.scores.judged import DAY_S, Judged

from zhenzan.detectors.examples import Row

if TYPE_CHECKING:
    from collections.abc import Iterable

CONTENTS = 34
AUTHORS = 17
DEEDS = ("comment", "share", "favorite", "follow")


def street(seed: int) -> Judged:
    """34 contents of 17 authors, each with 22-30 viewers; some viewers do more, some are false."""
    dice = random.Random(seed)
    rows: list[Row] = []
    likes = {}
    for number in range(CONTENTS):
        content, keen = f"c{number:02}", dice.uniform(0.3, 1.7)
        for person in dice.sample(range(150), dice.randint(22, 30)):
            rows += visit(dice, f"p{person:03}", content, keen)
        for bot in range(dice.choice((0, 0, 0, 2, 6))):
            rows += order(dice, f"bot{bot}", content)
            likes[f"bot{bot}", content] = dice.choice(("fake", "suspect"))
    return Judged(
        tuple(rows),
        {f"c{number:02}": f"author{number % AUTHORS:02}" for number in range(CONTENTS)},
        likes,
    )


def visit(dice: random.Random, account: str, content: str, keen: float) -> Iterable[Row]:
    """One viewer, who does the more, the keener people are on this content."""
    at_s = dice.uniform(0, 13 * DAY_S)
    source = dice.choice(("recommend", "recommend", "follow", "share"))
    yield Row("view", account, content, at_s, min(1.0, keen * dice.random()), source=source)
    if dice.random() < 0.3 * keen:
        yield Row("like", account, content, at_s + 20)
    for deed in DEEDS:
        if dice.random() < 0.06 * keen:
            yield Row(deed, account, content, at_s + 40)


def order(dice: random.Random, account: str, content: str) -> Iterable[Row]:
    """A like that was paid for, with or without a view, which may be a long one."""
    at_s = dice.uniform(0, 13 * DAY_S)
    if dice.random() < 0.5:
        yield Row("view", account, content, at_s, dice.random())
    yield Row("like", account, content, at_s + 5)


def devoted(account: str, content: str, at_s: float) -> tuple[Row, ...]:
    """A viewer who does all that a score counts."""
    view = Row("view", account, content, at_s, 1.0, source="share")
    deeds = [Row(deed, account, content, at_s + 30 + n) for n, deed in enumerate(DEEDS)]
    talk = [Row("comment", account, content, at_s + 60 + n) for n in range(2)]
    return (view, Row("like", account, content, at_s + 20), *deeds, *talk)


def with_rows(judged: Judged, rows: Iterable[Row], verdict: str | None = None) -> Judged:
    """The same log and more; the likes among the new rows get ``verdict``."""
    added = tuple(rows)
    liked = {(r.account_id, r.content_id) for r in added if r.event_type == "like"}
    told = dict.fromkeys(liked, verdict) if verdict else {}
    return replace(judged, rows=judged.rows + added, likes={**judged.likes, **told})
