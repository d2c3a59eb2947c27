"""What a scan shows of one account and its ring: its likes, who liked the same, from where."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import duckdb

from zhenzan.report.scan_directory import ScanDirectory

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LIKES_LISTED = 60
MOST_LIKES = 4_000
"""Of a ring, so many likes are drawn at most."""
MOST_ACCOUNTS, MOST_CONTENTS, MOST_ORIGINS = 36, 30, 14
"""So many of each are in the graph: what is shared most."""

LIKES_OF_ACCOUNT = """
SELECT epoch_us(ts) AS us, cast(content_id AS varchar) AS content_id, verdict, provenance
FROM likes WHERE cast(account_id AS varchar) = ? ORDER BY ts DESC, event_id LIMIT ?
"""
LIKES_OF_RING = """
SELECT cast(event_id AS varchar) AS event_id, cast(account_id AS varchar) AS account_id,
       cast(content_id AS varchar) AS content_id, epoch_us(ts) AS us, verdict
FROM likes WHERE ring_id = ?
ORDER BY md5_number_lower(cast(event_id AS varchar)) LIMIT ?
"""
ORIGINS_OF_LIKES = """
SELECT cast(event_id AS varchar) AS event_id, device, ip
FROM read_parquet(?) WHERE cast(event_id AS varchar) IN (SELECT unnest(?))
"""


@dataclass(frozen=True)
class Like:
    """One like: when (µs since 1970), by whom, of what, and what is believed of it."""

    us: int
    account_id: str
    content_id: str
    verdict: str
    provenance: str = ""
    device: int | None = None
    address: int | None = None


@dataclass(frozen=True)
class Evidence:
    """What a scan shows.

    Attributes:
        likes: The account's own, newest first, so many as are listed.
        ring_likes: The ring's likes of its targets, a fair sample if there are many.
        has_origins: Whether devices and addresses were kept beside the scan.
    """

    likes: tuple[Like, ...] = ()
    ring_likes: tuple[Like, ...] = field(default=(), repr=False)
    has_origins: bool = False

    @property
    def ring_accounts(self) -> list[str]:
        """The ring's accounts, in the order of their first like."""
        first: dict[str, int] = {}
        for like in self.ring_likes:
            first[like.account_id] = min(first.get(like.account_id, like.us), like.us)
        return sorted(first, key=lambda account: (first[account], account))

    @property
    def ring_contents(self) -> list[str]:
        """The ring's targets, those with most of its likes first."""
        return _most(like.content_id for like in self.ring_likes)


def read_evidence(scan: Path, origins: Path, account_id: str, ring_id: str | None) -> Evidence:
    """What a scan shows of an account.

    Args:
        scan: A scan directory.
        origins: The file of devices and addresses beside it, which may be missing.
        account_id: The account.
        ring_id: Its ring, if it has one.

    Raises:
        ZhenzanError: The directory cannot be read.
    """
    with ScanDirectory(scan) as directory:
        own = directory.rows("likes", LIKES_OF_ACCOUNT, [account_id, LIKES_LISTED])
        ring = directory.rows("likes", LIKES_OF_RING, [ring_id, MOST_LIKES]) if ring_id else []
    has_origins = origins.is_file()
    places = _origins(origins, [row["event_id"] for row in ring]) if has_origins else {}
    nowhere = (None, None)
    return Evidence(
        tuple(Like(account_id=account_id, **row) for row in own),
        tuple(
            Like(
                row["us"],
                row["account_id"],
                row["content_id"],
                row["verdict"],
                "",
                *places.get(row["event_id"], nowhere),
            )
            for row in ring
        ),
        has_origins,
    )


def _origins(file: Path, events: list[str]) -> dict[str, tuple[int | None, int | None]]:
    with duckdb.connect(config={"threads": 1}) as connection:
        rows = connection.execute(ORIGINS_OF_LIKES, [str(file), events]).fetchall()
    return {event: (device, ip) for event, device, ip in rows}


Node = tuple[str, str]
"""What it is (account, content, device, address) and its identifier."""


@dataclass(frozen=True)
class Links:
    """A graph of who used what: nodes by kind, and the pairs that belong together."""

    nodes: dict[str, list[str]]
    pairs: frozenset[tuple[Node, Node]]
    left_out: int


def links_of(evidence: Evidence, account_id: str) -> Links:
    """The part of a ring's graph that fits on a page: what most have in common.

    Args:
        evidence: What the scan shows.
        account_id: The account of the case; it is always in it.
    """
    likes = evidence.ring_likes
    accounts = [a for a in _most(like.account_id for like in likes) if a != account_id]
    nodes = {
        "account": [account_id, *accounts[: MOST_ACCOUNTS - 1]],
        "content": evidence.ring_contents[:MOST_CONTENTS],
        "device": _shared((like.device, like.account_id) for like in likes),
        "address": _shared((like.address, like.account_id) for like in likes),
    }
    kept = {(kind, one) for kind, names in nodes.items() for one in names}
    pairs = set()
    for like in likes:
        account = ("account", like.account_id)
        for kind, value in (
            ("content", like.content_id),
            ("device", like.device),
            ("address", like.address),
        ):
            other = (kind, str(value))
            if account in kept and other in kept:
                pairs.add((account, other))
    return Links(nodes, frozenset(pairs), max(0, len(accounts) + 1 - MOST_ACCOUNTS))


def _most(values: Iterable[str]) -> list[str]:
    counts = Counter(values)
    return sorted(counts, key=lambda value: (-counts[value], value))


def _shared(uses: Iterable[tuple[int | None, str]]) -> list[str]:
    """Origins that several accounts share, the most shared first."""
    users: dict[int, set[str]] = defaultdict(set)
    for origin, account in uses:
        if origin is not None:
            users[origin].add(account)
    shared = [origin for origin, accounts in users.items() if len(accounts) > 1]
    shared.sort(key=lambda origin: (-len(users[origin]), origin))
    return [str(origin) for origin in shared[:MOST_ORIGINS]]
