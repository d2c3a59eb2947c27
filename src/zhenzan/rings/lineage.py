"""Which ring of an earlier scan each ring is: same name, and what became of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.model import RingChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenzan.engines.base import Engine

SHARED = """
SELECT m.ring, p.ring_id, count(*) AS shared
FROM group_members m JOIN accounts_in a ON a.account = m.account
JOIN previous_members p ON p.account_id = a.account_id
GROUP BY m.ring, p.ring_id ORDER BY m.ring, p.ring_id
"""
NOW = "SELECT ring AS name, count(*) AS members FROM group_members GROUP BY ring ORDER BY ring"
BEFORE = """
SELECT ring_id AS name, count(*) AS members FROM previous_members GROUP BY ring_id ORDER BY ring_id
"""


@dataclass(frozen=True)
class Lineage:
    """Where a ring comes from.

    Attributes:
        ring_id: Its name; that of the ring it continues, if there is one.
        change: What became of it since; None without an earlier scan.
        previous: The rings it comes from, the one with most members in common first.
        joined: Members that the ring it continues did not have; all of a new ring's.
        left: Members of that ring that it no longer has.
    """

    ring_id: str
    change: RingChange | None = None
    previous: tuple[str, ...] = ()
    joined: int | None = None
    left: int | None = None


def lineage(engine: Engine, names: Sequence[str], *, repeated: bool) -> list[Lineage]:
    """Give each ring the name it had in an earlier scan.

    A ring comes from an earlier one if they share more than half of the members of the smaller.
    Of several rings that come from one, that with most members in common keeps its name.

    Args:
        engine: Holds ``group_members``, ``accounts_in`` and ``previous_members`` (ring_id,
            account_id).
        names: A name for each ring, by its members.
        repeated: Whether there was an earlier scan.
    """
    now, before = _members(engine, NOW), _members(engine, BEFORE)
    links = [
        (row["shared"], row["ring"], row["ring_id"])
        for row in engine.query(SHARED).to_pylist()
        if 2 * row["shared"] > min(now[row["ring"]], before[row["ring_id"]])
    ]
    if not repeated:
        return [Lineage(name) for name in names]
    links.sort(key=lambda link: (-link[0], link[1], link[2]))
    parents: dict[int, list[str]] = defaultdict(list)
    kept: dict[int, tuple[str, int]] = {}
    for shared, ring, name in links:
        parents[ring].append(name)
        if ring not in kept and name not in {taken for taken, _ in kept.values()}:
            kept[ring] = (name, shared)
    children = Counter(name for _, _, name in links)
    found = []
    for ring, name in enumerate(names):
        own, shared = kept.get(ring, (name, 0))
        joined, left = now[ring] - shared, before.get(own, 0) - shared if ring in kept else 0
        split = any(children[parent] > 1 for parent in parents[ring])
        change = _change(len(parents[ring]), joined, left, split=split)
        found.append(Lineage(own, change, tuple(parents[ring]), joined, left))
    return found


def _change(parents: int, joined: int, left: int, *, split: bool) -> RingChange:
    if not parents:
        return RingChange.NEW
    if parents > 1:
        return RingChange.MERGED
    if split:
        return RingChange.SPLIT
    if not joined and not left:
        return RingChange.SAME
    return RingChange.GROWN if joined >= left else RingChange.SHRUNK


def _members(engine: Engine, query: str) -> dict[int | str, int]:
    return {row["name"]: row["members"] for row in engine.query(query).to_pylist()}
