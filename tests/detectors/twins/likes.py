"""What the twins read of a log: first likes, views, hours."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.detectors.logs import Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zhenzan.detectors.examples import Row

HOUR_US = 3_600_000_000
SLACK_US = 600_000_000


@dataclass(frozen=True)
class First:
    """An account's first like of a content."""

    content: str
    ts: int
    account: str
    author: tuple[int, str]
    device: str | None
    ip: str | None


def all_likes(rows: Iterable[Row]) -> list[Row]:
    """Every like in the order of content, time, account."""
    likes = [row for row in rows if row.event_type == "like"]
    return sorted(likes, key=lambda row: (row.content_id, row.ts_us, row.account_id))


def first_likes(rows: Iterable[Row], authors: Mapping[str, str]) -> list[First]:
    """First likes in the order of content, time, account."""
    found: dict[tuple[str, str], First] = {}
    for row in all_likes(rows):
        known = authors.get(row.content_id)
        author = (1, known) if known else (0, row.content_id)
        first = First(row.content_id, row.ts_us, row.account_id, author, row.device_id, row.ip)
        found.setdefault((row.account_id, row.content_id), first)
    return list(found.values())


def by_content(likes: Iterable[First]) -> dict[str, list[First]]:
    found: dict[str, list[First]] = defaultdict(list)
    for like in likes:
        found[like.content].append(like)
    return found


def counted(rows: Iterable[Row], event_type: str) -> dict[str, Counter[int]]:
    """Events of one type per content and hour."""
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for row in rows:
        if row.event_type == event_type:
            found[row.content_id][row.ts_us // HOUR_US] += 1
    return found


def unseen(rows: Sequence[Row]) -> list[bool]:
    """For each of ``all_likes``: whether no view of the content came before it."""
    since: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.event_type == "view":
            key = (row.account_id, row.content_id)
            since[key] = min(row.ts_us, since.get(key, row.ts_us))
    return [
        since.get((row.account_id, row.content_id), row.ts_us + SLACK_US + 1) > row.ts_us + SLACK_US
        for row in all_likes(rows)
    ]


def found(code: str, entity: str, bits: float, **facts: float) -> Found:
    return Found(code, entity, bits, tuple(sorted(facts.items())))
