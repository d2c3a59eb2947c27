"""A scan directory by hand, with every kind of account that enforcement must tell apart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from zhenzan.tables import OUT_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from zhenzan.tables import Table

START = datetime(2026, 3, 2, tzinfo=UTC)
Row = dict[str, Any]


@dataclass(frozen=True)
class Crowd:
    """Accounts of one kind: name, how many, verdict, role, ring, fake and other likes of each."""

    name: str
    count: int
    verdict: str = "fake"
    role: str = "supplier"
    ring: str | None = None
    kind: str = "farm"
    fake: int = 4
    others: int = 0
    provenance: str = "farm"
    score: float = 0.999


FARM = Crowd("farm", 30, ring="r-farm")
MUTUAL = Crowd("mutual", 10, role="member", ring="r-mutual", kind="mutual", provenance="mutual")
ALONE = Crowd("alone", 5, role="none", provenance="unknown", score=0.98)
MAY_BE_HIT = (FARM, MUTUAL, ALONE)
MILDLY = (
    Crowd("suspect", 10, verdict="suspect", role="none", provenance="unknown", score=0.7),
    Crowd("minority", 5, ring="r-farm", fake=2, others=8),
)
"""Nothing but a discount of their likes may happen to them."""
NEVER = (
    Crowd("honest", 150, verdict="genuine", role="none", fake=0, others=6, score=0.01),
    Crowd("hijacked", 10, verdict="genuine", role="none", fake=3, others=9, score=0.3),
    Crowd("unknown", 20, verdict="unknown", role="none", fake=0, others=1, score=0.004),
    Crowd("bought", 5, verdict="genuine", role="beneficiary", fake=0, others=3, score=0.1),
    Crowd("framed", 5, role="beneficiary", fake=3),
    Crowd("friend", 5, role="member", ring="r-friends", kind="courtesy", provenance="courtesy"),
    Crowd("polite", 5, role="none", provenance="courtesy"),
    Crowd("nothing", 5, role="none", fake=0, others=5),
    Crowd("strange", 2, role="emperor"),
)
CROWDS = (*MAY_BE_HIT, *MILDLY, *NEVER)


def names(crowds: Iterable[Crowd]) -> set[str]:
    return {f"{crowd.name}-{i:03}" for crowd in crowds for i in range(crowd.count)}


def write_scan(
    folder: Path, crowds: Iterable[Crowd] = CROWDS, *, day: int = 0, digest: str = "d0"
) -> Path:
    """Write the scan directory; its likes lie within ten hours of a day."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = list(crowds)
    rows = {
        "likes": [like for crowd in listed for like in _likes(crowd, day)],
        "accounts": [account for crowd in listed for account in _accounts(crowd)],
        "contents": [
            {"content_id": f"c{n}", "author_id": f"bought-{n:03}", "verdict": "boosted", "score": 1}
            for n in range(10)
        ],
        "rings": _rings(listed),
        "ring_members": [
            {"ring_id": c.ring, "account_id": name, "role": c.role, "score": c.score}
            for c in listed
            if c.ring
            for name in sorted(names([c]))
        ],
        "signals": [_signal(name) for c in listed if c.fake for name in sorted(names([c]))],
    }
    for table in OUT_TABLES:
        whole = [_filled(table, row) for row in rows.get(table.name, [])]
        pq.write_table(pa.Table.from_pylist(whole, table.schema), folder / f"{table.name}.parquet")
    summary = {"zhenzan": "0", "input_digest": digest, "prior_bits": {}, "thresholds": {}}
    (folder / "summary.json").write_text(json.dumps(summary))
    return folder


def _verdicts(crowd: Crowd) -> list[str]:
    found = "suspect" if crowd.verdict == "suspect" else "fake"
    return [found] * crowd.fake + ["genuine"] * crowd.others


def _accounts(crowd: Crowd) -> list[Row]:
    return [
        {
            "account_id": name,
            "likes": len(_verdicts(crowd)),
            "fake_likes": _verdicts(crowd).count("fake"),
            "score": crowd.score,
            "verdict": crowd.verdict,
            "role": crowd.role,
            "ring_id": crowd.ring,
            "reasons": ["ring_member"] if crowd.ring else [],
        }
        for name in sorted(names([crowd]))
    ]


def _likes(crowd: Crowd, day: int) -> list[Row]:
    return [
        {
            "event_id": f"{name}-{n}",
            "ts": START + timedelta(days=day, hours=n),
            "account_id": name,
            "content_id": f"c{n % 10}",
            "score": crowd.score if verdict != "genuine" else 0.01,
            "verdict": verdict,
            "provenance": "genuine" if verdict == "genuine" else crowd.provenance,
            "ring_id": crowd.ring,
        }
        for name in sorted(names([crowd]))
        for n, verdict in enumerate(_verdicts(crowd))
    ]


def _rings(crowds: list[Crowd]) -> list[Row]:
    return [
        {
            "ring_id": ring,
            "kind": crowd.kind,
            "accounts": sum(c.count for c in crowds if c.ring == ring),
            "score": 0.999,
            "evidence": json.dumps({"witnesses": []}),
        }
        for ring, crowd in {c.ring: c for c in crowds if c.ring}.items()
    ]


def _signal(name: str) -> Row:
    return {
        "entity_type": "account",
        "entity_id": name,
        "detector": "path",
        "version": 1,
        "weight": 9.0,
        "reason_code": "account_likes_unseen",
        "evidence": json.dumps({"hits": 4, "likes": 4, "usual_percent": 3.1}),
    }


def _filled(table: Table, row: Row) -> Row:
    usual = {pa.types.is_list: [], pa.types.is_string: "", pa.types.is_timestamp: START}
    filled = {}
    for field in table.schema:
        value = next((v for is_type, v in usual.items() if is_type(field.type)), 0)
        filled[field.name] = row.get(field.name, None if field.nullable else value)
    return filled
