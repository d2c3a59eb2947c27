"""Writes small, plausible scan directories, so that the report is tested without the pipeline."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from zhenzan.tables import OUT_TABLES

from . import audiences
from .plans import RingPlan, Row, ScanPlan, witnesses

if TYPE_CHECKING:
    from pathlib import Path

SECOND = 1_000_000
HOUR = 3_600 * SECOND
START = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp()) * SECOND
HOURS = 14 * 24
VERDICTS = {kind: kind for kind in ("genuine", "unknown", "suspect")} | {"courtesy": "genuine"}
PRIOR_BITS = {"like": -6.6, "account": -8.0, "content": -5.0, "ring": -10.0}


def logistic(bits: float) -> float:
    return float(1 / (1 + 2**-bits))


def ring_id(members: list[str]) -> str:
    return "r-" + hashlib.sha256("|".join(members).encode()).hexdigest()[:12]


class ScanWriter:
    """Draws the tables of one plan and writes them."""

    def __init__(self, plan: ScanPlan, seed: int = 1) -> None:
        self.plan = plan
        self.draw = random.Random(seed)
        self.likes: list[Row] = []
        self.signals: list[Row] = []
        self.rings: list[Row] = []
        self.members: list[Row] = []
        self.contents = [f"{plan.prefix}c{i:03}" for i in range(plan.contents)]
        self.author = {c: f"{plan.prefix}author{i % 20}" for i, c in enumerate(self.contents)}
        self.honest = [f"{plan.prefix}u{i}" for i in range(plan.accounts)]

    def write(self, directory: Path) -> Path:
        directory.mkdir(parents=True, exist_ok=True)
        self._organic()
        for ring in self.plan.rings:
            self._ring(ring)
        self._name_likes()
        accounts, contents = self._accounts(), self._contents()
        logged, prefix = self.plan.with_views, self.plan.prefix
        tables = {
            "likes": self.likes,
            "accounts": accounts,
            "contents": contents,
            "rings": self.rings,
            "ring_members": self.members,
            "signals": self.signals,
            "authors": audiences.authors(contents, accounts),
            "curves": self._curves(),
            "retention": audiences.retention(contents, logged=logged),
            "sources": audiences.sources(contents, prefix, logged=logged),
            "engagement": audiences.engagement(contents, logged=logged),
            "peers": audiences.peers(logged=logged),
            "provenance": audiences.provenance(contents),
            "quarantine": list(self.plan.quarantine),
        }
        for table in OUT_TABLES:
            rows = sorted(tables[table.name], key=lambda r: tuple(r[k] for k in table.key))
            arrow = pa.Table.from_pylist(rows, table.schema)
            if table.name == "likes" and self.plan.integer_events:
                codes = pa.array(range(1, arrow.num_rows + 1), pa.int64())
                arrow = arrow.set_column(0, "event_id", codes)
            pq.write_table(arrow, directory / f"{table.name}.parquet")
        (directory / "summary.json").write_text(json.dumps(self._summary(tables)), "utf-8")
        return directory

    def _like(self, hour: float, account: str, content: str, ring: str | None, kind: str) -> None:
        row = {
            "ts": START + int(hour * HOUR),
            "account_id": account,
            "content_id": content,
            "ring_id": ring,
            "kind": kind,
        }
        self.likes.append(row)

    def _organic(self) -> None:
        for _ in range(self.plan.organic_likes):
            content = self.contents[int(len(self.contents) * self.draw.random() ** 2)]
            born = self.contents.index(content) * HOURS / (len(self.contents) * 1.3)
            hour = min(born + self.draw.expovariate(1 / 30), HOURS - 0.01)
            known = self.draw.random() >= self.plan.unknown_share
            kind = "genuine" if known else "unknown"
            self._like(hour, self.draw.choice(self.honest), content, None, kind)

    def _ring(self, plan: RingPlan) -> None:
        number = len(self.rings)
        names = [f"{self.plan.prefix}{plan.kind}{number}_{i:03}" for i in range(plan.members)]
        code = ring_id(names)
        targets = self.contents[number * 7 : number * 7 + plan.targets]
        before = len(self.likes)
        for index, target in enumerate(targets):
            offset = plan.start_hour + index * plan.spread_hours / 3
            for name in self.draw.sample(names, max(2, int(plan.members * 0.9))):
                hour = min(offset + self.draw.random() * plan.spread_hours, HOURS - 0.01)
                cleared = plan.first_witness_bits < 0
                kind = plan.kind if plan.established else "genuine" if cleared else "suspect"
                self._like(hour, name, target, None if cleared else code, kind)
        given = self.likes[before:]
        found = witnesses(plan)
        for name in names:
            for _ in range(3):
                other = self.draw.choice(self.contents[40:] or self.contents)
                self._like(self.draw.random() * (HOURS - 1), name, other, None, "genuine")
            self.members.append(
                {
                    "ring_id": code,
                    "account_id": name,
                    "role": "member" if plan.kind in {"mutual", "courtesy"} else "supplier",
                    "score": 0.99,
                }
            )
        self.rings.append(
            {
                "ring_id": code,
                "kind": plan.kind,
                "accounts": plan.members,
                "contents": plan.targets,
                "likes": len(given),
                "first_ts": min(row["ts"] for row in given),
                "last_ts": max(row["ts"] for row in given),
                "score": logistic(PRIOR_BITS["ring"] + sum(w["weight"] for w in found)),
                "evidence": json.dumps({"prior_bits": -10.0, "witnesses": found}),
            }
        )

    def _name_likes(self) -> None:
        self.likes.sort(key=lambda row: (row["ts"], row["account_id"], row["content_id"]))
        for number, row in enumerate(self.likes, 1):
            row["event_id"] = (
                f"{number:08}" if self.plan.integer_events else f"{self.plan.prefix}e{number:06}"
            )
            weights = self._like_weights(row)
            row["score"] = logistic(PRIOR_BITS["like"] + sum(w for _, w, _ in weights))
            row["reasons"] = [code for code, w, _ in weights if w > 0]
            kind = row.pop("kind")
            row["verdict"] = VERDICTS.get(kind, "fake")
            row["provenance"] = "unknown" if kind == "suspect" else kind
            event = str(number) if self.plan.integer_events else row["event_id"]
            for code, weight, facts in weights:
                self._signal("like", event, code, weight, facts)

    def _like_weights(self, row: Row) -> list[tuple[str, float, Row]]:
        if row["kind"] in {"genuine", "unknown", "courtesy"}:
            return (
                [("watched_first", -2.0, {"watch_seconds": 21})] if row["kind"] != "unknown" else []
            )
        facts = {"ring_id": row["ring_id"], "within_minutes": 12}
        weight = 3.0 if row["kind"] == "suspect" else 11.0
        return [("ring_target_like", weight, facts), ("like_without_view", 4.2, {})]

    def _signal(self, entity: str, name: str, code: str, weight: float, facts: Row) -> None:
        self.signals.append(
            {
                "entity_type": entity,
                "entity_id": name,
                "detector": {"like_without_view": "path"}.get(code, code.partition("_")[0]),
                "version": 1,
                "weight": weight,
                "reason_code": code,
                "evidence": json.dumps(facts),
            }
        )

    def _accounts(self) -> list[Row]:
        given = Counter(row["account_id"] for row in self.likes)
        fake = Counter(row["account_id"] for row in self.likes if row["verdict"] == "fake")
        ring = {row["account_id"]: row for row in self.members}
        harmless = {
            row["ring_id"] for row in self.rings if row["kind"] == "courtesy" or row["score"] < 0.5
        }
        suspect = {row["account_id"] for row in self.likes if row["verdict"] == "suspect"}
        boosted = {self.author[row["content_id"]] for row in self.likes if row["verdict"] == "fake"}
        rows = []
        for name in sorted(set(given) | set(self.author.values())):
            bad = name in ring and ring[name]["ring_id"] not in harmless
            if bad:
                facts = {"ring_id": ring[name]["ring_id"], "likes": fake[name]}
                weight = 5.75 if name in suspect else 15.5
                self._signal("account", name, "ring_member", weight, facts)
                self._signal("account", name, "no_view_rate", 3.25, {"likes": 12, "share": 0.9})
            bits = 9.0 if name in suspect else 18.75 if bad else 0.0
            score = logistic(PRIOR_BITS["account"] + bits)
            honest = "unknown" if given[name] == 1 else "genuine"
            role = ring[name]["role"] if bad else "beneficiary" if name in boosted else "none"
            rows.append(
                {
                    "account_id": name,
                    "likes": given[name],
                    "fake_likes": fake[name],
                    "score": score,
                    "verdict": "suspect" if name in suspect else "fake" if bad else honest,
                    "role": role,
                    "credit": 4 if bad else 90,
                    "reasons": ["ring_member", "no_view_rate"] if bad else [],
                    "ring_id": ring[name]["ring_id"] if name in ring else None,
                }
            )
        return rows

    def _contents(self) -> list[Row]:
        given = Counter(row["content_id"] for row in self.likes)
        fake = Counter(row["content_id"] for row in self.likes if row["verdict"] == "fake")
        rows = []
        for name in sorted(given):
            share = fake[name] / given[name]
            boosted = share > 0.2
            if boosted:
                facts = {"likes": given[name], "expected": given[name] - fake[name]}
                self._signal("content", name, "burst_over_views", 9.0, facts)
            real = float(given[name] - fake[name])
            rows.append(
                {
                    "content_id": name,
                    "author_id": self.author[name],
                    "likes": given[name],
                    "discounted_likes": 0,
                    "removed_likes": fake[name],
                    "true_likes": real,
                    "true_likes_low": max(0.0, real - 2),
                    "true_likes_high": min(float(given[name]), real + 2),
                    "engagement_score": 50.0 if given[name] > 5 else None,
                    "engagement_low": 41.0 if given[name] > 5 else None,
                    "engagement_high": 60.0 if given[name] > 5 else None,
                    "peer_group": audiences.PEER_GROUP if given[name] > 5 else None,
                    "health": 100 * (1 - share),
                    "health_parts": f'{{"provenance":{100 * (1 - share)}}}',
                    "health_reasons": ["content_likes_removed"] if share > 0.01 else [],
                    "score": logistic(PRIOR_BITS["content"] + (9.0 if boosted else 0.0)),
                    "verdict": "boosted" if boosted else "suspect" if share > 0.1 else "clean",
                    "reasons": ["burst_over_views"] if boosted else [],
                }
            )
        return rows

    def _curves(self) -> list[Row]:
        likes: dict[str, Counter[int]] = defaultdict(Counter)
        fake: dict[str, Counter[int]] = defaultdict(Counter)
        for row in self.likes:
            hour = (row["ts"] - START) // HOUR
            likes[row["content_id"]][hour] += 1
            fake[row["content_id"]][hour] += row["verdict"] == "fake"
        rows = []
        for content, by_hour in likes.items():
            for hour in range(min(by_hour), max(by_hour) + 1):
                real = by_hour[hour] - fake[content][hour]
                rows.append(
                    {
                        "content_id": content,
                        "ts": START + hour * HOUR,
                        "likes": by_hour[hour],
                        "fake_likes": fake[content][hour],
                        "views": real * 20 + 3 if self.plan.with_views else None,
                        "expected_likes": real * 0.95 + 0.1 if self.plan.with_views else None,
                    }
                )
        return rows

    def _summary(self, tables: dict[str, list[Row]]) -> Row:
        likes, contents = tables["likes"], tables["contents"]
        times = [datetime.fromtimestamp(row["ts"] / SECOND, UTC).isoformat() for row in likes]
        rows = len(likes) * 4 + 70 if self.plan.with_views else len(likes)
        bad = len(self.plan.quarantine)
        real = sum(row["true_likes"] for row in contents)
        spread = 0.0 if self.plan.exact else 9.0
        return {
            "zhenzan": "0.1.0",
            "input_digest": "sha256:" + "ab12" * 16,
            "settings": {"endorsement": ["like"], "false_per_10k": 1.0, **self.plan.settings},
            "rows": {"in": rows + 7 + bad, "accepted": rows, "duplicate": 7, "quarantined": bad},
            "period": {
                "first_ts": min(times, default=None),
                "last_ts": max(times, default=None),
            },
            "events_by_type": {"view": rows - len(likes), "like": len(likes)},
            "likes": {
                "total": len(likes),
                "true_likes": real,
                "true_likes_low": max(0.0, real - spread),
                "true_likes_high": min(real + spread + 1, float(len(likes))),
                "by_verdict": Counter(row["verdict"] for row in likes),
                "by_provenance": Counter(row["provenance"] for row in likes),
            },
            "accounts": {
                "total": len(tables["accounts"]),
                "by_verdict": Counter(row["verdict"] for row in tables["accounts"]),
                "by_role": Counter(row["role"] for row in tables["accounts"]),
            },
            "contents": {
                "total": len(contents),
                "by_verdict": Counter(row["verdict"] for row in contents),
            },
            "rings": {
                "total": len(self.rings),
                "by_kind": Counter(row["kind"] for row in self.rings),
            },
            "prior_bits": PRIOR_BITS,
            "thresholds": {"like": 0.99, "account": 0.995, "content": 0.9, "ring": 0.95},
            "detectors": {
                "run": [
                    {"id": "path", "version": 1, "signals": 812},
                    {"id": "burst", "version": 1, "signals": 22},
                    {"id": "lockstep", "version": 3, "signals": 94},
                ],
                "skipped": list(self.plan.skipped),
            },
            "stages": [
                {"stage": "ingest", "seconds": 1.2, "cpu_seconds": 2.0, "peak_memory_bytes": 3.1e8},
                {"stage": "rings", "seconds": 0.7, "cpu_seconds": 0.9, "peak_memory_bytes": 4.4e8},
            ],
            "versions": {"python": "3.11.9", "duckdb": "2.0.0", "pyarrow": "26.0.1"},
        }
