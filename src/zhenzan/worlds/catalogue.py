"""Authors and contents, who follows whom, and what a visit is shown.

Sources of the shapes stand with the parameters; constants here are our assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import NONE, Columns, Flags, Ints, Reals
from zhenzan.worlds.draws import heavy, spans
from zhenzan.worlds.parameters import ACTIVE_SHARE_OF_DAYS, US_PER_DAY, US_PER_HOUR, US_PER_MS
from zhenzan.worlds.people import TASTES, visit_clock

if TYPE_CHECKING:
    from zhenzan.worlds.parameters import Parameters
    from zhenzan.worlds.people import People

DAYS_BEFORE = 14
"""Contents are as old as this when the log begins, days."""
AGE_LIMITS_US = tuple(hours * US_PER_HOUR for hours in (6, 24, 72, 336))
_KEY_MS = 1 << 37  # one topic's or author's span in a sorted key: 4 years in ms


@dataclass
class Contents(Columns):
    """Contents, one a row.

    Attributes:
        author: Index of the author's account.
        topic: Topic number.
        published: µs since 1970, UTC.
        duration_ms: Length, ms.
        quality: Weight with which it is shown, > 0.
        charm: How much it is liked, logit.
    """

    author: Ints
    topic: Ints
    published: Ints
    duration_ms: Ints
    quality: Reals
    charm: Reals


@dataclass
class Authors(Columns):
    """Accounts that publish, one a row.

    Attributes:
        account: Index of the account.
        topic: What it publishes about.
        appeal: Weight with which it is shown and followed, > 0.
        output: Contents a day.
    """

    account: Ints
    topic: Ints
    appeal: Reals
    output: Reals


def draw_authors(rng: np.random.Generator, parameters: Parameters, people: People) -> Authors:
    """Choose the accounts that publish, more active ones rather than others."""
    n = max(8, int(len(people) * parameters.author_share))
    weight = np.sqrt(people.visits)
    account = np.sort(rng.choice(len(people), n, replace=False, p=weight / weight.sum()))
    per_day = len(people) * parameters.views_per_day * ACTIVE_SHARE_OF_DAYS
    per_day /= parameters.views_per_content
    output = heavy(rng, n, 1.0, parameters.publish_sigma)
    return Authors(
        account=account.astype(np.int64),
        topic=people.tastes[account, 0],
        appeal=heavy(rng, n, 1.0, parameters.appeal_sigma),
        output=output * per_day / output.sum(),
    )


def draw_contents(
    rng: np.random.Generator, parameters: Parameters, people: People, authors: Authors
) -> Contents:
    """Draw what the authors publish before and during the log.

    A fifth of the posts are planned and come at a full minute (our assumption).
    """
    days = parameters.days + DAYS_BEFORE
    counts = rng.poisson(authors.output * days)
    which, _ = spans(counts.astype(np.int64))
    n = len(which)
    account = authors.account[which]
    day = rng.integers(0, days, n)
    clock = visit_clock(rng, people, account)
    published = parameters.start_us - DAYS_BEFORE * US_PER_DAY + day * US_PER_DAY + clock
    planned = rng.random(n) < 0.2
    minute = US_PER_HOUR // 60
    published = np.where(planned, published // minute * minute, published)
    off_topic = rng.random(n) < 0.15
    topic = np.where(off_topic, people.tastes[account, TASTES - 1], authors.topic[which])
    order = np.argsort(published, kind="stable")
    quality = authors.appeal[which] * heavy(rng, n, 1.0, parameters.quality_sigma)
    duration = np.clip(rng.lognormal(np.log(28_000), 0.9, n), 4_000, 900_000).astype(np.int64)
    return Contents(
        author=account,
        topic=topic,
        published=published,
        duration_ms=duration,
        quality=quality,
        charm=rng.normal(0, parameters.content_sigma, n),
    ).take(order)


class Shelves:
    """Draws contents by topic, age and quality, or from an author's latest."""

    def __init__(
        self, rng: np.random.Generator, parameters: Parameters, contents: Contents
    ) -> None:
        self._epoch_us = parameters.start_us - 2 * US_PER_DAY * DAYS_BEFORE
        self._age_weights = np.cumsum(parameters.age_weights)
        self._topics = parameters.topics
        again = np.flatnonzero(rng.random(len(contents)) < parameters.second_wave)
        later = contents.published[again] + (
            rng.exponential(3 * US_PER_DAY, len(again)).astype(np.int64) + US_PER_DAY
        )
        entry = np.concatenate([np.arange(len(contents), dtype=np.int64), again])
        when = np.concatenate([contents.published, later])
        weight = np.concatenate(
            [contents.quality, contents.quality[again] * rng.uniform(0.5, 2.0, len(again))]
        )
        key = contents.topic[entry] * _KEY_MS + self._clock(when)
        order = np.argsort(key, kind="stable")
        self._key, self._entry = key[order], entry[order]
        self._mass = np.concatenate([[0.0], np.cumsum(weight[order])])
        by_author = np.lexsort((contents.published, contents.author))
        self._author_order = by_author
        born = self._clock(contents.published[by_author])
        self._author_key = contents.author[by_author] * _KEY_MS + born

    def _clock(self, ts: Ints) -> Ints:
        """Whole ms since the first content, rounded up."""
        return np.asarray(-((self._epoch_us - ts) // US_PER_MS))

    def recommend(self, rng: np.random.Generator, topic: Ints, ts: Ints) -> Ints:
        """A content of each topic published before each instant; -1 if there is none.

        Novelty fades: the view first draws a greatest age, then a content no older than that by
        quality, so that a content's chance falls with age and the quality of its rivals.
        """
        limits = np.array(AGE_LIMITS_US) // US_PER_MS
        now = (ts - self._epoch_us) // US_PER_MS
        age = limits[np.searchsorted(self._age_weights[:-1], rng.random(len(topic)), "right")]
        base = topic * _KEY_MS
        floor = np.searchsorted(self._key, base)
        high = np.searchsorted(self._key, base + now, "right")
        low = np.searchsorted(self._key, base + np.maximum(now - age, 0))
        low = np.where(high - low < 3, np.maximum(high - 8, floor), low)
        mass = self._mass[low] + rng.random(len(topic)) * (self._mass[high] - self._mass[low])
        found = np.clip(
            np.searchsorted(self._mass, mass, "right") - 1, low, np.maximum(high - 1, 0)
        )
        return np.where(high > floor, self._entry[found], NONE)

    def latest(self, rng: np.random.Generator, author: Ints, ts: Ints) -> Ints:
        """One of each author's latest contents at each instant; -1 if there is none."""
        base = author * _KEY_MS
        floor = np.searchsorted(self._author_key, base)
        high = np.searchsorted(self._author_key, base + (ts - self._epoch_us) // US_PER_MS, "right")
        place = high - rng.geometric(0.45, len(author))
        found = self._author_order[np.clip(place, 0, len(self._author_order) - 1)]
        return np.where(place >= floor, found, NONE)


@dataclass(frozen=True)
class Follows:
    """Who follows which authors.

    Attributes:
        start: (n + 1,) position of each account's first followed author.
        author: Account index of the followed authors, account after account, dearest first.
    """

    start: Ints
    author: Ints

    def of(self, account: int) -> Ints:
        """The authors one account follows."""
        return self.author[self.start[account] : self.start[account + 1]]

    def draw(self, rng: np.random.Generator, account: Ints) -> Ints:
        """One followed author of each account, the dear ones more often; -1 without any."""
        first = self.start[account]
        size = self.start[account + 1] - first
        place = first + (rng.random(len(account)) ** 2 * size).astype(np.int64)
        return np.where(size > 0, self.author[np.minimum(place, len(self.author) - 1)], NONE)

    def extended(self, more: Follows) -> Follows:
        """These accounts followed by those of ``more``."""
        start = np.concatenate([self.start, self.start[-1] + more.start[1:]])
        return Follows(start, np.concatenate([self.author, more.author]))


def draw_follows(
    rng: np.random.Generator,
    parameters: Parameters,
    people: People,
    authors: Authors,
    keenness: float = 1.0,
) -> Follows:
    """Who follows whom: 85% by taste, the rest anywhere, in proportion to the authors' appeal.

    Args:
        rng: Random stream.
        parameters: The world's numbers.
        people: Who follows.
        authors: Who is followed.
        keenness: Factor on the number of authors that an account follows, > 0.
    """
    mean = parameters.follows_mean * keenness
    wanted = heavy(rng, len(people), mean, parameters.follows_sigma)
    counts = np.minimum(wanted, 600).astype(np.int64)
    account, _ = spans(counts)
    u = rng.random(len(account))
    slot = (u[:, None] > people.taste_weights[account, : TASTES - 1]).sum(axis=1)
    topic = people.tastes[account, slot]
    order = np.argsort(authors.topic, kind="stable")
    mass = np.concatenate([[0.0], np.cumsum(authors.appeal[order])])
    low = np.searchsorted(authors.topic[order], topic)
    high = np.searchsorted(authors.topic[order], topic, "right")
    anywhere: Flags = (rng.random(len(account)) < 0.15) | (high == low)
    low, high = np.where(anywhere, 0, low), np.where(anywhere, len(authors), high)
    target = mass[low] + rng.random(len(account)) * (mass[high] - mass[low])
    found = np.clip(np.searchsorted(mass, target, "right") - 1, 0, len(authors) - 1)
    author = authors.account[order[found]]
    # keep one edge a pair, in the order drawn
    _, keep = np.unique((account << 32) + author, return_index=True)
    keep = np.sort(keep)
    start = np.searchsorted(account[keep], np.arange(len(people) + 1))
    return Follows(start.astype(np.int64), author[keep])
