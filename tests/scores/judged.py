"""Hand-made logs whose verdicts are given, and their scores: the scores stage without the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from tests.detectors.logs import build

from zhenzan import scores
from zhenzan.detectors.examples import EXAMPLE_START_S
from zhenzan.tables import ACCOUNTS_IN, CONTENTS_IN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.detectors.logs import Log

    from zhenzan.detectors.examples import Row

SECOND_US = 1_000_000
DAY_S = 86_400
CERTAIN = {"genuine": 0.01, "unknown": 0.01, "suspect": 0.7, "fake": 0.99}
VERDICT_OF = {"fake": "boosted", "suspect": "suspect"}


SURE = {"millibits": 6_629, "score": 0.99}
"""What every ring of these logs is worth, both ways."""


@dataclass(frozen=True)
class Judged:
    """A log and what is believed of it.

    Attributes:
        rows: The events.
        authors: Author of each content.
        likes: (account, content) → verdict of the like; genuine where nothing is said.
        accounts: Account → verdict; genuine where nothing is said.
        rings: Name → (kind, members).
        manners: (account, content) → manner of the like; 0 where nothing is said.
        topics: Topic of each content.
        people: Account → facts of it, such as followers.
        days: Length of the log.
    """

    rows: tuple[Row, ...]
    authors: Mapping[str, str] = field(default_factory=dict)
    likes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    rings: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    manners: Mapping[tuple[str, str], int] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    days: int = 14


@dataclass(frozen=True)
class Scored:
    """Rows of the score tables, by the user's identifiers."""

    contents: dict[str, dict[str, Any]]
    authors: dict[str, dict[str, Any]]
    accounts: dict[str, dict[str, Any]]
    tables: dict[str, list[dict[str, Any]]]


def scored(judged: Judged) -> Scored:
    """Score a judged log."""
    with TemporaryDirectory() as folder:
        log = build(Path(folder), judged.rows, judged.authors)
        try:
            _describe(log, judged)
            _judge(log, judged)
            _group(log, judged)
            ended = (EXAMPLE_START_S + judged.days * DAY_S) * SECOND_US
            present = log.present | {"accounts.organization_id"}
            scores.score(log.engine, present, ("like",), ended)
            return _read(log)
        finally:
            log.engine.close()


def _describe(log: Log, judged: Judged) -> None:
    code = {name: number for number, name in enumerate(log.accounts)}
    posts = [
        {
            "content": number,
            "content_id": name,
            "author": code.get(judged.authors.get(name, "")),
            "published_at": EXAMPLE_START_S * SECOND_US,
            "topic": judged.topics.get(name),
        }
        for number, name in enumerate(log.contents)
    ]
    people = [
        {"account": number, "account_id": name, **judged.people.get(name, {})}
        for name, number in code.items()
    ]
    log.engine.register("contents_in", pa.Table.from_pylist(posts, CONTENTS_IN.schema))
    log.engine.register("accounts_in", pa.Table.from_pylist(people, ACCOUNTS_IN.schema))


def _judge(log: Log, judged: Judged) -> None:
    account = {name: number for number, name in enumerate(log.accounts)}
    content = {name: number for number, name in enumerate(log.contents)}
    worst = dict.fromkeys(log.contents, "genuine")
    likes = []
    for number, row in enumerate(log.likes):
        verdict = judged.likes.get((row.account_id, row.content_id), "genuine")
        if verdict == "fake" or (verdict == "suspect" and worst[row.content_id] == "genuine"):
            worst[row.content_id] = verdict
        likes.append(
            {
                "like": number,
                "account": account[row.account_id],
                "content": content[row.content_id],
                **_verdict(verdict),
            }
        )
    manners = [
        {"like": number, "manner": judged.manners.get((row.account_id, row.content_id), 0)}
        for number, row in enumerate(log.likes)
    ]
    schema = pa.schema([("like", pa.int64()), ("manner", pa.int64())])
    log.engine.register("like_manner", pa.Table.from_pylist(manners, schema))
    counted = {name: sum(r.account_id == name for r in log.likes) for name in log.accounts}
    received = {name: sum(r.content_id == name for r in log.likes) for name in log.contents}
    people = [
        {"account": number, "likes": counted[name]} | _verdict(judged.accounts.get(name, "genuine"))
        for name, number in account.items()
    ]
    posts = [
        {"content": number, "likes": received[name]}
        | _verdict(worst[name])
        | {"verdict": VERDICT_OF.get(worst[name], "clean")}
        for name, number in content.items()
        if received[name]
    ]
    told = [("millibits", pa.int64()), ("score", pa.float64()), ("verdict", pa.string())]
    for table, rows, names in (
        ("like_verdicts", likes, ("like", "account", "content")),
        ("account_verdicts", people, ("account", "likes")),
        ("content_verdicts", posts, ("content", "likes")),
    ):
        schema = pa.schema([*((name, pa.int64()) for name in names), *told])
        log.engine.register(table, pa.Table.from_pylist(rows, schema))


def _verdict(verdict: str) -> dict[str, Any]:
    return {"millibits": 0, "score": CERTAIN[verdict], "verdict": verdict}


def _group(log: Log, judged: Judged) -> None:
    """Ring tables: a ring's likes are those of its members that are not genuine."""
    members, rings, given = [], [], []
    for ring, (name, (kind, accounts)) in enumerate(judged.rings.items()):
        rings.append({"ring": ring, "ring_id": name, "kind": kind, **SURE})
        there = [name for name in accounts if name in log.accounts]
        members += [{"ring": ring, "account": log.accounts.index(name)} for name in there]
        for number, row in enumerate(log.likes):
            verdict = judged.likes.get((row.account_id, row.content_id), "genuine")
            if row.account_id in accounts and verdict != "genuine":
                codes = {
                    "account": log.accounts.index(row.account_id),
                    "content": log.contents.index(row.content_id),
                }
                given.append({"ring": ring, "like": number, "ts": row.ts_us, **codes})
    whole = pa.int64()
    for table, rows, fields in (
        ("group_members", members, {"ring": whole, "account": whole}),
        ("ring_likes", given, dict.fromkeys(("ring", "like", "account", "content", "ts"), whole)),
        (
            "ring_scores",
            rings,
            {
                "ring": whole,
                "ring_id": pa.string(),
                "kind": pa.string(),
                "millibits": whole,
                "score": pa.float64(),
            },
        ),
    ):
        schema = pa.schema(list(fields.items()))
        log.engine.register(table, pa.Table.from_pylist(rows, schema))


def _read(log: Log) -> Scored:
    def rows(table: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = log.engine.query(f"SELECT * FROM {table}").to_pylist()
        return found

    def named(table: str, key: str, names: list[str]) -> dict[str, dict[str, Any]]:
        return {names[row.pop(key)]: row for row in rows(table)}

    reasons = named("content_health_reasons", "content", log.contents)
    contents = named("content_scores", "content", log.contents)
    for name, row in contents.items():
        row["health_reasons"] = reasons.get(name, {}).get("reasons", [])
    return Scored(
        contents,
        named("author_scores", "author", log.accounts),
        named("account_scores", "account", log.accounts),
        {
            table: [
                row | ({"content": log.contents[row["content"]]} if "content" in row else {})
                for row in rows(table)
            ]
            for table in ("content_visits", "content_provenance", "peer_rates", "content_sources")
        },
    )
