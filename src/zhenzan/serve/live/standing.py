"""What the newest scan says of accounts and of rings with their targets, held for quick looks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from zhenzan.model import Provenance, Verdict
from zhenzan.report.answer import SUSPECT_RING_SCORE, ring_threshold
from zhenzan.report.scan_directory import ScanDirectory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

NO_RINGS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Standing:
    """What the newest scan says. Only who is not simply genuine is in it, so it stays small.

    Attributes:
        accounts: Accounts that are suspect or fake → which of it.
        members: Members of rings that are at least suspect → their rings.
        targets: Targets of these rings → the rings.
        established: Those of the rings that are called rings.
    """

    accounts: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    targets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    established: frozenset[str] = frozenset()

    @cached_property
    def knows(self) -> Callable[[str], bool]:
        """Whether there is anything to say of an account."""
        return frozenset(self.accounts.keys() | self.members.keys()).__contains__


def read_standing(scan: Path) -> Standing:
    """The standing by a scan directory.

    Raises:
        ZhenzanError: It cannot be read.
    """
    with ScanDirectory(scan) as directory:
        threshold = ring_threshold(directory.summary)
        accounts = directory.rows(
            "accounts",
            "SELECT CAST(account_id AS VARCHAR) AS id, verdict FROM accounts "
            "WHERE verdict IN (?, ?)",
            [Verdict.SUSPECT, Verdict.FAKE],
        )
        rings = directory.rows(
            "rings",
            "SELECT ring_id, score FROM rings WHERE score >= ? AND kind <> ?",
            [SUSPECT_RING_SCORE, Provenance.COURTESY],
        )
        # Only a like of a target belongs to a ring.
        targets = directory.rows(
            "likes",
            "SELECT DISTINCT ring_id, CAST(content_id AS VARCHAR) AS id FROM likes "
            "WHERE ring_id IS NOT NULL",
        )
        members = directory.rows(
            "ring_members", "SELECT ring_id, CAST(account_id AS VARCHAR) AS id FROM ring_members"
        )
    known = {ring["ring_id"] for ring in rings}
    return Standing(
        {account["id"]: account["verdict"] for account in accounts},
        _by_id(members, known),
        _by_id(targets, known),
        frozenset(ring["ring_id"] for ring in rings if ring["score"] >= threshold),
    )


def _by_id(rows: list[dict[str, str]], known: set[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["ring_id"] in known:
            found[row["id"]].add(row["ring_id"])
    return {entity: frozenset(rings) for entity, rings in found.items()}
