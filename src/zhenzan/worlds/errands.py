"""From "who does what to which content, when" to visits that ordinary views surround."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.browse import no_tasks
from zhenzan.worlds.columns import NONE, Columns, Ints, Reals, Sessions, Tasks, full
from zhenzan.worlds.parameters import US_PER_MINUTE, US_PER_SECOND
from zhenzan.worlds.people import place
from zhenzan.worlds.world import Part

if TYPE_CHECKING:
    from zhenzan.worlds.world import World

VIEW_SECONDS = 14  # about what one ordinary view takes, to start a visit early enough


@dataclass
class Errands(Columns):
    """Acts that are sought, one a row, in any order.

    Attributes:
        account: Index of the account.
        content: Index of the content.
        ts: When, about, µs since 1970, UTC.
        mode: Position in ``ALL_MODES``, or -1 for a genuine act.
        campaign: Campaign number or -1.
        text: Comment to leave, position in the text bank, or -1.
        device: Device code to use, or -1 for the account's own.
        ip: Address to come from, or -1 for the account's own.
    """

    account: Ints
    content: Ints
    ts: Ints
    mode: Ints
    campaign: Ints
    text: Ints
    device: Ints
    ip: Ints


@dataclass(frozen=True)
class Manner:
    """How errands are done.

    Attributes:
        sources: Ways to the content and their shares: ``{DIRECT: 0.7, SEARCH: 0.3}``.
        watch_s: Bounds of the view's length, s; None lets interest decide.
        watch_share: Bounds of the share of the content that is played, instead of ``watch_s``.
        viewed: Share of the acts that log a view.
        like: Probability of a like; None lets interest decide.
        comment: Share of the acts that leave a comment in the account's own words.
        before: Mean number of ordinary views before the act in the same visit.
        after: Mean number of ordinary views after it.
        unlike: Share of the likes that are taken back later.
        unlike_after_us: Mean delay of that, µs.
        device: Whether the log shows a device.
        session: Whether the log shows a session.
        gap_us: A longer break between an account's errands ends the visit, µs.
    """

    sources: dict[int, float]
    watch_s: tuple[float, float] | None = None
    watch_share: tuple[float, float] | None = None
    viewed: float = 1.0
    like: float | None = 1.0
    comment: float = 0.0
    before: float = 0.0
    after: float = 0.0
    unlike: float = 0.0
    unlike_after_us: int = 0
    device: bool = True
    session: bool = True
    gap_us: int = 20 * US_PER_MINUTE


def perform(
    rng: np.random.Generator,
    world: World,
    name: str,
    errands: Errands,
    manner: Manner,
    *,
    residents: Ints | None = None,
) -> Part:
    """Plan the visits that do some errands.

    An account's errands that follow each other closely share a visit and keep their order.
    Errands outside the log, before the content's publication or while the account is away are
    left out.

    Args:
        rng: Random stream.
        world: The world.
        name: Name of the part that the visits make.
        errands: What to do.
        manner: How.
        residents: Accounts that also live an ordinary life in this part.
    """
    todo = _feasible(world, errands)
    n, home = len(todo), full(0) if residents is None else residents
    if n == 0:
        empty = full(0)
        return Part(name, Sessions(empty, empty, empty, empty, empty, empty), no_tasks(), home)
    opens = np.ones(n, dtype=np.bool_)
    opens[1:] = (todo.account[1:] != todo.account[:-1]) | (np.diff(todo.ts) > manner.gap_us)
    visit, first = np.cumsum(opens) - 1, np.flatnonzero(opens)
    context = rng.poisson(manner.before, n)
    position = np.cumsum(context + 1) - 1
    position = position - (position - context)[first][visit]
    last = np.append(first[1:], n) - 1
    length = position[last] + 1 + rng.poisson(manner.after, len(first))
    lead = context[first] * VIEW_SECONDS * US_PER_SECOND
    sessions = _visits(rng, world, name, todo.take(first), manner, lead=lead, length=length)
    order = np.argsort(sessions.start, kind="stable")
    rank = np.empty(len(first), dtype=np.int64)
    rank[order] = np.arange(len(first))
    tasks = _tasks(rng, world, todo, manner, session=rank[visit], position=position)
    tasks = tasks.take(np.lexsort((tasks.position, tasks.session)))
    return Part(name, sessions.take(order), tasks, home)


def _feasible(world: World, errands: Errands) -> Errands:
    """Errands that can be done, by account and time."""
    p, people = world.parameters, world.people
    real = (errands.ts >= p.start_us) & (errands.ts < p.end_us)
    real &= errands.ts > world.contents.published[errands.content]
    real &= errands.ts >= people.present_from[errands.account]
    real &= errands.ts < people.present_until[errands.account]
    todo = errands.take(real)
    return todo.take(np.lexsort((todo.ts, todo.account)))


def _visits(
    rng: np.random.Generator,
    world: World,
    name: str,
    first: Errands,
    manner: Manner,
    *,
    lead: Ints,
    length: Ints,
) -> Sessions:
    """One visit for each first errand, ``lead`` µs before it."""
    n = len(first)
    start = np.maximum(first.ts - lead, world.people.present_from[first.account])
    device, ip = place(rng, world.people, world.networks, first.account, start)
    device = np.where(first.device >= 0, first.device, device)
    code = world.session_codes(name, n)
    return Sessions(
        account=first.account,
        start=start,
        length=length.astype(np.int64),
        device=device if manner.device else full(n),
        ip=np.where(first.ip >= 0, first.ip, ip),
        code=code if manner.session else full(n),
    )


def _tasks(
    rng: np.random.Generator,
    world: World,
    todo: Errands,
    manner: Manner,
    *,
    session: Ints,
    position: Ints,
) -> Tasks:
    n = len(todo)
    words = np.array(list(manner.sources), dtype=np.int64)
    shares = np.array(list(manner.sources.values()))
    watch, duration = full(n), world.contents.duration_ms[todo.content]
    if manner.watch_s is not None:
        seconds = np.exp(rng.uniform(np.log(manner.watch_s[0]), np.log(manner.watch_s[1]), n))
        watch = np.minimum((seconds * 1_000).astype(np.int64), duration)
    elif manner.watch_share is not None:
        watch = (rng.uniform(*manner.watch_share, n) * duration).astype(np.int64)
    back = rng.random(n) < manner.unlike
    delay = rng.exponential(max(manner.unlike_after_us, 1), n).astype(np.int64) + US_PER_MINUTE
    born = world.contents.published[todo.content] + US_PER_SECOND
    says = (todo.text < 0) & (rng.random(n) < manner.comment)
    like: Reals = np.full(n, np.nan if manner.like is None else manner.like)
    return Tasks(
        session=session,
        position=position,
        content=todo.content,
        source=words[rng.choice(len(words), n, p=shares / shares.sum())],
        watch_ms=watch,
        not_before=todo.ts if manner.before == 0 else born,
        viewed=rng.random(n) < manner.viewed,
        like=like,
        unlike_us=np.where(back, delay, NONE),
        text=np.where(says, world.texts.genuine(rng, n), todo.text),
        mode=todo.mode,
        campaign=todo.campaign,
    )


def join(parts: list[Part], name: str) -> Part:
    """Several parts as one."""
    if len(parts) == 1:
        return parts[0]
    tasks, shift = [], 0
    for part in parts:
        moved = part.tasks.take(slice(None))
        moved.session = moved.session + shift
        tasks.append(moved)
        shift += len(part.sessions)
    sessions = Sessions.concat([p.sessions for p in parts])
    order = np.argsort(sessions.start, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    everything = Tasks.concat(tasks)
    everything.session = rank[everything.session]
    everything = everything.take(np.lexsort((everything.position, everything.session)))
    residents = np.concatenate([p.residents for p in parts])
    return Part(name, sessions.take(order), everything, residents)


def errands(
    account: Ints,
    content: Ints,
    ts: Ints,
    *,
    mode: int = NONE,
    campaign: Ints | None = None,
    text: Ints | None = None,
) -> Errands:
    """Errands from the account's own device and address; genuine ones unless a mode is given."""
    n = len(account)
    campaign = full(n) if campaign is None else campaign
    text = full(n) if text is None else text
    return Errands(account, content, ts, full(n, mode), campaign, text, full(n), full(n))


def nothing() -> Errands:
    """No errand at all."""
    return errands(full(0), full(0), full(0))
