"""Turns example rows into the ingest tables, and findings into rows that people can compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from zhenzan import features
from zhenzan.engines.duckdb import DuckDBEngine
from zhenzan.model import EVENT_TYPES, EntityType
from zhenzan.reasons import REASONS
from zhenzan.tables import ACCOUNTS_IN, CONTENTS_IN, ENDORSEMENTS, EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from zhenzan.detectors.base import Detector
    from zhenzan.detectors.examples import Row

MEMORY_BYTES = 500_000_000


@dataclass(frozen=True)
class Log:
    """Ingest and feature tables of a few rows, and the names behind the codes."""

    engine: DuckDBEngine
    accounts: list[str]
    contents: list[str]
    likes: list[Row]
    present: frozenset[str]


@dataclass(frozen=True)
class Found:
    """One finding with names for codes."""

    reason_code: str
    entity: str
    bits: float
    facts: tuple[tuple[str, float], ...]


def codes(values: Iterable[str | None]) -> dict[str, int]:
    """Codes in the sorted order of the values."""
    return {value: code for code, value in enumerate(sorted({v for v in values if v is not None}))}


def build(folder: Path, rows: Sequence[Row], authors: Mapping[str, str] | None = None) -> Log:
    """Store ``rows`` as a log; a like's event_id is its position in ``rows``.

    Args:
        folder: Existing folder for the working database.
        rows: The events.
        authors: Author of each content; without, contents have none.
    """
    authors = authors or {}
    account = codes([*(row.account_id for row in rows), *authors.values()])
    content = codes([*(row.content_id for row in rows), *authors])
    device, ip = codes(row.device_id for row in rows), codes(row.ip for row in rows)
    net = codes(prefix(row.ip) for row in rows)

    def where(row: Row) -> dict[str, Any]:
        return {
            "ts": row.ts_us,
            "account": account[row.account_id],
            "content": content[row.content_id],
            "device": device.get(row.device_id or ""),
            "ip": ip.get(row.ip or ""),
            "net": net.get(prefix(row.ip) or ""),
            "session": None,
            "source": row.source,
        }

    events = [
        {
            "event_type": EVENT_TYPES.index(row.event_type),
            "watch_ms": None,
            "progress": None if row.progress is None else int(row.progress * 1_000_000),
            **where(row),
        }
        for row in rows
    ]
    liked = sorted(
        ((content[r.content_id], r.ts_us, account[r.account_id], f"{n:09}", r)
         for n, r in enumerate(rows) if r.event_type == "like"),
        key=lambda key: key[:4],
    )  # fmt: skip
    taken: set[tuple[int, int]] = set()
    endorsements = []
    for position, (of, _, by, event_id, row) in enumerate(liked):
        endorsements.append(
            {"like": position, "event_id": event_id, "first": (by, of) not in taken, **where(row)}
        )
        taken.add((by, of))
    engine = DuckDBEngine(folder, MEMORY_BYTES, 2)
    engine.register(EVENTS.name, pa.Table.from_pylist(events, EVENTS.schema))
    engine.register(ENDORSEMENTS.name, pa.Table.from_pylist(endorsements, ENDORSEMENTS.schema))
    people = [{"account": code, "account_id": name} for name, code in account.items()]
    engine.register(ACCOUNTS_IN.name, pa.Table.from_pylist(people, ACCOUNTS_IN.schema))
    posts = [
        {"content": code, "content_id": name, "author": account.get(authors.get(name, ""))}
        for name, code in content.items()
    ]
    engine.register(CONTENTS_IN.name, pa.Table.from_pylist(posts, CONTENTS_IN.schema))
    holds = {"view": any(row.event_type == "view" for row in rows),
             "device_id": bool(device), "ip": bool(ip),
             "source": any(row.source for row in rows)}  # fmt: skip
    present = frozenset(name for name, held in holds.items() if held)
    features.build(engine, present)
    return Log(engine, sorted(account), sorted(content), [key[4] for key in liked], present)


def prefix(ip: str | None) -> str | None:
    """The /24 of an address."""
    return ip and ip.rpartition(".")[0]


def find(detector: Detector, log: Log) -> list[Found]:
    """Every finding of a detector that the log allows, named and sorted."""
    if not detector.needs <= log.present:
        return []
    found = []
    for findings in detector.find(log.engine):
        for row in findings.table().to_pylist():
            entity, other, millibits = (row.pop(n) for n in ("entity", "other", "millibits"))
            name = name_of(findings.reason_code, entity, log)
            name = name if other is None else f"{name}|{log.accounts[other]}"
            found.append(
                Found(findings.reason_code, name, millibits / 1000, tuple(sorted(row.items())))
            )
    return sorted(found, key=lambda f: (f.reason_code, f.entity))


def name_of(reason_code: str, entity: int, log: Log) -> str:
    """An account's or content's name; for a like, account and content joined by a blank."""
    about = REASONS[reason_code].entity
    if about == EntityType.LIKE:
        row = log.likes[entity]
        return f"{row.account_id} {row.content_id}"
    return (log.contents if about == EntityType.CONTENT else log.accounts)[entity]
