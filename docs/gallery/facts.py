"""What is measured of a group: the numbers that its picture shows and its text speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import COMMENT, PUSH, UNLIKE, Rows
from zhenzan.worlds.parameters import US_PER_DAY, US_PER_HOUR, US_PER_SECOND

if TYPE_CHECKING:
    from docs.gallery.groups import Group, Log

    from zhenzan.worlds.columns import Flags, Ints, Reals

WAITS_S = (2, 5, 15, 45)
"""Bounds of the classes of seconds between the beginning of a view and the like."""
NEW_DAYS = 30
SHARED_BY = 5
"""An address is shared when so many members like from it."""
_TOPICS = 3
_FEWEST_COMMENTS = 8
_FEWEST_LIKES = 5

SHOWN = {
    "no_device": "without a device",
    "device": "shared device",
    "address": "shared address",
    "night": "at night, 1–6 h",
    "new": "by new accounts",
    "topic": "on a watched topic",
    "returned": "likes returned",
    "back": "taken back later",
    "life": "likes elsewhere",
    "words": "comments repeated",
}
"""The facts on every picture, each a share: its name and how the picture calls it."""


@dataclass(frozen=True)
class Facts:
    """What is measured of a group.

    Attributes:
        shares: By the names of ``SHOWN``, 0–1; None where there is too little to say.
        waits: Share of the likes without a view, then by the classes of ``WAITS_S``.
        counts: Further numbers for the text.
    """

    shares: dict[str, float | None]
    waits: list[float]
    counts: dict[str, float]


def measure(group: Group) -> Facts:
    """Measure a group that has likes."""
    log, likes = group.log, group.likes
    wait = waits(log, likes)
    seen = ~np.isnan(wait)
    hour = (likes.ts / US_PER_HOUR + 8) % 24
    age = (likes.ts - log.world.people.created[likes.account]) / US_PER_DAY
    total = len(likes) + len(group.others)
    shares: dict[str, float | None] = {
        "no_device": float((likes.device < 0).mean()),
        "device": float((_users(log.rows, likes.device) > 1).mean()),
        "address": _shared_addresses(likes),
        "night": float(((hour >= 1) & (hour < 6)).mean()),
        "new": float((age < NEW_DAYS).mean()),
        "topic": _share(_on_topic(group, likes)),
        "returned": _returned(log, likes),
        "back": float(np.isin(_pair(likes), _pair(_of(log.rows, UNLIKE))).mean()),
        "life": len(group.others) / total if group.chosen else None,
        "words": _repeated(group),
    }
    classes = np.searchsorted(np.array(WAITS_S), wait[seen], "right")
    found = np.bincount(classes, minlength=len(WAITS_S) + 1) / len(likes)
    return Facts(shares, [float((~seen).mean()), *found.tolist()], _counts(group, wait))


def _counts(group: Group, wait: Reals) -> dict[str, float]:
    likes, contents = group.likes, group.log.world.contents
    delay = (likes.ts - contents.published[likes.content]) / US_PER_HOUR
    progress = group.log.views.progress[last_view(group.log, likes)[~np.isnan(wait)]]
    return {
        "accounts": len(group.members),
        "likes": len(likes),
        "contents": len(np.unique(likes.content)),
        "authors": len(np.unique(contents.author[likes.content])),
        "devices": len(np.unique(likes.device[likes.device >= 0])),
        "addresses": len(np.unique(likes.ip)),
        "nets": len(np.unique(likes.ip >> 8)),
        "wait": float(np.nanmedian(wait)) if len(progress) else float("nan"),
        "progress": float(np.median(progress)) if len(progress) else float("nan"),
        "delay": float(np.median(delay)),
        "first_hour": float((delay < 1).mean()),
        "each": len(likes) / len(np.unique(likes.account)),
        "gap": _typical_gap(likes),
        "half": _half_time(likes),
        "near": _near(likes),
        "comments": len(_comments(group)) / len(likes),
        "run": _run(group),
        "inside": float(np.isin(contents.author[likes.content], group.members).mean()),
        "same_hour": _same_hour(likes),
        "own_topic": _share(_on_topic(group, group.others)),
        "of_all": len(likes) / len(group.log.likes),
        "pushed": float((likes.source == PUSH).mean()),
    }


def last_view(log: Log, likes: Rows) -> Ints:
    """Position in ``log.views`` of the last view before each like, where ``waits`` has one."""
    views = log.views
    key, sought = _pair(views), _pair(likes)
    start, end = np.searchsorted(key, sought), np.searchsorted(key, sought, "right")
    found = np.full(len(likes), -1, dtype=np.int64)
    for i in np.flatnonzero(end > start).tolist():
        before = np.searchsorted(views.ts[start[i] : end[i]], likes.ts[i], "right")
        found[i] = start[i] + before - 1 if before else -1
    return found


def waits(log: Log, likes: Rows) -> Reals:
    """Seconds from the beginning of the last view before each like; nan without a view."""
    view = last_view(log, likes)
    return np.where(view >= 0, (likes.ts - log.views.ts[view]) / US_PER_SECOND, np.nan)


def _of(rows: Rows, kind: int) -> Rows:
    return rows.take(rows.kind == kind)


def _pair(rows: Rows) -> Ints:
    return (rows.account << 32) + rows.content


def _users(rows: Rows, devices: Ints) -> Ints:
    """How many accounts of the log use each device; none use no device."""
    known = rows.device >= 0
    pairs = np.unique(np.stack([rows.device[known], rows.account[known]]), axis=1)
    device, users = np.unique(pairs[0], return_counts=True)
    place = np.minimum(np.searchsorted(device, devices), len(device) - 1)
    return np.where(device[place] == devices, users[place], 0)


def _shared_addresses(likes: Rows) -> float:
    pairs = np.unique(np.stack([likes.ip, likes.account]), axis=1)
    address, users = np.unique(pairs[0], return_counts=True)
    return float((users[np.searchsorted(address, likes.ip)] >= SHARED_BY).mean())


def _share(flags: Flags) -> float:
    return float(flags.mean()) if len(flags) else float("nan")


def _on_topic(group: Group, likes: Rows) -> Flags:
    """Whether the topic of members' likes is among the three that each watches most elsewhere."""
    log = group.log
    topic = log.world.contents.topic
    views = log.views.take(np.isin(log.views.account, group.members))
    views = views.take(~np.isin(_pair(views), _pair(group.likes)))
    topics = int(topic.max()) + 1
    cell = views.account * topics + topic[views.content]
    cells, counts = np.unique(cell, return_counts=True)
    order = np.lexsort((cells, -counts, cells // topics))
    account = (cells // topics)[order]
    rank = np.arange(len(account)) - np.searchsorted(account, account)
    favourite = cells[order][rank < _TOPICS]
    return np.isin(likes.account * topics + topic[likes.content], favourite)


def _returned(log: Log, likes: Rows) -> float:
    """Share of the pairs (account, author) of the likes in which the author likes back."""
    author = log.world.contents.author
    every = np.unique((log.likes.account << 32) + author[log.likes.content])
    mine = np.unique((likes.account << 32) + author[likes.content])
    back = ((mine & 0xFFFFFFFF) << 32) + (mine >> 32)
    return float(np.isin(back, every).mean())


def _comments(group: Group) -> Rows:
    comments = _of(group.log.rows, COMMENT)
    mine = np.isin(comments.account, group.members)
    return comments.take(mine & np.isin(comments.content, group.likes.content))


def _repeated(group: Group) -> float | None:
    """Share of the members' comments on the group's contents in another one's very words."""
    comments = _comments(group)
    if len(comments) < _FEWEST_COMMENTS:
        return None
    texts = np.array([group.log.world.texts.texts[t] for t in comments.text.tolist()])
    words, counts = np.unique(texts, return_counts=True)
    return float((counts[np.searchsorted(words, texts)] > 1).mean())


def _typical_gap(likes: Rows) -> float:
    """Median seconds between one like of a content and the next."""
    order = np.lexsort((likes.ts, likes.content))
    same = np.diff(likes.content[order]) == 0
    gaps = np.diff(likes.ts[order])[same] / US_PER_SECOND
    return float(np.median(gaps)) if len(gaps) else float("nan")


def _half_time(likes: Rows) -> float:
    """Hours in which the middle half of a content's likes arrive, median over contents."""
    spans = []
    for content in np.unique(likes.content):
        ts = likes.ts[likes.content == content]
        if len(ts) >= 8:
            low, high = np.quantile(ts, (0.25, 0.75))
            spans.append((high - low) / US_PER_HOUR)
    return float(np.median(spans)) if spans else float("nan")


def _near(likes: Rows) -> float:
    """Share of the likes with another member's like of the same content within two minutes."""
    order = np.lexsort((likes.ts, likes.content))
    near = np.diff(likes.content[order]) == 0
    near &= np.diff(likes.ts[order]) < 120 * US_PER_SECOND
    return float((np.append(near, False) | np.append(False, near)).mean())


def _run(group: Group) -> float:
    """Mean number of the group's likes in a session that has any."""
    likes = group.likes.take(group.likes.session >= 0)
    return len(likes) / len(np.unique(likes.session)) if len(likes) else float("nan")


def _same_hour(likes: Rows) -> float:
    """Share of an account's likes in the hour of the day that holds most; mean over accounts."""
    shares = []
    hour = likes.ts / US_PER_HOUR % 24
    for account in np.unique(likes.account):
        mine = np.sort(hour[likes.account == account])
        if len(mine) >= _FEWEST_LIKES:
            round_the_clock = np.concatenate([mine, mine + 24])
            end = np.searchsorted(round_the_clock, mine + 1, "right")
            shares.append(float((end - np.arange(len(mine))).max()) / len(mine))
    return float(np.mean(shares)) if shares else float("nan")
