"""From visits to events: what is shown, how long it is watched, and what is done about it.

Constants without a source are our assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import (
    COMMENT,
    FAVORITE,
    FOLLOW,
    FROM_FOLLOW,
    LIKE,
    PROFILE,
    PUSH,
    RECOMMEND,
    SHARE,
    UNLIKE,
    VIEW,
    Columns,
    Flags,
    Ints,
    Reals,
    Rows,
    Sessions,
    Tasks,
    full,
)
from zhenzan.worlds.draws import sigmoid, spans
from zhenzan.worlds.parameters import US_PER_DAY, US_PER_MS, US_PER_SECOND
from zhenzan.worlds.people import TASTES

if TYPE_CHECKING:
    from zhenzan.worlds.world import World

_SHOWN_AGAIN = 0.15  # chance that a content already seen is shown again, our assumption
_SOURCE_INTEREST = np.array([0.0, 0.5, 0.6, 0.4, 0.4, 0.1, 0.2])  # by SOURCE_WORDS
_TASTE_INTEREST = (0.6, 0.45, 0.3)
_LONGEST_WAIT_US = 7 * US_PER_DAY
_BOUGHT_TALK = 0.15  # an act that is paid for a like seldom brings more, our assumption


@dataclass
class Views(Columns):
    """Contents on the screen, visit after visit in order.

    Attributes:
        session: Position of the visit.
        account: Index of the account.
        content: Index of the content.
        source: Position in ``SOURCE_WORDS``.
        task: Position of the task that it fulfils; -1 for none.
    """

    session: Ints
    account: Ints
    content: Ints
    source: Ints
    task: Ints


@dataclass
class Watched(Columns):
    """How the views went.

    Attributes:
        ts: When the content came on the screen, µs.
        watch_ms: How long it stayed, ms.
        progress: Share of it that was played, 0–1.
        interest: What the account thought of it, standard units.
    """

    ts: Ints
    watch_ms: Ints
    progress: Reals
    interest: Reals


def browse(rng: np.random.Generator, world: World, sessions: Sessions, tasks: Tasks) -> Rows:
    """Turn visits into events.

    Args:
        rng: Random stream.
        world: The world.
        sessions: Visits.
        tasks: What some of them are made for.

    Returns:
        The events, not in order of time.
    """
    views, watched = view_visits(rng, world, sessions, tasks)
    return _react(rng, world, sessions, tasks, views=views, watched=watched)


def view_visits(
    rng: np.random.Generator, world: World, sessions: Sessions, tasks: Tasks
) -> tuple[Views, Watched]:
    """What visits are shown and how it is watched, before anything is done about it."""
    views = _choose(rng, world, sessions, tasks)
    return views, _watch(rng, world, sessions, tasks, views)


def _choose(rng: np.random.Generator, world: World, sessions: Sessions, tasks: Tasks) -> Views:
    """Fill the visits: tasks where they are set, the feed elsewhere."""
    session, _ = spans(sessions.length)
    first = np.cumsum(sessions.length) - sessions.length
    task = full(len(session))
    task[first[tasks.session] + tasks.position] = np.arange(len(tasks))
    account = sessions.account[session]
    ts = sessions.start[session]
    shares = np.cumsum(world.parameters.source_weights)
    source = np.searchsorted(shares[:-1], rng.random(len(session)), "right").astype(np.int64)
    people = world.people
    u = rng.random(len(session))
    slot = (u[:, None] > people.taste_weights[account, : TASTES - 1]).sum(axis=1)
    wander = rng.random(len(session)) < 0.08
    anything = rng.integers(0, world.parameters.topics, len(session))
    topic = np.where(wander, anything, people.tastes[account, slot])
    content = world.shelves.recommend(rng, topic, ts)
    author = world.follows.draw(rng, account)
    wants = ((source == FROM_FOLLOW) | (source == PUSH) | (source == PROFILE)) & (author >= 0)
    theirs = full(len(session))
    theirs[wants] = world.shelves.latest(rng, author[wants], ts[wants])
    content = np.where(theirs >= 0, theirs, content)
    source = np.where((theirs < 0) & wants, RECOMMEND, source)
    doing = task >= 0
    content[doing] = tasks.content[task[doing]]
    source[doing] = tasks.source[task[doing]]
    seen = np.flatnonzero(_seen(rng, account, content) & ~doing)
    content[seen] = world.shelves.recommend(rng, topic[seen], ts[seen])
    source[seen] = RECOMMEND
    views = Views(session, account, content, source, task)
    return views.take((content >= 0) & (doing | ~_seen(rng, account, content)))


def _seen(rng: np.random.Generator, account: Ints, content: Ints) -> Flags:
    """Views of what the account has seen earlier in these visits, most of which do not happen."""
    _, first = np.unique((account << 32) + content, return_index=True)
    again = np.ones(len(account), dtype=np.bool_)
    again[first] = False
    return np.asarray(again & (rng.random(len(account)) > _SHOWN_AGAIN))


def _watch(
    rng: np.random.Generator, world: World, sessions: Sessions, tasks: Tasks, views: Views
) -> Watched:
    """How long each view lasts.

    A view is swiped away within seconds or watched, often to the end; completion falls and
    watch time grows with duration (Zhan et al. 2022, KDD). Shapes are our assumption.
    """
    people, contents, n = world.people, world.contents, len(views)
    topic, who = contents.topic[views.content], views.account
    match = np.zeros(n)
    for slot, worth in reversed(list(enumerate(_TASTE_INTEREST))):
        match = np.where(people.tastes[who, slot] == topic, worth, match)
    interest = rng.normal(0, 0.9, n) + match + 0.5 * contents.charm[views.content]
    interest += _SOURCE_INTEREST[views.source] - people.haste[who]
    duration = contents.duration_ms[views.content].astype(np.float64)
    u = rng.random((2, n))
    swiped = u[0] < sigmoid(0.9 - 1.3 * interest)
    glance = rng.lognormal(np.log(2_200), 0.6, n)
    to_end = u[1] < sigmoid(interest - 0.5 * np.log(duration / 15_000))
    again = np.where(rng.random(n) < 0.12, 1 + rng.random(n), 1.0)
    part = np.where(to_end, again, rng.beta(1.6, 1.5, n))
    watch = np.where(swiped, np.minimum(glance, duration), part * duration)
    forced = views.task >= 0
    forced[forced] = tasks.watch_ms[views.task[forced]] >= 0
    watch[forced] = tasks.watch_ms[views.task[forced]]
    watch_ms = np.maximum(watch, 150).astype(np.int64)
    gap_ms = rng.lognormal(np.log(1_100), 0.8, n).astype(np.int64) + 120
    step = (watch_ms + gap_ms) * US_PER_MS
    return Watched(
        ts=sessions.start[views.session] + _offsets(sessions, tasks, views, step),
        watch_ms=watch_ms,
        progress=np.minimum(watch_ms / duration, 1.0),
        interest=interest,
    )


def _offsets(sessions: Sessions, tasks: Tasks, views: Views, step: Ints) -> Ints:
    """When each view begins, µs after its visit: one after the other, waiting where tasks ask."""
    n = len(views)
    before = np.cumsum(step) - step
    opening = np.searchsorted(views.session, np.arange(len(sessions)))
    offset = before - before[np.minimum(opening, max(n - 1, 0))][views.session]
    doing = np.flatnonzero(views.task >= 0)
    wait = np.zeros(n, dtype=np.int64)
    due = tasks.not_before[views.task[doing]] - sessions.start[views.session[doing]]
    wait[doing] = np.clip(due - offset[doing], 0, _LONGEST_WAIT_US)
    # the longest wait so far in the same visit: visits are told apart by a great step
    apart = views.session * (_LONGEST_WAIT_US + 1)
    return np.asarray(offset + np.maximum.accumulate(wait + apart) - apart)


def like_logit(world: World, views: Views, watched: Watched) -> Reals:
    """Log odds that each view brings a like, but for the world's ``like_offset``."""
    p = world.parameters
    return np.asarray(
        world.people.like_bias[views.account]
        + world.contents.charm[views.content]
        + p.depth * (watched.progress - 0.5)
        + 0.6 * (views.source == FROM_FOLLOW)
        + 0.35 * watched.interest
    )


