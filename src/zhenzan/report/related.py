"""What an explained entity is tied to: its own figures, its ring, its accounts and contents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhenzan.model import EntityType
from zhenzan.report.wording import iso_time

if TYPE_CHECKING:
    from zhenzan.report.scan_directory import Row, ScanDirectory

NAMED = 10
"""So many related entities are named; how many there are is told by a count."""

RING = "SELECT ring_id, kind, accounts FROM rings WHERE ring_id = ?"

FAKE_ON = """
SELECT content_id, count(*) AS likes FROM likes
WHERE account_id = ? AND verdict = 'fake'
GROUP BY content_id ORDER BY likes DESC, content_id LIMIT ?
"""
OWN_CONTENTS = """
SELECT content_id, likes, verdict FROM contents
WHERE author_id = ? AND verdict IN ('boosted', 'suspect')
ORDER BY likes - true_likes DESC, content_id LIMIT ?
"""
FROM_RINGS = """
SELECT l.ring_id, any_value(r.kind) AS kind, count(*) AS likes
FROM likes l JOIN rings r USING (ring_id)
WHERE l.content_id = ? GROUP BY l.ring_id ORDER BY likes DESC, l.ring_id LIMIT ?
"""
MEMBERS = """
SELECT m.account_id, m.role, m.score, count(l.account_id) AS likes
FROM ring_members m
LEFT JOIN likes l ON l.account_id = m.account_id AND l.ring_id = m.ring_id
WHERE m.ring_id = ?
GROUP BY m.account_id, m.role, m.score ORDER BY likes DESC, m.account_id LIMIT ?
"""
TARGETS = """
SELECT content_id, count(*) AS likes FROM likes
WHERE ring_id = ? GROUP BY content_id ORDER BY likes DESC, content_id LIMIT ?
"""


def related_to(scan: ScanDirectory, entity_type: EntityType, row: Row) -> dict[str, Any]:
    """What one entity is tied to, fit for JSON.

    Args:
        scan: The open scan directory.
        entity_type: like, account, content or ring.
        row: What was read of the entity.
    """
    match entity_type:
        case EntityType.LIKE:
            own = {name: row[name] for name in ("account_id", "content_id", "provenance")}
            return {**own, "ts": iso_time(row["us"]), "ring": _ring(scan, row["ring_id"])}
        case EntityType.ACCOUNT:
            own = {name: row[name] for name in ("role", "likes", "fake_likes", "credit")}
            return {
                **own,
                "ring": _ring(scan, row["ring_id"]),
                "fake_on": scan.rows("likes", FAKE_ON, [row["key"], NAMED]),
                "own_contents": scan.rows("contents", OWN_CONTENTS, [row["key"], NAMED]),
            }
        case EntityType.CONTENT:
            own = {k: v for k, v in row.items() if k not in {"key", "score", "verdict"}}
            return {**own, "rings": scan.rows("likes rings", FROM_RINGS, [row["key"], NAMED])}
        case _:
            own = {name: row[name] for name in ("kind", "accounts", "contents", "likes")}
            return {
                **own,
                "first_ts": iso_time(row["first_us"]),
                "last_ts": iso_time(row["last_us"]),
                "members": scan.rows("likes ring_members", MEMBERS, [row["key"], NAMED]),
                "targets": scan.rows("likes", TARGETS, [row["key"], NAMED]),
            }


def _ring(scan: ScanDirectory, ring_id: str | None) -> Row | None:
    return None if ring_id is None else scan.row("rings", RING, [ring_id])
