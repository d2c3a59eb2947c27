"""What test scans say of authors and their audiences; each author does a little better."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .plans import Row

VIEWERS_PER_CONTENT = 150
SOURCES = {"recommend": 100, "search": 20, "follow": 15, "share": 11, "push": 4}
"""Views of one content by the way they came, before what its author does better."""


PEER_GROUP = '{"topic": "food"}'
PEER_RATES = {"completion": 0.4, "dwell": 14.0, "comments": 0.06, "shares": 0.1, "follows": 0.08}


def peers(*, logged: bool) -> list[Row]:
    return [
        {"peer_group": PEER_GROUP, "part": part, "contents": 50, "rate": rate}
        for part, rate in (PEER_RATES if logged else {}).items()
    ]


def provenance(contents: Iterable[Row]) -> list[Row]:
    rows = []
    for content in contents:
        removed = content["removed_likes"]
        mix = {"genuine": content["likes"] - removed, "farm": removed}
        if any(0 < n < 10 for n in mix.values()):
            mix = {"hidden": content["likes"]}
        if content["likes"] >= 10:
            told = {word: n for word, n in mix.items() if n}
            rows += [
                {"content_id": content["content_id"], "provenance": word, "likes": n}
                for word, n in told.items()
            ]
    return rows


def place(author: str) -> int:
    """The number at the end of an author's name: the higher, the better it does."""
    return int(author.rpartition("author")[2])


def authors(contents: Iterable[Row], accounts: Iterable[Row]) -> list[Row]:
    roles = {row["account_id"]: row for row in accounts}
    by_author: Mapping[str, list[Row]] = defaultdict(list)
    for row in contents:
        by_author[row["author_id"]].append(row)
    names = ("likes", "discounted_likes", "removed_likes")
    return [
        {
            "author_id": author,
            "contents": len(rows),
            **{name: sum(row[name] for row in rows) for name in names},
            **{
                f"true_likes{end}": sum(row[f"true_likes{end}"] for row in rows)
                for end in ("", "_low", "_high")
            },
            "engagement_score": 50.0 if any(row["engagement_score"] for row in rows) else None,
            "engagement_low": 41.0,
            "engagement_high": 60.0,
            "health_reasons": ["content_likes_removed"]
            if any(r["removed_likes"] for r in rows)
            else [],
            "ties": [],
            "health": sum(row["health"] for row in rows) / len(rows),
            "health_parts": "{}",
            **{
                verdict: sum(row["verdict"] == verdict for row in rows)
                for verdict in ("clean", "suspect", "boosted", "unknown")
            },
            **{name: roles[author][name] for name in ("verdict", "role", "credit")},
        }
        for author, rows in by_author.items()
    ]


def engagement(contents: Iterable[Row], *, logged: bool) -> list[Row]:
    rows = []
    for content in contents:
        better, viewers = place(content["author_id"]), VIEWERS_PER_CONTENT
        told = {
            "views": viewers + 30,
            "viewers": viewers + 10,
            "genuine_viewers": viewers,
            "watchers": viewers,
            "finishers": 15 + 5 * better,
            "timed_viewers": viewers,
            "watch_seconds": viewers * (5 + better),
            "comments": 12,
            "genuine_comments": 10,
            "genuine_commenters": 8,
            "shares": 9 + better,
            "genuine_sharers": 5 + better,
            "share_arrivals": 7,
            "favorites": 6,
            "genuine_favorites": 4,
            "follows": 25 - better,
            "genuine_follows": 22 - better,
        }
        nothing = dict.fromkeys(told)
        rows.append({"content_id": content["content_id"], **(told if logged else nothing)})
    return rows


def retention(contents: Iterable[Row], *, logged: bool) -> list[Row]:
    rows = []
    for content in contents if logged else ():
        finishers = 15 + 5 * place(content["author_id"])
        for tenth in range(11):
            left = VIEWERS_PER_CONTENT - (VIEWERS_PER_CONTENT - finishers) * min(tenth, 9) // 9
            row = {"content_id": content["content_id"], "tenth": tenth, "viewers": left + 10}
            rows.append({**row, "genuine_viewers": left})
    return rows


def sources(contents: Iterable[Row], prefix: str, *, logged: bool) -> list[Row]:
    rows = []
    for content in contents:
        ways = dict(SOURCES) if logged else {"unlogged": sum(SOURCES.values())}
        if logged and prefix:
            ways[prefix] = 12
        if logged:
            ways["search"] += 2 * place(content["author_id"])
        likes = content["likes"]
        for source, views in ways.items():
            own = likes if source in {"recommend", "unlogged"} else 0
            rows.append(
                {
                    "content_id": content["content_id"],
                    "source": source,
                    "views": views,
                    "likes": own,
                    "fake_likes": content["removed_likes"] if own else 0,
                }
            )
    return rows
