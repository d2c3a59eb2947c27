"""Who is on a picture: one seller's pool, or one honest crowd, and the likes that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds import ALL_MODES
from zhenzan.worlds.columns import LIKE, VIEW, Rows
from zhenzan.worlds.simulation import build_world, draw_log

if TYPE_CHECKING:
    from zhenzan.worlds import WorldSettings
    from zhenzan.worlds.columns import Flags, Ints
    from zhenzan.worlds.world import World

PEOPLE, TAIL = "people", "tail"
AROUND_AN_AUTHOR = frozenset(
    {"fans", "niche", "campus", "friends", "colleagues", "livestream", "scheduled", "critics"}
)
"""Crowds made of circles; a picture shows the one around the author whom they like most."""
_PEOPLE_SHOWN = 200


@dataclass(frozen=True)
class Log:
    """A world with its whole log in memory."""

    world: World
    rows: Rows

    @cached_property
    def likes(self) -> Rows:
        """The likes, in order of time."""
        return self.rows.take(self.rows.kind == LIKE)

    @cached_property
    def views(self) -> Rows:
        """The views, by account, content and time."""
        views = self.rows.take(self.rows.kind == VIEW)
        return views.take(np.lexsort((views.ts, views.content, views.account)))

    @cached_property
    def ordinary(self) -> Ints:
        """Honest accounts in no crowd."""
        honest = np.array(self.world.role) == "honest"
        return np.flatnonzero(honest & (np.array(self.world.crowd) == ""))


@dataclass(frozen=True)
class Group:
    """Some accounts of a log and what they are about.

    Attributes:
        log: Where they are.
        members: Accounts.
        acts: Over the log's likes: those that a seller ordered, or that the crowd came for.
        bought: Whether they are fake.
        chosen: Whether they are some of the members' likes, not simply all.
    """

    log: Log
    members: Ints
    acts: Flags
    bought: bool = False
    chosen: bool = True

    @property
    def likes(self) -> Rows:
        """The likes that the group is about."""
        return self.log.likes.take(self.acts)

    @property
    def others(self) -> Rows:
        """The members' other likes."""
        mine = np.isin(self.log.likes.account, self.members)
        return self.log.likes.take(mine & ~self.acts)


def draw(settings: WorldSettings) -> Log:
    """Simulate a world."""
    world = build_world(settings)
    return Log(world, Rows.concat(list(draw_log(world))))


def seller(log: Log, mode: str) -> Group:
    """The seller of a mode that delivered most."""
    likes, pool = log.likes, log.world.pool[log.likes.account]
    sold = (likes.campaign >= 0) & (likes.mode == ALL_MODES.index(mode))
    largest = np.bincount(pool[sold]).argmax()
    acts = sold & (pool == largest)
    return Group(log, np.unique(likes.account[acts]), acts, bought=True)


def crowd(log: Log, word: str) -> Group:
    """An honest crowd, or its circle around one author."""
    likes, world = log.likes, log.world
    honest = ~np.isin(np.array(world.role), ["hired", "hijacked", "member"])
    members = np.flatnonzero((np.array(world.crowd) == word) & honest)
    acts = np.isin(likes.account, members) & (likes.mode < 0)
    came = [part for part in world.parts if part.name == word and len(part.tasks)]
    if came:
        sought = np.concatenate(
            [(p.sessions.account[p.tasks.session] << 32) + p.tasks.content for p in came]
        )
        acts &= np.isin((likes.account << 32) + likes.content, sought)
    if word in AROUND_AN_AUTHOR:
        author = world.contents.author[likes.content]
        centre = np.bincount(author[acts]).argmax()
        circle = [*np.unique(likes.account[acts & (author == centre)]), centre]
        members = members[np.isin(members, circle)]
        acts &= np.isin(likes.account, members)
    return Group(log, members, acts, chosen=bool(came))


def people(log: Log) -> Group:
    """Honest accounts in no crowd, as many as fit a picture, and all their likes."""
    chosen = np.random.default_rng(1).permutation(log.ordinary)[:_PEOPLE_SHOWN]
    members = np.sort(chosen)
    acts = np.isin(log.likes.account, members) & (log.likes.mode < 0)
    return Group(log, members, acts, chosen=False)


def group(log: Log, word: str) -> Group:
    """The group of a mode, a crowd, or ``PEOPLE``."""
    if word in ALL_MODES:
        return seller(log, word)
    return people(log) if word == PEOPLE else crowd(log, word)