def _react(
    rng: np.random.Generator,
    world: World,
    sessions: Sessions,
    tasks: Tasks,
    *,
    views: Views,
    watched: Watched,
) -> Rows:
    p, people, n = world.parameters, world.people, len(views)
    doing, task = views.task >= 0, views.task
    chance = sigmoid(p.like_offset + like_logit(world, views, watched))
    viewed = np.ones(n, dtype=np.bool_)
    mode, campaign = people.mode[views.account], full(n)
    viewed[doing] = tasks.viewed[task[doing]]
    mode[doing] = tasks.mode[task[doing]]
    campaign[doing] = tasks.campaign[task[doing]]
    forced = doing.copy()
    forced[doing] = ~np.isnan(tasks.like[task[doing]])
    chance[forced] = tasks.like[task[forced]]
    likes = rng.random(n) < chance
    by_session = rng.random(len(sessions))[views.session]
    luck = np.where(rng.random(n) < 0.5, by_session, rng.random(n))
    logged = viewed & (luck >= people.lost[views.account])
    build = _RowBuilder(rng, sessions, views, watched, mode, campaign)
    when = watched.ts + _moment(rng, watched)
    parts = [build.rows(VIEW, logged, watched.ts, full(n)), build.rows(LIKE, likes, when, full(n))]
    parts.append(_unlikes(rng, world, build, tasks, likes=likes, when=when))
    talk = np.exp(people.talk_bias[views.account]) * (0.25 + watched.progress)
    talk *= np.where(likes, 5.0, 0.55) * np.where(doing & (mode >= 0), _BOUGHT_TALK, 1.0)
    texts = full(n)
    texts[doing] = tasks.text[task[doing]]
    comments = (rng.random(n) < p.comment_rate * talk) | (texts >= 0)
    own_words = np.flatnonzero(comments & (texts < 0))
    texts[own_words] = world.texts.genuine(rng, len(own_words))
    later = watched.ts + watched.watch_ms * US_PER_MS
    parts.append(build.rows(COMMENT, comments, later + 300_000, texts))
    parts.append(build.rows(SHARE, rng.random(n) < p.share_rate * talk, later, full(n)))
    parts.append(build.rows(FAVORITE, rng.random(n) < p.favorite_rate * talk, when, full(n)))
    new = (views.source != FROM_FOLLOW) & (rng.random(n) < 0.004 * talk)
    parts.append(build.rows(FOLLOW, new, later, full(n)))
    return Rows.concat(parts)


