"""The report's customers: which ring serves which authors, on how many of their contents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.report.answer import SUSPECT_RING_SCORE
from zhenzan.report.wording import whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenzan.report.scan_directory import ScanDirectory

AUTHORS_SHOWN = 15
RINGS_NAMED = 6
"""Of the rings that serve one author, so many are named, those that gave most."""

# Likes carry the ring that supplied them only where they are called fake or suspect.
CUSTOMERS = f"""
WITH hit AS (
    SELECT l.ring_id, l.content_id, c.author_id, count(*) AS likes
    FROM likes l JOIN rings r USING (ring_id) LEFT JOIN contents c USING (content_id)
    WHERE r.kind <> 'courtesy' AND r.score >= {SUSPECT_RING_SCORE}
    GROUP BY l.ring_id, l.content_id, c.author_id),
served AS (
    SELECT author_id, count(DISTINCT content_id) AS contents, cast(sum(likes) AS bigint) AS likes
    FROM hit GROUP BY author_id),
given AS (
    SELECT author_id, ring_id, cast(sum(likes) AS bigint) AS likes
    FROM hit GROUP BY author_id, ring_id),
shares AS (
    SELECT author_id, list(struct_pack(ring_id := ring_id, likes := likes)
                           ORDER BY likes DESC, ring_id)[:{RINGS_NAMED}] AS rings
    FROM given GROUP BY author_id)
SELECT s.author_id, s.contents, s.likes, h.rings, count(s.author_id) OVER () AS authors
FROM served s JOIN shares h ON h.author_id IS NOT DISTINCT FROM s.author_id
ORDER BY s.likes DESC, s.author_id NULLS LAST
LIMIT ?
"""


@dataclass(frozen=True)
class Customer:
    """One author whose contents rings serve; None where the log does not name the author."""

    author_id: str | int | None
    contents: int
    likes: int
    rings: tuple[tuple[str, str], ...]
    """The label of each ring and its likes, most first; a ring without a place on the page has
    its identifier for a label."""


@dataclass(frozen=True)
class Customers:
    """The authors that are served most, and how many there are in all."""

    shown: tuple[Customer, ...]
    authors: int


def load_customers(scan: ScanDirectory, labels: Mapping[str, str]) -> Customers:
    """Who is served, by which rings.

    Args:
        scan: The open scan directory.
        labels: The letters of the rings that have a place on the page, by ``ring_id``.
    """
    rows = scan.rows("likes rings contents", CUSTOMERS, [AUTHORS_SHOWN])
    shown = tuple(
        Customer(
            author_id=row["author_id"],
            contents=row["contents"],
            likes=row["likes"],
            rings=tuple(
                (labels.get(one["ring_id"], one["ring_id"]), whole(one["likes"]))
                for one in row["rings"]
            ),
        )
        for row in rows
    )
    return Customers(shown, rows[0]["authors"] if rows else 0)