def _moment(rng: np.random.Generator, watched: Watched) -> Ints:
    """How long after a content came on the screen it is liked, µs; within the view, mostly late."""
    part = rng.beta(2.0, 1.3, len(watched))
    return np.asarray((part * watched.watch_ms).astype(np.int64) * US_PER_MS + 90 * US_PER_MS)


def _unlikes(
    rng: np.random.Generator,
    world: World,
    build: _RowBuilder,
    tasks: Tasks,
    *,
    likes: Flags,
    when: Ints,
) -> Rows:
    """Likes taken back: slips of the thumb within seconds, regrets within days, and orders."""
    n = len(likes)
    slip = rng.lognormal(np.log(4), 1.0, n) * US_PER_SECOND
    regret = rng.exponential(2 * US_PER_DAY, n)
    delay = np.where(rng.random(n) < 0.6, slip, regret).astype(np.int64)
    natural = rng.random(n) < world.parameters.unlike_rate
    task = build.views.task
    doing = task >= 0
    doing[doing] = tasks.mode[task[doing]] >= 0
    delay[doing] = tasks.unlike_us[task[doing]]
    natural[doing] = tasks.unlike_us[task[doing]] >= 0
    return build.rows(UNLIKE, likes & natural, when + delay, full(n))


@dataclass(frozen=True)
class _RowBuilder:
    """Makes rows of one kind from the views that bring them."""

    rng: np.random.Generator
    sessions: Sessions
    views: Views
    watched: Watched
    mode: Ints
    campaign: Ints

    def rows(self, kind: int, which: Flags, ts: Ints, text: Ints) -> Rows:
        """Rows of one kind for some of the views."""
        at = np.flatnonzero(which)
        visit = self.views.session[at]
        nothing = full(len(at))
        is_view = kind == VIEW
        return Rows(
            ts=ts[at] // US_PER_MS * US_PER_MS,
            kind=full(len(at), kind),
            account=self.views.account[at],
            content=self.views.content[at],
            device=self.sessions.device[visit],
            ip=self.sessions.ip[visit],
            session=self.sessions.code[visit],
            watch_ms=self.watched.watch_ms[at] if is_view else nothing,
            progress=self.watched.progress[at] if is_view else np.full(len(at), np.nan),
            source=self.views.source[at],
            text=text[at],
            mode=self.mode[at],
            campaign=self.campaign[at],
        )


def no_tasks() -> Tasks:
    """No task at all."""
    e = full(0)
    return Tasks(e, e, e, e, e, e, np.zeros(0, dtype=np.bool_), np.zeros(0), e, e, e, e)
